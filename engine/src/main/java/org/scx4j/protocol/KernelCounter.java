// SPDX-License-Identifier: Apache-2.0
package org.scx4j.protocol;

/**
 * Counters that the BPF scheduler keeps, one entry per CPU: {@code struct sched_counters}.
 * <p>
 * The order is the layout: counter {@code i} is the u64 at {@code 8 * i} of an entry. After a detach,
 * {@code queued = decided + exited + kernel + held}, and {@code lost} and {@code twice} are 0.
 */
public enum KernelCounter
{
    /** Enqueues meant for user space. */
    NR_QUEUED,
    /** Of these: run by a decision of user space. */
    NR_DECIDED,
    /** Of these: the task left undecided (exit, new affinity, other class, eviction of the scheduler). */
    NR_EXITED,
    /** Of these: scheduled by the kernel-side fair lane, because the ring was full or user space did not answer. */
    NR_KERNEL,
    /** Of these: still undecided as the engine detached. */
    NR_HELD,
    /** Tokens overwritten before they ended: must be 0. */
    NR_LOST,
    /** A task ran while its token was still out: must be 0. */
    NR_TWICE,
    /** Decisions refused because their token had ended. */
    NR_CANCELLED,
    /** Decisions whose CPU the task may not use, sent to one it may. */
    NR_BOUNCED,
    /** Enqueues that found the queued ring full. */
    NR_CONGESTED,
    /** Decisions, among the cancelled, whose pid is gone. */
    NR_NO_TASK,
    /** Enqueues of kernel threads, exiting and migration-disabled tasks, past user space. */
    NR_DIRECT,
    /** Enqueues of the engine's own threads, past user space. */
    NR_ENGINE,
    /** Records submitted with a wake-up of the reader. */
    NR_WAKEUPS,
    /** Idle CPUs kicked. */
    NR_KICKS,
    /** Drains of the dispatched ring. */
    NR_DRAINS,
    /** Drains refused because another CPU was at it. */
    NR_DRAINS_BUSY,
    /** Idle CPUs that waited for a decision on the spot. */
    NR_POLLS,
    /** Of these: got one. */
    NR_POLL_HITS,
    /** Exit records sent. */
    NR_EXIT_EVENTS,
    /** Of these: sent later, because the ring was full. */
    NR_EXIT_EVENTS_LATE,
    /** Timer ticks. */
    NR_HEARTBEATS,
    /** Dispatch calls. */
    NR_TURNS,
    /** Of {@link #NR_KERNEL}: user space had not answered in time. */
    NR_RESCUED,
    /** Tasks whose slot of the in-flight table a later enqueue has taken: not rescued if they are not answered. */
    NR_UNWATCHED,
    /** CPUs made to give way for a decision. */
    NR_PREEMPTS,
    /** Records that a CPU is available. */
    NR_CPU_EVENTS,
    /** Such records that found the ring full; the timer repeats them. */
    NR_CPU_EVENTS_DROPPED,
    /** Of {@link #NR_ENGINE}: helper threads over their budget, sent to the fair lane. */
    NR_HELPERS_BOUNDED,
    /** Enqueues of tasks that a higher class drove off their CPU: they go on by the decision that they ran by. */
    NR_RESUMED,
    /** Of {@link #NR_KERNEL}: enqueued while the engine had lost its lease. */
    NR_LAPSED;

    /** Length of one CPU's entry. */
    public static final int ENTRY_BYTES = 256;

    private static final KernelCounter[] VALUES = values();

    /**
     * Where the counter is in an entry.
     *
     * @return byte offset.
     */
    public int offset()
    {
        return ordinal() * Long.BYTES;
    }

    /**
     * Name of the member in {@code struct sched_counters}.
     *
     * @return name in lower case.
     */
    public String memberName()
    {
        return name().toLowerCase(java.util.Locale.ROOT);
    }

    /**
     * Number of counters.
     *
     * @return count.
     */
    public static int count()
    {
        return VALUES.length;
    }
}
