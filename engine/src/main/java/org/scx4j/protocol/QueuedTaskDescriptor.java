// SPDX-License-Identifier: Apache-2.0
package org.scx4j.protocol;

/**
 * Layout of {@code struct sched_queued_task}: one record of the queued ring, kernel to user.
 * <pre>
 *   0        4        8        12       16                24                32                40
 *   +--------+--------+--------+--------+-----------------+-----------------+-----------------+
 *   | kind   | pid    | tgid   |prev_cpu| token           | enqueue_ns      | flags           |
 *   +--------+--------+--------+--------+-----------------+-----------------+-----------------+
 *  40                48                56                64                 72               80
 *   +-----------------+-----------------+-----------------+------------------+----------------+
 *   | start_ns        | stop_ns         | exec_runtime_ns | sum_exec_runtime | nvcsw          |
 *   +-----------------+-----------------+-----------------+------------------+----------------+
 *  80                88                96       100      104                120              128
 *   +-----------------+-----------------+--------+--------+------------------+----------------+
 *   | vtime           | cgroup_id       | weight | nr_cpus| comm             | reserved       |
 *   +-----------------+-----------------+--------+--------+------------------+----------------+
 * </pre>
 */
public final class QueuedTaskDescriptor
{
    /** Offset of the {@code SCHED_EVENT_*} kind, u32. */
    public static final int KIND_OFFSET = 0;
    /** Offset of the thread id, s32. */
    public static final int PID_OFFSET = 4;
    /** Offset of the process id, s32. */
    public static final int TGID_OFFSET = 8;
    /** Offset of the CPU the task is queued on, s32. */
    public static final int PREV_CPU_OFFSET = 12;
    /** Offset of the token, u64. */
    public static final int TOKEN_OFFSET = 16;
    /** Offset of the enqueue time, ns, u64. */
    public static final int ENQUEUE_NS_OFFSET = 24;
    /** Offset of the {@code SCHED_QUEUED_*} flags, u64. */
    public static final int FLAGS_OFFSET = 32;
    /** Offset of the time the task last got a CPU, ns, u64. */
    public static final int START_NS_OFFSET = 40;
    /** Offset of the time the task last left a CPU, ns, u64. */
    public static final int STOP_NS_OFFSET = 48;
    /** Offset of the CPU time since the last sleep, ns, u64. */
    public static final int EXEC_RUNTIME_NS_OFFSET = 56;
    /** Offset of the CPU time of the task's life, ns, u64. */
    public static final int SUM_EXEC_RUNTIME_NS_OFFSET = 64;
    /** Offset of the count of voluntary context switches, u64. */
    public static final int NVCSW_OFFSET = 72;
    /** Offset of the vtime of the last decision, u64. */
    public static final int VTIME_OFFSET = 80;
    /** Offset of the cgroup id, u64. */
    public static final int CGROUP_ID_OFFSET = 88;
    /** Offset of the weight, u32. */
    public static final int WEIGHT_OFFSET = 96;
    /** Offset of the number of CPUs the task may use, u32. */
    public static final int NR_CPUS_ALLOWED_OFFSET = 100;
    /** Offset of the NUL-terminated name, {@link SchedAbi#SCHED_COMM_BYTES} bytes. */
    public static final int COMM_OFFSET = 104;
    /** Offset of reserved space. */
    public static final int RESERVED0_OFFSET = 120;
    /** Length of a record, without the ring's own header. */
    public static final int RECORD_BYTES = 128;

    private QueuedTaskDescriptor()
    {
    }
}
