// SPDX-License-Identifier: Apache-2.0
package org.scx4j.testkit;

import org.scx4j.api.Cpu;
import org.scx4j.protocol.SchedAbi;

/**
 * A decision as it arrived in the kernel.
 *
 * @param pid     thread id.
 * @param token   of the enqueue that it answers.
 * @param cpu     where the task is to run, {@link Cpu#ANY} if that is left to the kernel.
 * @param sliceNs how long it may run, nanoseconds.
 * @param vtime   its place in the queue: smaller goes first.
 * @param flags   {@code SCHED_DECISION_*}.
 * @param atNs    when it arrived, virtual time.
 */
public record DecidedTask(int pid, long token, int cpu, long sliceNs, long vtime, long flags, long atNs)
{
    /**
     * Whether the kernel picks the CPU.
     *
     * @return true if the policy named none.
     */
    public boolean isAnyCpu()
    {
        return Cpu.ANY == cpu;
    }

    /**
     * Whether the task takes its CPU from whoever runs there.
     *
     * @return true if the policy said so.
     */
    public boolean isPreempting()
    {
        return 0 != (flags & SchedAbi.SCHED_DECISION_PREEMPT);
    }

    /**
     * Whether the task goes before all that wait for its CPU.
     *
     * @return true if the policy said so.
     */
    public boolean isHead()
    {
        return 0 != (flags & SchedAbi.SCHED_DECISION_HEAD);
    }
}
