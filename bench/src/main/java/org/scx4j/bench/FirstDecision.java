// SPDX-License-Identifier: Apache-2.0
package org.scx4j.bench;

import org.scx4j.api.Cpu;
import org.scx4j.api.Dispatcher;
import org.scx4j.api.QueuedTask;
import org.scx4j.api.SchedulingPolicy;

/**
 * FIFO that says at its end how long the very first task waited for its decision.
 */
public final class FirstDecision implements SchedulingPolicy
{
    /** What precedes the figure, in nanoseconds, on standard error. */
    static final String PREFIX = "first decision ns: ";

    private long firstNs;

    /** For the service loader. */
    public FirstDecision()
    {
    }

    @Override
    public void onTask(final QueuedTask task, final Dispatcher out)
    {
        out.dispatch(task).cpu(Cpu.ANY).commit();
        if (0 == firstNs)
        {
            firstNs = System.nanoTime() - task.enqueueNs();
        }
    }

    @Override
    public void onClose()
    {
        System.err.println(PREFIX + firstNs);
    }
}
