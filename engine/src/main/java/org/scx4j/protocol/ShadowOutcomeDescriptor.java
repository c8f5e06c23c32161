// SPDX-License-Identifier: Apache-2.0
package org.scx4j.protocol;

/**
 * Layout of {@code struct shadow_outcome}: what became of a task that waited, or of a decision.
 * <pre>
 *   0      4     8         16          24             32       40    44      48
 *   +------+-----+---------+-----------+--------------+--------+-----+-------+
 *   | kind | cpu | token   | time_ns   | enqueue_ns   | vtime  | pid | flags |
 *   +------+-----+---------+-----------+--------------+--------+-----+-------+
 * </pre>
 */
public final class ShadowOutcomeDescriptor
{
    /** Offset of the kind, u32, {@code SHADOW_OUTCOME_*}. */
    public static final int KIND_OFFSET = 0;
    /** Offset of the CPU, s32: where it runs, or where it should, {@link SchedAbi#SCHED_CPU_ANY} among it. */
    public static final int CPU_OFFSET = 4;
    /** Offset of the token, u64. */
    public static final int TOKEN_OFFSET = 8;
    /** Offset of the time at which it happened, ns, u64. */
    public static final int TIME_NS_OFFSET = 16;
    /** Offset of the time at which the wait began, ns, u64. */
    public static final int ENQUEUE_NS_OFFSET = 24;
    /** Offset of the decided order, u64. */
    public static final int VTIME_OFFSET = 32;
    /** Offset of the thread id, s32. */
    public static final int PID_OFFSET = 40;
    /** Offset of the flags, u32. */
    public static final int FLAGS_OFFSET = 44;
    /** Length of a record. */
    public static final int RECORD_BYTES = 48;

    private ShadowOutcomeDescriptor()
    {
    }
}
