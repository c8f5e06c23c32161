// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.scx4j.SchedulerEngine;
import org.scx4j.pipeline.ThreadLayout;
import org.scx4j.policy.Fifo;
import org.scx4j.topology.CpuList;

@Timeout(10)
class ThreadPlacementTest
{
    private static final int[] NONE = {};

    @Test
    void shouldTakeTheLastCpusWhenNoneAreNamed()
    {
        assertThat(ThreadPlacement.of(null, NONE, IntStream.range(0, 4).toArray())).hasToString("inline on CPU 3");
        assertThat(ThreadPlacement.of(null, NONE, IntStream.range(0, 8).toArray()))
            .hasToString("pipelined on CPU 7,6,5");
        assertThat(ThreadPlacement.of(ThreadLayout.PIPELINED, NONE, new int[]{0, 1}))
            .hasToString("pipelined on CPU 1,0");
    }

    @Test
    void shouldKeepWhatIsNamedWhenItIsNamed()
    {
        assertThat(ThreadPlacement.of(ThreadLayout.PIPELINED, new int[]{2, 0, 1}, new int[]{0, 1, 2, 3}))
            .hasToString("pipelined on CPU 2,0,1");
    }

    @Test
    void shouldChooseAsTheEngineDoesWhenNothingIsNamed(@TempDir final Path root)
    {
        for (final String online : new String[]{"0-3", "0-7", "0-2,8-15"})
        {
            final SchedulerEngine.Context context = new SchedulerEngine.Context()
                .policy(new Fifo())
                .sysfs(new MachineFixture(root).cpus(online).machine().sys());
            context.conclude();
            final ThreadPlacement placement =
                ThreadPlacement.of(null, NONE, CpuList.parse(online));

            assertThat(context.toString())
                .contains("layout=" + placement.layout() + ",")
                .contains("cpus=" + Arrays.toString(placement.cpus()) + ",");
        }
    }
}
