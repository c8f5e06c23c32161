// SPDX-License-Identifier: Apache-2.0
package org.scx4j.protocol;

/**
 * Counters that the BPF observer keeps, one entry per CPU: {@code struct shadow_counters}. The order is the layout, as
 * of {@link KernelCounter}.
 * <p>
 * Always: {@code wakeups + wakeups_new = handed + dropped + own + running + waiting + bypassed + other_class +
 * untracked}.
 */
public enum ShadowCounter
{
    /** Events of {@code sched_wakeup}. */
    NR_WAKEUPS,
    /** Events of {@code sched_wakeup_new}. */
    NR_WAKEUPS_NEW,
    /** Of both: handed to the policy. */
    NR_HANDED,
    /** Of both: the queued ring was full. */
    NR_DROPPED,
    /** Of both: a thread of the engine. */
    NR_OWN,
    /** Of both: the task had not left its CPU yet, and need not wait. */
    NR_RUNNING,
    /** Of both: the task waited already. */
    NR_WAITING,
    /** Of both: a task that a scheduler of ours would not ask the policy about. */
    NR_BYPASSED,
    /** Of both: a task of real time. */
    NR_OTHER_CLASS,
    /** Of both: there was no memory to note the task in. */
    NR_UNTRACKED,
    /** Tasks that left their CPU and still wanted it. */
    NR_PREEMPTED,
    /** Tasks that got a CPU without having been seen to wait for it. */
    NR_UNQUEUED,
    /** Decisions about a task that the kernel had run already. */
    NR_LATE,
    /** Decisions about a CPU instead of a task: not carried out. */
    NR_KICKS,
    /** Waits that ended after a later one had taken their slot. */
    NR_UNWATCHED_ENDED,
    /** Outcomes that found their ring full. */
    NR_OUTCOMES_DROPPED;

    /** Length of one CPU's entry. */
    public static final int ENTRY_BYTES = 128;

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
     * Name of the member in {@code struct shadow_counters}.
     *
     * @return name in lower case.
     */
    public String memberName()
    {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
