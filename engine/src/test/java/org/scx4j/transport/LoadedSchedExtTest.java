// SPDX-License-Identifier: Apache-2.0
package org.scx4j.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Which schedulers are the same for an engine.
 */
@Timeout(30)
class LoadedSchedExtTest
{
    private static final byte[] ELF = {1, 2, 3};

    private static SchedExtOptions options(
        final String opsName, final long sliceNs, final int ringBytes, final SchedExtMode mode)
    {
        return new SchedExtOptions(
            null, opsName, sliceNs, ringBytes, ringBytes, 5000, 50, 5, 20, 0, mode, Keeping.KEEP, Path.of("/sys"));
    }

    @Test
    void shouldBeTheSameWhenOnlyTheNameAndWhatIsSetLaterDiffer()
    {
        final String identity = LoadedSchedExt.identity(ELF, options("scx4j_fifo", 1, 4096, SchedExtMode.DEFAULT), 8);

        assertThat(identity).matches("[0-9a-f]{16}").isEqualTo(
            LoadedSchedExt.identity(ELF.clone(), options("scx4j_edf", 2, 4096, SchedExtMode.DEFAULT), 8));
    }

    @Test
    void shouldBeAnotherWhenTheObjectASettingOrTheMachineDiffers()
    {
        final SchedExtMode partial = new SchedExtMode(true, true, false, false, false);
        assertThat(new String[]{
            LoadedSchedExt.identity(ELF, options("a", 1, 4096, SchedExtMode.DEFAULT), 8),
            LoadedSchedExt.identity(new byte[]{1, 2, 4}, options("a", 1, 4096, SchedExtMode.DEFAULT), 8),
            LoadedSchedExt.identity(ELF, options("a", 1, 8192, SchedExtMode.DEFAULT), 8),
            LoadedSchedExt.identity(ELF, options("a", 1, 4096, partial), 8),
            LoadedSchedExt.identity(ELF, options("a", 1, 4096, SchedExtMode.DEFAULT), 16)}).doesNotHaveDuplicates();
    }
}
