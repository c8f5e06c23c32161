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
 * Stride scheduling: tasks that compete get CPU time in proportion to their weights (Waldspurger and Weihl, "Stride
 * Scheduling: Deterministic Proportional-Share Resource Management", 1995).
 * <p>
 * Each task has a <i>pass</i>, and the task with the smallest runs next. Running advances the pass by the task's
 * <i>stride</i>, which is inverse to its weight: here by the CPU time that it has really used, times 100 / weight, so
 * one that blocks early pays for what it had only. Among tasks that always want to run the passes stay together, and
 * equal passes mean CPU time in proportion to weight: nice 0 has 100, nice -5 has about three times that, nice 5 a
 * third.
 * <p>
 * A task that sleeps does not save up: it comes back at most one slice behind the pass of the others.
 * {@link VirtualTime} keeps the passes, and says which bounds hold.
 * <p>
 * It decides at once and gives the pass as vtime; the kernel's queues are ordered by it. O(1) per task, besides the
 * O(log n) of the kernel's tree; no allocation.
 */
public final class Stride implements SchedulingPolicy, PolicyHandover
{
    private VirtualTime passes;

    /** A policy that knows no task yet. */
    public Stride()
    {
    }

    @Override
    public void onStart(final EngineContext context)
    {
        passes = new VirtualTime(context.nrCpuIds(), context.sliceNs(), 0);
    }

    @Override
    public void onTask(final QueuedTask task, final Dispatcher out)
    {
        final long pass = passes.charge(task);
        out.dispatch(task).cpu(Cpu.ANY).sliceNs(passes.sliceNs(task)).vtime(pass).commit();
    }

    /** Shares go on, also from one to the other of the two policies that have them. */
    @Override
    public Object handOver(final Successor successor)
    {
        return passes;
    }

    @Override
    public void takeOver(final Object state)
    {
        if (state instanceof VirtualTime)
        {
            passes = (VirtualTime)state;
        }
    }

    @Override
    public void onTaskExit(final int pid)
    {
        passes.forget(pid);
    }
}
