// SPDX-License-Identifier: Apache-2.0
package org.scx4j.rustland;

import org.scx4j.protocol.QueuedTaskFlyweight;
import org.scx4j.protocol.SchedAbi;

/**
 * {@link QueuedTask} on a queued record.
 */
final class TaskRecord extends QueuedTaskFlyweight implements QueuedTask
{
    private static final int NO_CPU = -1;

    @Override
    public int cpu()
    {
        return isExiting() ? NO_CPU : prevCpu();
    }

    @Override
    public boolean isExiting()
    {
        return SchedAbi.SCHED_EVENT_EXIT == kind();
    }
}
