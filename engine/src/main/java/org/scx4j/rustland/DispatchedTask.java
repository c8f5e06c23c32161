// SPDX-License-Identifier: Apache-2.0
package org.scx4j.rustland;

import org.scx4j.api.Cpu;

/**
 * A decision for {@link BpfScheduler#dispatchTask(DispatchedTask)}: which task, where, for how long, in which place.
 * <p>
 * One object serves for all decisions, by {@link #from(org.scx4j.api.QueuedTask)}; it is copied when it is dispatched.
 * It also is what a scheduler keeps of a task that it decides later.
 * <p>
 * Thread safety: none; for one thread.
 */
public final class DispatchedTask
{
    /**
     * Whichever CPU is free first; as a flag or as the {@link #cpu(int)}, because scx_rustland_core has had both. The
     * value is that of its later releases, and no CPU's number.
     */
    public static final int RL_CPU_ANY = 1 << 20;

    /** Flag: takes the CPU away from what the scheduler runs there, see {@link org.scx4j.api.Decision#preempt()}. */
    public static final int RL_PREEMPT_CPU = 1 << 21;

    /** Flag: ahead of all that wait in the same queue, see {@link org.scx4j.api.Decision#head()}. */
    public static final int RL_HEAD = 1 << 22;

    private int pid;
    private int cpu;
    private long flags;
    private long sliceNs;
    private long vtime;
    private long token;
    private long enqueueNs;

    /** A decision about no task yet: {@link #from(org.scx4j.api.QueuedTask)} names it. */
    public DispatchedTask()
    {
    }

    /**
     * A decision about a task, as {@link #from(org.scx4j.api.QueuedTask)} fills it in.
     *
     * @param task that was dequeued.
     */
    public DispatchedTask(final org.scx4j.api.QueuedTask task)
    {
        from(task);
    }

    /**
     * Starts anew with a task: its last CPU, the default slice, vtime 0, no flags.
     *
     * @param task that was dequeued.
     * @return this.
     */
    public DispatchedTask from(final org.scx4j.api.QueuedTask task)
    {
        return from(task.pid(), task.prevCpu(), task.token(), task.enqueueNs());
    }

    /**
     * Starts anew with the numbers of a task that was kept: the default slice, vtime 0, no flags.
     *
     * @param pid       of the queued task.
     * @param cpu       to run on.
     * @param token     of the queued task.
     * @param enqueueNs of the queued task, for the latency figures; 0 leaves it out of them.
     * @return this.
     */
    public DispatchedTask from(final int pid, final int cpu, final long token, final long enqueueNs)
    {
        this.pid = pid;
        this.cpu = cpu;
        this.token = token;
        this.enqueueNs = enqueueNs;
        this.flags = 0;
        this.sliceNs = 0;
        this.vtime = 0;
        return this;
    }

    /**
     * Thread id.
     *
     * @return pid.
     */
    public int pid()
    {
        return pid;
    }

    /**
     * Sets the thread id.
     *
     * @param pid of the queued task.
     * @return this.
     */
    public DispatchedTask pid(final int pid)
    {
        this.pid = pid;
        return this;
    }

    /**
     * Where the task runs.
     *
     * @return CPU number, {@link #RL_CPU_ANY} or {@link Cpu#ANY}.
     */
    public int cpu()
    {
        return cpu;
    }

    /**
     * Sets where the task runs.
     *
     * @param cpu CPU number; {@link #RL_CPU_ANY} or any negative number for whichever is free first. One that the task
     *            may not use is replaced by the kernel's side and counted as bounced.
     * @return this.
     */
    public DispatchedTask cpu(final int cpu)
    {
        this.cpu = cpu;
        return this;
    }

    /**
     * What is special about the decision.
     *
     * @return {@code RL_*} bits.
     */
    public long flags()
    {
        return flags;
    }

    /**
     * Sets what is special about the decision.
     *
     * @param flags {@code RL_*} bits of this class. Others mean nothing, so the flags of a queued task may be among
     *              them.
     * @return this.
     */
    public DispatchedTask flags(final long flags)
    {
        this.flags = flags;
        return this;
    }

    /**
     * How long the task may run.
     *
     * @return nanoseconds, 0 for the default slice.
     */
    public long sliceNs()
    {
        return sliceNs;
    }

    /**
     * Sets how long the task may run before it is queued again.
     *
     * @param sliceNs nanoseconds; 0 is the default slice.
     * @return this.
     */
    public DispatchedTask sliceNs(final long sliceNs)
    {
        this.sliceNs = sliceNs;
        return this;
    }

    /**
     * Place among those that wait for the same CPU, or for any.
     *
     * @return vtime.
     */
    public long vtime()
    {
        return vtime;
    }

    /**
     * Sets the place among those that wait for the same CPU, or for any.
     *
     * @param vtime the smaller runs first; equal is first in, first out.
     * @return this.
     */
    public DispatchedTask vtime(final long vtime)
    {
        this.vtime = vtime;
        return this;
    }

    /**
     * Number of the enqueue that this decision answers.
     *
     * @return token.
     */
    public long token()
    {
        return token;
    }

    /**
     * Sets the number of the enqueue that this decision answers.
     *
     * @param token of the queued task; a decision with another is cancelled by the kernel's side.
     * @return this.
     */
    public DispatchedTask token(final long token)
    {
        this.token = token;
        return this;
    }

    /**
     * Time of the enqueue that this decision answers.
     *
     * @return CLOCK_MONOTONIC nanoseconds, 0 if it does not count in the latency figures.
     */
    public long enqueueNs()
    {
        return enqueueNs;
    }

    int targetCpu()
    {
        return cpu < 0 || RL_CPU_ANY == cpu || 0 != (flags & RL_CPU_ANY) ? Cpu.ANY : cpu;
    }

    @Override
    public String toString()
    {
        return "pid=" + pid + ", cpu=" + cpu + ", flags=" + flags + ", sliceNs=" + sliceNs + ", vtime=" + vtime +
            ", token=" + token;
    }
}
