// SPDX-License-Identifier: Apache-2.0
package org.scx4j.policy;

import org.scx4j.api.Cpu;
import org.scx4j.api.Dispatcher;
import org.scx4j.api.QueuedTask;
import org.scx4j.api.SchedulingPolicy;

/**
 * First in, first out: tasks run in the order in which they became runnable, each for one default slice, on
 * whichever CPU is free first.
 * <p>
 * One queue for the whole machine: no task can be overtaken by one that came later, and no CPU idles while a
 * task waits. A waking task waits for at most (tasks before it / CPUs) slices; nothing shortens that for
 * interactive tasks, so this is the baseline that other policies are measured against.
 */
public final class Fifo implements SchedulingPolicy
{
    /** A policy without state. */
    public Fifo()
    {
    }

    @Override
    public void onTask(final QueuedTask task, final Dispatcher out)
    {
        out.dispatch(task).cpu(Cpu.ANY).commit();
    }
}
