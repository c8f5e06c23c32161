// SPDX-License-Identifier: Apache-2.0
package org.scx4j.protocol;

/**
 * Constants of the memory shared with the BPF observer, beyond {@link SchedAbi}.
 * <p>
 * Source: {@code bpf/src/main/bpf/shadow_abi.h}; a test compares the two through the BTF of the shipped object.
 */
public final class ShadowAbi
{
    /** The kernel gave a waiting task a CPU. */
    public static final int SHADOW_OUTCOME_RAN = 1;
    /** The policy's decision for a task came in. */
    public static final int SHADOW_OUTCOME_DECIDED = 2;
    /** A waiting task is gone. */
    public static final int SHADOW_OUTCOME_GONE = 3;

    /** The task may use that CPU only: nobody had a choice. */
    public static final int SHADOW_OUTCOME_CONFINED = 1;
    /** The task may not use the CPU that was decided, which then means any. */
    public static final int SHADOW_OUTCOME_BOUNCED = 2;

    /** Set in a slot's token as the wait has ended. */
    public static final long SLOT_ENDED = 1L << 63;

    /** Structs whose layout {@link #LAYOUT_HASH} covers, in its order. */
    static final String[] STRUCTS =
    {
        "sched_queued_task", "sched_dispatched_task", "sched_control", "sched_cpu_state", "sched_counters",
        "shadow_outcome", "shadow_slot", "shadow_counters"
    };

    /** As {@link SchedAbi#LAYOUT_HASH}, for the observer. */
    public static final long LAYOUT_HASH = 0xcd56a5f4aac3b14fL;

    private ShadowAbi()
    {
    }

    /**
     * Names of the structs that both sides share, in the order in which {@link #LAYOUT_HASH} covers them.
     *
     * @return a new array.
     */
    public static String[] structs()
    {
        return STRUCTS.clone();
    }
}
