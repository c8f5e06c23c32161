// SPDX-License-Identifier: Apache-2.0
package org.scx4j.api;

/**
 * Takes the tasks of a policy that is being replaced.
 * <p>
 * Thread safety: for the policy's thread, during {@link PolicyHandover#handOver(Successor)}, only.
 */
@FunctionalInterface
public interface Successor
{
    /**
     * Takes a task that was held. The next policy gets them in the order in which they are given.
     *
     * @param pid       of the queued task.
     * @param token     of the queued task.
     * @param enqueueNs of the queued task.
     */
    void take(int pid, long token, long enqueueNs);
}
