// SPDX-License-Identifier: Apache-2.0
package org.scx4j.pipeline;

import com.lmax.disruptor.EventPoller;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.NanoClock;
import org.scx4j.api.PolicyHandover;
import org.scx4j.api.SchedulingPolicy;
import org.scx4j.protocol.SchedAbi;
import org.scx4j.transport.KernelTransport;
import org.scx4j.transport.Lease;

/**
 * Second stage: applies the policy to each event.
 * <p>
 * A policy that throws has its task decided for it, with defaults, unless it had decided already; the error is
 * counted and reported, and the machine goes on.
 * <p>
 * Memory ordering: {@code exchange} is stored with release by whoever wants another policy, which covers what that one
 * has set up in its {@code onStart}; it pairs with the acquire at the start of each duty cycle.
 */
final class PolicyHandler extends CacheLinePad implements Agent, EventPoller.Handler<TaskEvent>
{
    /** The last event of a batch may be answered in two callbacks. */
    private static final int ROOM_PER_EVENT = 2 * DecisionWriter.ROOM_PER_CALLBACK;
    private static final VarHandle EXCHANGE = exchangeHandle();

    private final EventPoller<TaskEvent> poller;
    private final KernelTransport transport;
    private final DecisionWriter out;
    private final ErrorHandler errorHandler;
    private final NanoClock clock;
    private final Journal journal;
    private SchedulingPolicy policy;
    private PolicyExchange exchange;
    private HeldTasks heldTasks;
    private long tickIntervalNs;
    private long nextTickNs;
    private volatile long nrPolicyErrors;
    private int handled;
    private long nrLeasesLost;
    private long leaseLostNs;
    private boolean isLeaseLost;
    private long cycleNs;
    private boolean isCycleTold;

    PolicyHandler(
        final EventPoller<TaskEvent> poller,
        final KernelTransport transport,
        final SchedulingPolicy policy,
        final DecisionWriter out,
        final ErrorHandler errorHandler,
        final NanoClock clock,
        final Journal journal)
    {
        this.poller = poller;
        this.transport = transport;
        this.policy = policy;
        this.out = out;
        this.errorHandler = errorHandler;
        this.clock = clock;
        this.journal = journal;
        this.tickIntervalNs = policy.tickIntervalNs();
        final long nowNs = clock.nanoTime();
        this.nextTickNs = nowNs + tickIntervalNs;
        journal.onCycle(nowNs);
    }

    private static VarHandle exchangeHandle()
    {
        try
        {
            return MethodHandles.lookup().findVarHandle(PolicyHandler.class, "exchange", PolicyExchange.class);
        }
        catch (final ReflectiveOperationException ex)
        {
            throw new ExceptionInInitializerError(ex);
        }
    }

    @Override
    public int doWork() throws Exception
    {
        handled = 0;
        cycleNs = 0;
        isCycleTold = false;
        final PolicyExchange wanted = (PolicyExchange)EXCHANGE.getAcquire(this);
        if (null != wanted && null == heldTasks && out.hasRoom(ROOM_PER_EVENT) && wanted.take())
        {
            carryOut(wanted);
        }
        if (null != heldTasks)
        {
            giveHeldTasks();
            if (null != heldTasks)
            {
                return handled; // no event before the dispatcher has made room for the rest
            }
        }
        final Lease lease = transport.lease();
        if (lease.nrLost() != nrLeasesLost || isLeaseLost)
        {
            follow(lease);
        }
        if (tickIntervalNs > 0)
        {
            tick();
        }
        if (out.hasRoom(ROOM_PER_EVENT))
        {
            poller.poll(this);
            if (0 == handled && out.takeRefused())
            {
                endBatch();
            }
        }
        return handled;
    }

    @Override
    public boolean onEvent(final TaskEvent event, final long sequence, final boolean endOfBatch)
    {
        handled++;
        if (out.isRebased())
        {
            event.vtime(out.policyVtime(event.vtime()));
        }
        tellCycle();
        journal.onEvent(event.buffer(), event.offset());
        try
        {
            switch (event.kind())
            {
                case SchedAbi.SCHED_EVENT_QUEUED:
                    out.atHand(event.token());
                    policy.onTask(event, out);
                    break;

                case SchedAbi.SCHED_EVENT_EXIT:
                    policy.onTaskExit(event.pid());
                    break;

                case SchedAbi.SCHED_EVENT_CPU_AVAILABLE:
                    policy.onCpuAvailable(event.prevCpu(), out);
                    break;

                default:
                    throw new IllegalStateException("unknown event: kind=" + event.kind());
            }
        }
        catch (final Throwable ex)
        {
            onPolicyError(ex);
            if (SchedAbi.SCHED_EVENT_QUEUED == event.kind() && !out.isAtHandDecided())
            {
                out.dispatch(event).commit();
            }
        }
        if (endOfBatch)
        {
            endBatch();
            return false;
        }
        if (!out.hasRoom(ROOM_PER_EVENT))
        {
            out.flush();
            return false;
        }
        return true;
    }

    /** The old policy's batch is ended here, because it may have been cut short for want of room. */
    private void carryOut(final PolicyExchange wanted)
    {
        endBatch();
        final HeldTasks held = new HeldTasks();
        Object state = null;
        try
        {
            state = policy instanceof PolicyHandover ? ((PolicyHandover)policy).handOver(held) : null;
        }
        catch (final Throwable ex)
        {
            onPolicyError(ex);
        }
        if (!wanted.confirm())
        {
            EXCHANGE.setRelease(this, (PolicyExchange)null);
            return;
        }
        policy = wanted.next();
        tickIntervalNs = wanted.tickIntervalNs();
        nextTickNs = clock.nanoTime() + tickIntervalNs;
        out.rebase();
        try
        {
            if (null != state && policy instanceof PolicyHandover)
            {
                ((PolicyHandover)policy).takeOver(state);
            }
            if (isLeaseLost)
            {
                policy.onLeaseLost();
            }
        }
        catch (final Throwable ex)
        {
            onPolicyError(ex);
        }
        heldTasks = held.isEmpty() ? null : held;
        handled++;
        EXCHANGE.setRelease(this, (PolicyExchange)null);
        wanted.done();
    }

    /** Before any other event: one of these tasks may be about to exit. */
    private void giveHeldTasks()
    {
        while (!heldTasks.isEmpty() && out.hasRoom(ROOM_PER_EVENT))
        {
            final int pid = heldTasks.pid();
            final long token = heldTasks.token();
            final long enqueueNs = heldTasks.enqueueNs();
            heldTasks.removeFirst();
            handled++;
            out.atHand(token);
            if (!giveHeldTask(pid, token, enqueueNs) && !out.isAtHandDecided())
            {
                out.dispatch(pid, token, enqueueNs).commit();
            }
        }
        if (heldTasks.isEmpty())
        {
            heldTasks = null;
            endBatch();
        }
        out.flush();
    }

    /** False if the policy can't take it. */
    private boolean giveHeldTask(final int pid, final long token, final long enqueueNs)
    {
        try
        {
            if (policy instanceof PolicyHandover)
            {
                ((PolicyHandover)policy).onHeldTask(pid, token, enqueueNs, out);
                return true;
            }
        }
        catch (final Throwable ex)
        {
            onPolicyError(ex);
        }
        return false;
    }

    /** A loss that began and ended while this thread was stopped is told of all the same. */
    private void follow(final Lease lease)
    {
        final long nrLost = lease.nrLost();
        final boolean isLost = lease.isLost();
        final long totalNs = lease.lostNs();
        if (nrLost != nrLeasesLost || !isLost)
        {
            tellCycle();
            journal.onLease(isLost, nrLost, totalNs);
        }
        try
        {
            if (nrLost != nrLeasesLost)
            {
                nrLeasesLost = nrLost;
                isLeaseLost = true;
                policy.onLeaseLost();
            }
            if (!isLost)
            {
                final long lostNs = totalNs - leaseLostNs;
                isLeaseLost = false;
                leaseLostNs = totalNs;
                policy.onLeaseRegained(lostNs);
            }
        }
        catch (final Throwable ex)
        {
            onPolicyError(ex);
        }
    }

    private void endBatch()
    {
        try
        {
            policy.onBatchEnd(out);
        }
        catch (final Throwable ex)
        {
            onPolicyError(ex);
        }
        out.flush();
    }

    private void tick()
    {
        final long nowNs = nowNs();
        if (nowNs - nextTickNs < 0 || !out.hasRoom(DecisionWriter.ROOM_PER_CALLBACK))
        {
            return;
        }
        nextTickNs = nowNs + tickIntervalNs;
        tellCycle();
        try
        {
            policy.onTick(nowNs, out);
        }
        catch (final Throwable ex)
        {
            onPolicyError(ex);
        }
        out.flush();
    }

    /** One time for all that happens in a duty cycle, so that it can happen again from a journal. */
    private long nowNs()
    {
        if (0 == cycleNs)
        {
            cycleNs = clock.nanoTime();
        }
        return cycleNs;
    }

    /** Before the first thing that the policy is told in this duty cycle. */
    private void tellCycle()
    {
        if (!isCycleTold && Journal.NONE != journal)
        {
            isCycleTold = true;
            journal.onCycle(nowNs());
        }
    }

    private void onPolicyError(final Throwable ex)
    {
        nrPolicyErrors++;
        errorHandler.onError(ex);
    }

    /**
     * Wants another policy; from any thread, one at a time.
     *
     * @param wanted to be carried out; null to forget one that was withdrawn.
     */
    void exchange(final PolicyExchange wanted)
    {
        EXCHANGE.setRelease(this, wanted);
    }

    @Override
    public void onClose()
    {
        policy.onClose();
    }

    @Override
    public String roleName()
    {
        return "policy";
    }

    long nrPolicyErrors()
    {
        return nrPolicyErrors;
    }
}
