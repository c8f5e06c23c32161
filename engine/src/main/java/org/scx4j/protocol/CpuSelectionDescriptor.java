// SPDX-License-Identifier: Apache-2.0
package org.scx4j.protocol;

/**
 * Layout of {@code struct sched_cpu_selection}: arguments and results of one exact selection of idle CPUs.
 * <pre>
 *   0          4          8                 264               520
 *   +----------+----------+-----------------+-----------------+
 *   | nr_tasks | reserved | pids[64]        | cpus[64]        |
 *   +----------+----------+-----------------+-----------------+
 * </pre>
 */
public final class CpuSelectionDescriptor
{
    /** Offset of the number of tasks, u32. */
    public static final int NR_TASKS_OFFSET = 0;
    /** Offset of reserved space. */
    public static final int RESERVED0_OFFSET = 4;
    /** Offset of the thread ids, s32[{@link SchedAbi#SCHED_SELECTION_TASKS}]. */
    public static final int PIDS_OFFSET = 8;
    /** Offset of the preferred, then of the selected CPUs, s32[{@link SchedAbi#SCHED_SELECTION_TASKS}]. */
    public static final int CPUS_OFFSET = 264;
    /** Length of the struct. */
    public static final int SELECTION_BYTES = 520;

    private CpuSelectionDescriptor()
    {
    }
}
