// SPDX-License-Identifier: Apache-2.0
package org.scx4j.protocol;

/**
 * Layout of {@code struct shadow_slot}: a task that waits for a CPU, at the index token modulo
 * {@link SchedAbi#SCHED_INFLIGHT_SLOTS}. The kernel writes.
 * <pre>
 *   0       8            16              24      32    36             40    44          48
 *   +-------+------------+---------------+-------+-----+--------------+-----+-----------+
 *   | token | enqueue_ns | decided_token | vtime | cpu | confined_cpu | pid | reserved0 |
 *   +-------+------------+---------------+-------+-----+--------------+-----+-----------+
 * </pre>
 */
public final class ShadowSlotDescriptor
{
    /** Offset of the token, u64; with {@link ShadowAbi#SLOT_ENDED} as the wait has ended. */
    public static final int TOKEN_OFFSET = 0;
    /** Offset of the time at which the wait began, ns, u64. */
    public static final int ENQUEUE_NS_OFFSET = 8;
    /** Offset of the token that was decided, u64. */
    public static final int DECIDED_TOKEN_OFFSET = 16;
    /** Offset of the decision's vtime, u64. */
    public static final int VTIME_OFFSET = 24;
    /** Offset of the decision's CPU, s32. */
    public static final int CPU_OFFSET = 32;
    /** Offset of the only CPU that the task may use, s32, -1 = several. */
    public static final int CONFINED_CPU_OFFSET = 36;
    /** Offset of the thread id, s32. */
    public static final int PID_OFFSET = 40;
    /** Offset of a reserved word, u32. */
    public static final int RESERVED0_OFFSET = 44;
    /** Length of a slot. */
    public static final int SLOT_BYTES = 48;

    private ShadowSlotDescriptor()
    {
    }
}
