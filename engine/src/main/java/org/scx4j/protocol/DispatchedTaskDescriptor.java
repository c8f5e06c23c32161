// SPDX-License-Identifier: Apache-2.0
package org.scx4j.protocol;

/**
 * Layout of {@code struct sched_dispatched_task}: one record of the dispatched ring, user to kernel.
 * <pre>
 *   0        4        8                16                24                32
 *   +--------+--------+----------------+-----------------+-----------------+
 *   | pid    | cpu    | token          | slice_ns        | vtime           |
 *   +--------+--------+----------------+-----------------+-----------------+
 *  32                40               48                                  64
 *   +-----------------+----------------+-----------------------------------+
 *   | flags           | enqueue_ns     | reserved                          |
 *   +-----------------+----------------+-----------------------------------+
 * </pre>
 */
public final class DispatchedTaskDescriptor
{
    /** Offset of the thread id, s32. */
    public static final int PID_OFFSET = 0;
    /** Offset of the target CPU or {@link SchedAbi#SCHED_CPU_ANY}, s32. */
    public static final int CPU_OFFSET = 4;
    /** Offset of the queued record's token, u64. */
    public static final int TOKEN_OFFSET = 8;
    /** Offset of the slice, ns, 0 for the default, u64. */
    public static final int SLICE_NS_OFFSET = 16;
    /** Offset of the order within the target's queue, u64. */
    public static final int VTIME_OFFSET = 24;
    /** Offset of the {@code SCHED_DECISION_*} flags, u64. */
    public static final int FLAGS_OFFSET = 32;
    /** Offset of the queued record's enqueue time, ns, u64. */
    public static final int ENQUEUE_NS_OFFSET = 40;
    /** Offset of reserved space. */
    public static final int RESERVED0_OFFSET = 48;
    /** Offset of reserved space. */
    public static final int RESERVED1_OFFSET = 56;
    /** Length of a record, without the ring's own header. */
    public static final int RECORD_BYTES = 64;

    private DispatchedTaskDescriptor()
    {
    }
}
