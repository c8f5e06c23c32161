// SPDX-License-Identifier: Apache-2.0
package org.scx4j.compare;

import org.scx4j.sim.SimulationListener;

/**
 * Two listeners of one simulation.
 *
 * @param first  is told first.
 * @param second is told then.
 */
public record SimulationListeners(SimulationListener first, SimulationListener second) implements SimulationListener
{
    @Override
    public void onTask(final long timeNs, final int pid, final int taskClass)
    {
        first.onTask(timeNs, pid, taskClass);
        second.onTask(timeNs, pid, taskClass);
    }

    @Override
    public void onWake(final long timeNs, final int pid, final int cpu)
    {
        first.onWake(timeNs, pid, cpu);
        second.onWake(timeNs, pid, cpu);
    }

    @Override
    public void onEnqueue(final long timeNs, final int pid, final int cpu)
    {
        first.onEnqueue(timeNs, pid, cpu);
        second.onEnqueue(timeNs, pid, cpu);
    }

    @Override
    public void onDecision(final long timeNs, final int pid, final int cpu, final long sliceNs, final long vtime)
    {
        first.onDecision(timeNs, pid, cpu, sliceNs, vtime);
        second.onDecision(timeNs, pid, cpu, sliceNs, vtime);
    }

    @Override
    public void onRun(final long timeNs, final int pid, final int cpu, final long waitNs)
    {
        first.onRun(timeNs, pid, cpu, waitNs);
        second.onRun(timeNs, pid, cpu, waitNs);
    }

    @Override
    public void onStop(final long timeNs, final int pid, final int cpu, final int reason)
    {
        first.onStop(timeNs, pid, cpu, reason);
        second.onStop(timeNs, pid, cpu, reason);
    }
}
