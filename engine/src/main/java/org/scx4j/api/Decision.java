// SPDX-License-Identifier: Apache-2.0
package org.scx4j.api;

/**
 * One decision being made. It counts when it is committed.
 * <p>
 * Thread safety: for the policy's thread, during a callback, only.
 */
public interface Decision
{
    /**
     * Sets where the task runs.
     *
     * @param cpu a CPU number or {@link Cpu#ANY}. One that the task may not use is replaced by the kernel
     *            side and counted as bounced.
     * @return this.
     */
    Decision cpu(int cpu);

    /**
     * Sets how long the task may run before it is queued again.
     *
     * @param sliceNs nanoseconds; 0 is the default slice.
     * @return this.
     */
    Decision sliceNs(long sliceNs);

    /**
     * Sets the task's place among those waiting for the same CPU, or for any.
     *
     * @param vtime the smaller runs first; equal is first in, first out.
     * @return this.
     */
    Decision vtime(long vtime);

    /**
     * Puts the task ahead of all that wait in the same queue and were not put ahead themselves; among those the vtime
     * decides. vtimes must lie within 2<sup>62</sup> of each other.
     *
     * @return this.
     */
    Decision head();

    /**
     * Takes the CPU away from whatever the policy runs there: this task is next. Needs a {@link #cpu(int)}; with
     * {@link Cpu#ANY}, and on a CPU that a thread of the event path owns, it means {@link #head()} only. Costs one
     * system call a batch.
     *
     * @return this.
     */
    Decision preempt();

    /**
     * Makes it final.
     *
     * @return true; or false if there is no room for it now: the task is then still the policy's, to be
     * decided in a later callback. Only a policy that decides more than 64 tasks in one callback can see that.
     */
    boolean commit();
}
