// SPDX-License-Identifier: Apache-2.0
package org.scx4j.api;

/**
 * Where a policy's decisions go.
 * <p>
 * Thread safety: for the policy's thread, during a callback, only.
 */
public interface Dispatcher
{
    /**
     * Starts the decision for the task at hand.
     *
     * @param task that was handed to the callback.
     * @return the decision, with {@link Cpu#ANY}, the default slice and vtime 0; the same object every time.
     */
    Decision dispatch(QueuedTask task);

    /**
     * Starts the decision for a task that the policy has held.
     *
     * @param pid       of the queued task.
     * @param token     of the queued task.
     * @param enqueueNs of the queued task, for the latency figures; 0 leaves it out of them.
     * @return the decision, with {@link Cpu#ANY}, the default slice and vtime 0; the same object every time.
     */
    Decision dispatch(int pid, long token, long enqueueNs);
}
