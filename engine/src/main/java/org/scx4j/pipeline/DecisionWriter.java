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
    private final Journal journal;
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
    private long vtimeBase;
    private boolean isRebaseDue;

    DecisionWriter(final DecisionLog log, final KernelTransport transport, final Journal journal)
    {
        this.log = log;
        this.transport = transport;
        this.journal = journal;
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
        if (isRebaseDue && 0 != pid)
        {
            vtimeBase = highestVtime() - vtime;
            isRebaseDue = false;
        }
        record.wrap(log.buffer(), log.offset(position))
            .pid(pid)
            .cpu(cpu)
            .token(token)
            .sliceNs(sliceNs)
            .vtime(vtime + vtimeBase)
            .flags(flags)
            .enqueueNs(enqueueNs);
        journal.onDecision(log.buffer(), log.offset(position));
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

    /**
     * From the next decision on, vtimes are those of another policy, whose scale may be another. What the policy before
     * has decided may still wait in the kernel's queues, and must not wait until the new scale has caught up: so the
     * first vtime is made equal to the highest that is known, and all others are shifted as far.
     */
    void rebase()
    {
        isRebaseDue = position > 0;
    }

    /** Of the decisions that the log still has, as the kernel knows it. */
    private long highestVtime()
    {
        long highest = 0;
        boolean isKnown = false;
        for (long i = Math.max(0, position - log.capacity()); i < position; i++)
        {
            record.wrap(log.buffer(), log.offset(i));
            if (0 != record.pid() && (!isKnown || record.vtime() - highest > 0))
            {
                highest = record.vtime();
                isKnown = true;
            }
        }
        return isKnown ? highest : vtime;
    }

    /**
     * What a vtime that the kernel shows is on the scale of the policy.
     *
     * @param vtime of a decision, 0 for none.
     * @return the policy's own, 0 for none.
     */
    long policyVtime(final long vtime)
    {
        return 0 == vtime ? 0 : vtime - vtimeBase;
    }

    /** Whether the kernel's vtimes are the policy's own. */
    boolean isRebased()
    {
        return 0 != vtimeBase;
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
