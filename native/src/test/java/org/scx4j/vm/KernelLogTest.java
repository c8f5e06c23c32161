// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class KernelLogTest
{
    @Test
    void shouldCountOnlyEndsThatTheKernelForced()
    {
        assertThat(KernelLog.evictions(List.of(
            "[   35.0] sched_ext: BPF scheduler \"scx4j_fifo\" enabled",
            "[   75.7] sched_ext: BPF scheduler \"scx4j_fifo\" disabled (unregistered from user space)",
            "[   80.1] sched_ext: BPF scheduler \"scx4j_fifo\" disabled (unregistered from the main kernel)",
            "[   95.2] sched_ext: BPF scheduler \"scx4j_fifo\" disabled (runnable task stall)")))
            .containsExactly("runnable task stall");
    }

    @Test
    void shouldTellHowLongAfterTheLastKillASchedulerEnded() throws Exception
    {
        assertThat(KernelLog.endedAfterNs(List.of(
            "[   35.000000] scx4j: kill",
            "[   36.500000] sched_ext: BPF scheduler \"scx4j_fifo\" disabled (unregistered from user space)",
            "[ 1234.999000] scx4j: kill",
            "[ 1235.000250] sched_ext: BPF scheduler \"empty\" disabled (unregistered from user space)"),
            "scx4j: kill")).isEqualTo(1_250_000);
    }

    @Test
    void shouldTellThatNoSchedulerEndedSinceTheLastKill() throws Exception
    {
        assertThat(KernelLog.endedAfterNs(List.of(
            "[   36.500000] sched_ext: BPF scheduler \"scx4j_fifo\" disabled (unregistered from user space)",
            "[   37.000000] scx4j: kill"), "scx4j: kill")).isNegative();
    }
}
