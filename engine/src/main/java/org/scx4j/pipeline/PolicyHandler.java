// SPDX-License-Identifier: Apache-2.0
package org.scx4j.pipeline;

import com.lmax.disruptor.EventPoller;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.NanoClock;
import org.scx4j.api.SchedulingPolicy;
import org.scx4j.protocol.SchedAbi;
import org.scx4j.transport.KernelTransport;
import org.scx4j.transport.Lease;

/**
 * Second stage: applies the policy to each event.
 * <p>
 * A policy that throws has its task decided for it, with defaults, unless it had decided already; the error is
 * counted and reported, and the machine goes on.
 */
final class PolicyHandler extends CacheLinePad implements Agent, EventPoller.Handler<TaskEvent>
{
    /** The last event of a batch may be answered in two callbacks. */
    private static final int ROOM_PER_EVENT = 2 * DecisionWriter.ROOM_PER_CALLBACK;

    private final EventPoller<TaskEvent> poller;
    private final KernelTransport transport;
    private final SchedulingPolicy policy;
    private final DecisionWriter out;
    private final ErrorHandler errorHandler;
    private final NanoClock clock;
    private final long tickIntervalNs;
    private long nextTickNs;
    private volatile long nrPolicyErrors;
    private int handled;
    private long nrLeasesLost;
    private long leaseLostNs;
    private boolean isLeaseLost;

    PolicyHandler(
        final EventPoller<TaskEvent> poller,
        final KernelTransport transport,
        final SchedulingPolicy policy,
        final DecisionWriter out,
        final ErrorHandler errorHandler,
        final NanoClock clock)
    {
        this.poller = poller;
        this.transport = transport;
        this.policy = policy;
        this.out = out;
        this.errorHandler = errorHandler;
        this.clock = clock;
        this.tickIntervalNs = policy.tickIntervalNs();
        this.nextTickNs = clock.nanoTime() + tickIntervalNs;
    }

    @Override
    public int doWork() throws Exception
    {
        handled = 0;
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

    /** A loss that began and ended while this thread was stopped is told of all the same. */
    private void follow(final Lease lease)
    {
        final long nrLost = lease.nrLost();
        try
        {
            if (nrLost != nrLeasesLost)
            {
                nrLeasesLost = nrLost;
                isLeaseLost = true;
                policy.onLeaseLost();
            }
            if (!lease.isLost())
            {
                final long totalNs = lease.lostNs();
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
        final long nowNs = clock.nanoTime();
        if (nowNs - nextTickNs < 0 || !out.hasRoom(DecisionWriter.ROOM_PER_CALLBACK))
        {
            return;
        }
        nextTickNs = nowNs + tickIntervalNs;
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

    private void onPolicyError(final Throwable ex)
    {
        nrPolicyErrors++;
        errorHandler.onError(ex);
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
