// SPDX-License-Identifier: Apache-2.0
package org.scx4j.bench;

import java.util.PriorityQueue;
import org.scx4j.api.Cpu;
import org.scx4j.api.Dispatcher;
import org.scx4j.api.EngineContext;
import org.scx4j.api.QueuedTask;
import org.scx4j.api.SchedulingPolicy;

/**
 * A run queue as one would write it with the JDK's collections: an object per task in a {@link PriorityQueue}. Each
 * task that comes in is added, and the first leaves once so many are held. What policies are compared with.
 */
final class PriorityQueuePolicy implements SchedulingPolicy
{
    private static final int WEIGHT_DEFAULT = 100;
    private static final int MAX_BURST_SLICES = 8;

    /** A task that is held. */
    private record HeldTask(long key, int pid, long token, long enqueueNs) implements Comparable<HeldTask>
    {
        @Override
        public int compareTo(final HeldTask other)
        {
            return Long.compare(key, other.key);
        }
    }

    private final PriorityQueue<HeldTask> queue;
    private final int nrHeld;
    private final boolean isByDeadline;
    private long maxBurst;

    /**
     * Holds nothing yet.
     *
     * @param nrHeld       tasks, before the first is decided.
     * @param isByDeadline ordered by the virtual deadlines of {@code Deadline}, else by the time of the enqueue.
     */
    PriorityQueuePolicy(final int nrHeld, final boolean isByDeadline)
    {
        this.nrHeld = nrHeld;
        this.isByDeadline = isByDeadline;
        queue = new PriorityQueue<>(nrHeld + 1);
    }

    @Override
    public void onStart(final EngineContext context)
    {
        maxBurst = MAX_BURST_SLICES * context.sliceNs();
    }

    @Override
    public void onTask(final QueuedTask task, final Dispatcher out)
    {
        queue.add(new HeldTask(isByDeadline ? deadline(task) : task.enqueueNs(), task.pid(), task.token(),
            task.enqueueNs()));
        if (queue.size() > nrHeld)
        {
            final HeldTask first = queue.poll();
            out.dispatch(first.pid, first.token, first.enqueueNs).cpu(Cpu.ANY).vtime(first.key).commit();
        }
    }

    private long deadline(final QueuedTask task)
    {
        final long burst = task.execRuntimeNs() * WEIGHT_DEFAULT / task.weight();
        return task.sumExecRuntimeNs() * WEIGHT_DEFAULT / task.weight() + Math.min(burst, maxBurst);
    }
}
