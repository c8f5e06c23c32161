// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm;

import org.scx4j.api.Cpu;
import org.scx4j.api.Dispatcher;
import org.scx4j.api.QueuedTask;
import org.scx4j.api.SchedulingPolicy;
import org.scx4j.protocol.SchedAbi;

/**
 * FIFO that counts the wake-ups of one task by its name, and of all tasks those for which a CPU had been picked before
 * it was asked; prints both at the end.
 */
public final class WakeupCounter implements SchedulingPolicy
{
    /** Name of the task. */
    static final String SLEEPER = "sleeper";
    /** {@link #SLEEPER} in the bytes of a task's name. */
    private static final long SLEEPER_BYTES = 0x72657065656c73L;

    private long nrWakeups;
    private long nrPicked;

    /** Nothing counted yet. */
    public WakeupCounter()
    {
    }

    @Override
    public void onTask(final QueuedTask task, final Dispatcher out)
    {
        if (SLEEPER_BYTES == task.commLow() && 0 != (task.flags() & SchedAbi.SCHED_QUEUED_WAKEUP))
        {
            nrWakeups++;
        }
        if (0 != (task.flags() & SchedAbi.SCHED_QUEUED_CPU_IDLE))
        {
            nrPicked++;
        }
        out.dispatch(task).cpu(Cpu.ANY).commit();
    }

    @Override
    public void onClose()
    {
        System.err.println("wake-ups: " + nrWakeups + " picked: " + nrPicked);
    }
}
