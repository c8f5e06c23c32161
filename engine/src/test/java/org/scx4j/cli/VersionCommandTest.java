// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.scx4j.protocol.SchedAbi;

@Timeout(10)
class VersionCommandTest
{
    @TempDir
    private Path root;
    private Session session;

    @BeforeEach
    void before()
    {
        session = new Session(new MachineFixture(root), null);
    }

    @Test
    void shouldHaveTheBuildsVersionWhenResourcesAreFiltered()
    {
        assertThat(ProjectVersion.version()).matches("\\d+\\.\\d+\\.\\d+(-SNAPSHOT)?");
    }

    @Test
    void shouldShowEveryVersionWhenAsked()
    {
        assertThat(session.execute("version")).isZero();
        assertThat(session.outLines()).containsExactly(
            "scx4j   " + ProjectVersion.version(),
            "abi     " + SchedAbi.SCHED_ABI_VERSION + ", layout " + String.format("%016x", SchedAbi.LAYOUT_HASH),
            "java    17.0.15",
            "kernel  " + MachineFixture.RELEASE);
    }

    @Test
    void shouldPrintOneObjectWhenJsonIsWanted()
    {
        assertThat(session.execute("version", "--json")).isZero();
        assertThat(JsonValue.object(session.out()))
            .containsEntry("version", ProjectVersion.version())
            .containsEntry("abi", (long)SchedAbi.SCHED_ABI_VERSION)
            .containsEntry("layout_hash", String.format("%016x", SchedAbi.LAYOUT_HASH))
            .containsEntry("java", "17.0.15")
            .containsEntry("kernel", MachineFixture.RELEASE);
    }

    @Test
    void shouldShowOneLineWhenTheOptionIsUsed()
    {
        assertThat(session.execute("--version")).isZero();
        assertThat(session.outLines()).containsExactly("scx4j " + ProjectVersion.version());
    }
}
