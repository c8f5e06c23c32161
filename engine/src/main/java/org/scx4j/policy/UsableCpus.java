// SPDX-License-Identifier: Apache-2.0
package org.scx4j.policy;

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
}
