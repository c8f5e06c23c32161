// SPDX-License-Identifier: Apache-2.0
package org.scx4j.policy;

import org.scx4j.api.Cpu;
import org.scx4j.api.Dispatcher;
import org.scx4j.api.EngineContext;
import org.scx4j.api.PolicyHandover;
import org.scx4j.api.QueuedTask;
import org.scx4j.api.SchedulingPolicy;
import org.scx4j.api.Successor;

/**
 * Virtual deadlines: tasks share the CPUs by weight, and among them those that run in short bursts go first.
 * <p>
 * A task's <i>vruntime</i> is the CPU time that it has used, times 100 / weight, as in {@link Stride}: it makes the
 * shares. Its <i>deadline</i> is
 * <pre>    vruntime + CPU time since it last slept * 100 / weight</pre>
 * and the earliest deadline runs next. A task that waits for the user, the disk or the network has slept just now, so
 * its deadline is its vruntime; one that computes moves away from its own with each slice, up to
 * {@value #MAX_BURST_SLICES} slices. That far the interactive may go ahead of it, and no further: their vruntime
 * advances as they run, and beyond that they wait like all others. So computing tasks are delayed, not starved; and
 * since all of them are at the bound, it cancels out between them and their shares stay in proportion to weight.
 * <p>
 * A task that sleeps does not save up: it comes back at most one slice behind the vruntime of the others.
 * {@link VirtualTime} keeps the vruntimes, and says which bounds hold.
 * <p>
 * It decides at once and gives the deadline as vtime; the kernel's queues are ordered by it. O(1) per task, besides the
 * O(log n) of the kernel's tree; no allocation.
 */
public final class Deadline implements SchedulingPolicy, PolicyHandover
{
    static final int MAX_BURST_SLICES = 8;

    private VirtualTime vruntimes;
    private long maxBurst;

    /** A policy that knows no task yet. */
    public Deadline()
    {
    }

    @Override
    public void onStart(final EngineContext context)
    {
        vruntimes = new VirtualTime(context.nrCpuIds(), context.sliceNs(), 0);
        maxBurst = MAX_BURST_SLICES * context.sliceNs();
    }

    @Override
    public void onTask(final QueuedTask task, final Dispatcher out)
    {
        final long vruntime = vruntimes.charge(task);
        final long burst = Math.min(VirtualTime.weighted(task.execRuntimeNs(), task), maxBurst);
        out.dispatch(task).cpu(Cpu.ANY).sliceNs(vruntimes.sliceNs(task)).vtime(vruntime + burst).commit();
    }

    /** Shares go on, also from one to the other of the two policies that have them. */
    @Override
    public Object handOver(final Successor successor)
    {
        return vruntimes;
    }

    @Override
    public void takeOver(final Object state)
    {
        if (state instanceof VirtualTime)
        {
            vruntimes = (VirtualTime)state;
        }
    }

    @Override
    public void onTaskExit(final int pid)
    {
        vruntimes.forget(pid);
    }
}
