// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class DetachCommandTest
{
    @TempDir
    private Path root;

    @Test
    void shouldSayThatNothingIsKeptWhenThereIsNothing()
    {
        final Session session = new Session(new MachineFixture(root), FakeKernel::new);

        assertThat(session.execute("detach")).isZero();
        assertThat(session.out()).isEqualTo("no scheduler is kept\n");
        assertThat(session.err()).isEmpty();
    }
}
