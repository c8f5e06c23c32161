// SPDX-License-Identifier: Apache-2.0
package org.scx4j.api;

/**
 * What a {@link SchedulingPolicy} implements besides, if it wants to give what it holds and knows to the policy that
 * replaces it while the scheduler runs, or to take that from the one before.
 * <p>
 * The order of a replacement: {@code onStart} of the next policy, on the thread that asked for it; then on the policy's
 * thread, between two batches, {@code onBatchEnd} and {@link #handOver(Successor)} of the old one, {@link
 * #takeOver(Object)} of the next, and {@link #onHeldTask(int, long, long, Dispatcher)} for each task that the old one
 * held, before any other event; last {@code onClose} of the old one, on the thread that asked.
 * <p>
 * Either side may do without. Tasks that are given to a policy which does not implement this get a default decision;
 * tasks that are held and not given are scheduled by the kernel's side, as when a policy forgets them.
 * <p>
 * Thread safety: as the callbacks of a policy, one thread.
 */
public interface PolicyHandover
{
    /**
     * This policy is being replaced: it gives all that it holds, and returns what it knows. It gets nothing more but
     * {@code onClose}, so it may return its own tables.
     *
     * @param successor takes the tasks that this policy has neither decided nor seen leave.
     * @return what the next policy may want to know, null for nothing. Of a class that both know: a policy that was
     *         loaded anew from its jar knows those of the JDK and of scx4j, but not the ones that the old jar has
     *         defined.
     */
    default Object handOver(final Successor successor)
    {
        return null;
    }

    /**
     * This policy replaces one that knew something.
     *
     * @param state what the other one has returned, never null; to be ignored if it is nothing that this policy
     *              understands.
     */
    default void takeOver(final Object state)
    {
    }

    /**
     * A task that the policy before has held: decide it, or hold it. As with {@code onTask}, it gets a default decision
     * if this throws before there is one.
     *
     * @param pid       of the queued task.
     * @param token     of the queued task.
     * @param enqueueNs of the queued task.
     * @param out       where decisions go.
     */
    default void onHeldTask(final int pid, final long token, final long enqueueNs, final Dispatcher out)
    {
        out.dispatch(pid, token, enqueueNs).commit();
    }
}
