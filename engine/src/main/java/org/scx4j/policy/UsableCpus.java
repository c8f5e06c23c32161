// SPDX-License-Identifier: Apache-2.0
package org.scx4j.policy;

import org.scx4j.api.Decision;
import org.scx4j.api.Dispatcher;
import org.scx4j.api.QueuedTask;
import org.scx4j.protocol.SchedAbi;
import org.scx4j.topology.CpuTopology;

/**
 * Which CPUs a task may use, as far as its record tells: all, or nobody knows which.
 * <p>
 * Thread safety: immutable.
 */
final class UsableCpus
{
    private final int nrOnline;

    /**
     * Asks the topology.
     *
     * @param topology of the machine.
     */
    UsableCpus(final CpuTopology topology)
    {
        nrOnline = topology.onlineCpus().count();
    }

    /**
     * Whether a task may be sent anywhere.
     *
     * @param task to be sent.
     * @return false if there are CPUs that it may not use.
     */
    boolean areAll(final QueuedTask task)
    {
        return task.nrCpusAllowed() >= nrOnline && 0 == (task.flags() & SchedAbi.SCHED_QUEUED_CONFINED);
    }

    /**
     * Commits a decision, and makes a CPU give way for it. If the task may be sent anywhere, it is not bound to that
     * CPU: whichever looks for a task first takes it, also when a higher class has taken that CPU meanwhile.
     *
     * @param cpu      whose task gives way; one that the task may use.
     * @param task     to be sent.
     * @param decision for the task, of a vtime before that of the one that gives way.
     * @param out      where the decision goes.
     */
    void preempt(final int cpu, final QueuedTask task, final Decision decision, final Dispatcher out)
    {
        if (areAll(task))
        {
            decision.commit();
            out.preempt(cpu);
        }
        else
        {
            decision.cpu(cpu).preempt().commit();
        }
    }
}
