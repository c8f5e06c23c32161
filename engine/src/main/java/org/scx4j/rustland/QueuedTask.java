// SPDX-License-Identifier: Apache-2.0
package org.scx4j.rustland;

/**
 * A task as {@link BpfScheduler#dequeueTask()} hands it out: one that waits for a decision, or one that is gone.
 * <p>
 * It is a view, valid until the next {@code dequeueTask()}. Who decides later keeps the numbers, or a
 * {@link DispatchedTask} made from it.
 * <p>
 * Thread safety: for the scheduler's thread only.
 */
public interface QueuedTask extends org.scx4j.api.QueuedTask
{
    /**
     * CPU that the task used last, or an idle one that is being woken for it; negative if the task is exiting.
     *
     * @return CPU number as {@link #prevCpu()}, or -1 for an exit event, of which only {@link #pid()} is set.
     */
    int cpu();

    /**
     * Whether this tells of a task that is gone, rather than of one that waits.
     *
     * @return true for an exit event: there is nothing to decide.
     */
    boolean isExiting();
}
