// SPDX-License-Identifier: Apache-2.0
package org.scx4j.pipeline;

import org.scx4j.api.Cpu;
import org.scx4j.api.Decision;
import org.scx4j.api.Dispatcher;
import org.scx4j.api.QueuedTask;
import org.scx4j.protocol.DispatchedTaskFlyweight;
import org.scx4j.protocol.SchedAbi;
import org.scx4j.transport.KernelTransport;

/**
 * The policy's end of the {@link DecisionLog}: what a policy sees as {@link Dispatcher} and {@link Decision}.
 * <p>
 * Thread safety: for the policy's thread only.
 */
final class DecisionWriter extends CacheLinePad implements Dispatcher, Decision
{
    /** What a policy may decide in one callback without looking at {@link #commit()}'s result. */
    static final int ROOM_PER_CALLBACK = 64;

    private final DispatchedTaskFlyweight record = new DispatchedTaskFlyweight();
    private final DecisionLog log;
    private final KernelTransport transport;
    private long position;
    private long headCache;
    private int pid;
    private int cpu;
    private long token;
    private long sliceNs;
    private long vtime;
    private long flags;
    private long enqueueNs;
    private long tokenAtHand;
    private boolean isAtHandDecided;
    private boolean isRefused;

    DecisionWriter(final DecisionLog log, final KernelTransport transport)
    {
        this.log = log;
        this.transport = transport;
        this.position = log.tailAcquire();
        this.headCache = log.headAcquire();
    }

    @Override
    public Decision dispatch(final QueuedTask task)
    {
        return dispatch(task.pid(), task.token(), task.enqueueNs());
    }

    @Override
    public Decision dispatch(final int pid, final long token, final long enqueueNs)
    {
        this.pid = pid;
        this.token = token;
        this.enqueueNs = enqueueNs;
        this.cpu = Cpu.ANY;
        this.sliceNs = 0;
        this.vtime = 0;
        this.flags = 0;
        return this;
    }

    @Override
    public Decision cpu(final int cpu)
    {
        this.cpu = cpu;
        return this;
    }

    @Override
    public Decision sliceNs(final long sliceNs)
    {
        this.sliceNs = sliceNs;
        return this;
    }

    @Override
    public Decision vtime(final long vtime)
    {
        this.vtime = vtime;
        return this;
    }

    @Override
    public Decision head()
    {
        flags |= SchedAbi.SCHED_DECISION_HEAD;
        return this;
    }

    @Override
    public Decision preempt()
    {
        flags |= SchedAbi.SCHED_DECISION_PREEMPT;
        return this;
    }

    @Override
    public void hold(final long token)
    {
        transport.hold(token);
    }

    @Override
    public boolean kick(final int cpu)
    {
        return commitKick(cpu, SchedAbi.SCHED_DECISION_KICK);
    }

    @Override
    public boolean preempt(final int cpu)
    {
        return commitKick(cpu, SchedAbi.SCHED_DECISION_KICK | SchedAbi.SCHED_DECISION_PREEMPT);
    }

    private boolean commitKick(final int cpu, final long kick)
    {
        dispatch(0, 0, 0);
        this.cpu = cpu;
        this.flags = kick;
        return commit();
    }

    @Override
    public boolean commit()
    {
        if (!hasRoom(1))
        {
            isRefused = true;
            return false;
        }
        record.wrap(log.buffer(), log.offset(position))
            .pid(pid)
            .cpu(cpu)
            .token(token)
            .sliceNs(sliceNs)
            .vtime(vtime)
            .flags(flags)
            .enqueueNs(enqueueNs);
        position++;
        isAtHandDecided |= token == tokenAtHand;
        return true;
    }

    /**
     * Starts the callback for a task.
     *
     * @param token of the task, which {@link #isAtHandDecided()} then tells of.
     */
    void atHand(final long token)
    {
        tokenAtHand = token;
        isAtHandDecided = false;
    }

    /**
     * Asks, once, whether a commit was refused: the policy then waits for a callback to try again.
     *
     * @return true if one was since the last call.
     */
    boolean takeRefused()
    {
        final boolean was = isRefused;
        isRefused = false;
        return was;
    }

    boolean isAtHandDecided()
    {
        return isAtHandDecided;
    }

    boolean hasRoom(final int records)
    {
        final long needed = position + records - log.capacity();
        if (needed > headCache)
        {
            headCache = log.headAcquire();
        }
        return needed <= headCache;
    }

    long position()
    {
        return position;
    }

    /** Hands what was committed so far to the dispatcher. */
    void flush()
    {
        log.tailRelease(position);
    }
}
