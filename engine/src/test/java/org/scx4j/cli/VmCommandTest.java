// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class VmCommandTest
{
    @TempDir
    private Path root;
    private MachineFixture machine;
    private Session session;

    @BeforeEach
    void before()
    {
        machine = new MachineFixture(root);
        session = new Session(machine, null);
    }

    @Test
    void shouldPassEverythingOnWhenThereIsARunner() throws IOException
    {
        machine.write("home/bench/vm/run", "#!/bin/sh\nprintf '<%s>' \"$@\" >\"$0.args\"\nexit 125\n");
        assertThat(root.resolve("home/bench/vm/run").toFile().setExecutable(true)).isTrue();
        machine.environment.put("SCX4J_HOME", root.resolve("home").toString());

        assertThat(session.execute("vm", "--cpus", "2", "--help", "--", "run", "@file", "a b", "")).isEqualTo(125);

        assertThat(root.resolve("home/bench/vm/run.args"))
            .content().isEqualTo("<--cpus><2><--help><--><run><@file><a b><>");
        assertThat(session.err()).isEmpty();
    }

    @Test
    void shouldSayWhatToDoWhenThereIsNoCheckout()
    {
        assertThat(session.execute("vm", "run")).isEqualTo(3);
        assertThat(session.errLines()).containsExactly("scx4j: SCX4J_HOME is not set, so there is no VM runner: " +
            "start from a checkout, with its bin/scx4j");
    }

    @Test
    void shouldSayWhatToDoWhenTheCheckoutHasNoRunner() throws IOException
    {
        machine.environment.put("SCX4J_HOME", root.toString());

        assertThat(session.execute("vm", "run")).isEqualTo(3);
        assertThat(session.errLines()).containsExactly("scx4j: there is no VM runner at " +
            root.resolve("bench/vm/run") + ": set SCX4J_HOME to a whole checkout, or start its bin/scx4j");
        assertThat(Files.exists(root.resolve("bench"))).isFalse();
    }
}
