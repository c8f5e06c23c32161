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
}
