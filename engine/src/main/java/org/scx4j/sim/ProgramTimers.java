// SPDX-License-Identifier: Apache-2.0
package org.scx4j.sim;

import java.util.Arrays;

/**
 * The timers that programs wait for: each goes on by a period from the time that it had before, not from when it was
 * asked. A timer begins with its first use, at the time at which that task began.
 * <p>
 * Thread safety: none. Allocates nothing once made.
 */
final class ProgramTimers
{
    private final SimulatedTasks tasks;
    private final long[] sharedNs;
    private final long[] ownNs;
    private final int nrOwn;

    ProgramTimers(final SimulatedTasks tasks, final Workload workload)
    {
        int nrShared = 0;
        int nrOwnTimers = 0;
        for (final TaskClass taskClass : workload.classes())
        {
            for (final TaskClass.Step step : taskClass.steps)
            {
                if (TaskClass.TIMER == step.code)
                {
                    nrShared = Math.max(nrShared, step.target + 1);
                    nrOwnTimers = Math.max(nrOwnTimers, ~step.target + 1);
                }
            }
        }
        this.tasks = tasks;
        sharedNs = new long[nrShared];
        nrOwn = nrOwnTimers;
        ownNs = new long[tasks.capacity * nrOwn];
        Arrays.fill(sharedNs, TimerHeap.NEVER);
    }

    /** A slot has a new task. */
    void onBorn(final int task)
    {
        Arrays.fill(ownNs, task * nrOwn, (task + 1) * nrOwn, TimerHeap.NEVER);
    }

    /** Until when a task shall sleep; {@code nowNs} if the time has passed. */
    long next(final int task, final TaskClass.Step step, final long nowNs)
    {
        final long[] timesNs = step.target < 0 ? ownNs : sharedNs;
        final int timer = step.target < 0 ? task * nrOwn + ~step.target : step.target;
        final long lastNs = TimerHeap.NEVER == timesNs[timer] ?
            tasks.bornNs[task] + tasks.classes.get(tasks.classOf[task]).delayNs() : timesNs[timer];
        final long nextNs = lastNs + step.time.aNs();
        timesNs[timer] = nextNs > nowNs || step.isAbsolute ? nextNs : nowNs;
        return Math.max(nextNs, nowNs);
    }
}
