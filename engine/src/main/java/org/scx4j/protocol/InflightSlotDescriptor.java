// SPDX-License-Identifier: Apache-2.0
package org.scx4j.protocol;

/**
 * Layout of {@code struct sched_inflight_slot}: a task that user space has not answered for, at the index token modulo
 * {@link SchedAbi#SCHED_INFLIGHT_SLOTS}. The kernel writes all but {@code held}.
 * <pre>
 *   0                8                16       20       24           28          32
 *   +----------------+----------------+--------+--------+------------+-----------+
 *   | token          | enqueue_ns     | pid    | held   | is_kthread | reserved0 |
 *   +----------------+----------------+--------+--------+------------+-----------+
 * </pre>
 */
public final class InflightSlotDescriptor
{
    /** Offset of the token, u64, 0 = answered. */
    public static final int TOKEN_OFFSET = 0;
    /** Offset of the enqueue time, ns, u64. */
    public static final int ENQUEUE_NS_OFFSET = 8;
    /** Offset of the thread id, s32. */
    public static final int PID_OFFSET = 16;
    /** Offset of the low half of the token that the policy holds on purpose, u32. */
    public static final int HELD_OFFSET = 20;
    /** Offset of the mark of a kernel thread, u32, 1 = it is one. */
    public static final int IS_KTHREAD_OFFSET = 24;
    /** Offset of a reserved word, u32. */
    public static final int RESERVED0_OFFSET = 28;
    /** Length of a slot. */
    public static final int SLOT_BYTES = 32;

    private InflightSlotDescriptor()
    {
    }

    /**
     * Where a token's slot is.
     *
     * @param token of an enqueue.
     * @return byte offset in the table.
     */
    public static int slotOffset(final long token)
    {
        return (int)(token & (SchedAbi.SCHED_INFLIGHT_SLOTS - 1)) * SLOT_BYTES;
    }
}
