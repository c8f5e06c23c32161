// SPDX-License-Identifier: Apache-2.0
package org.scx4j.pipeline;

import com.lmax.disruptor.EventPoller;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.NanoClock;
import org.scx4j.protocol.DispatchedTaskFlyweight;
import org.scx4j.status.LatencyRecorder;
import org.scx4j.transport.KernelTransport;

/**
 * Third stage: writes the policy's decisions into the kernel's ring, and publishes them batch by batch.
 * <p>
 * It follows the policy handler on the Disruptor ring. A full kernel ring holds decisions back, never drops them:
 * they stay in the {@link DecisionLog} until there is room.
 */
final class DispatchHandler extends CacheLinePad implements Agent, EventPoller.Handler<TaskEvent>
{
    static final int BATCH_LIMIT = 64;

    private final DispatchedTaskFlyweight record = new DispatchedTaskFlyweight();
    private final EventPoller<TaskEvent> poller;
    private final DecisionLog log;
    private final KernelTransport transport;
    private final LatencyRecorder latency;
    private final NanoClock clock;
    private long position;
    private long nrBackPressure;

    DispatchHandler(
        final EventPoller<TaskEvent> poller,
        final DecisionLog log,
        final KernelTransport transport,
        final LatencyRecorder latency,
        final NanoClock clock)
    {
        this.poller = poller;
        this.log = log;
        this.transport = transport;
        this.latency = latency;
        this.clock = clock;
        this.position = log.headAcquire();
    }

    @Override
    public int doWork() throws Exception
    {
        poller.poll(this);
        return dispatch();
    }

    @Override
    public boolean onEvent(final TaskEvent event, final long sequence, final boolean endOfBatch)
    {
        return true;
    }

    private int dispatch()
    {
        final DecisionLog log = this.log;
        final long begin = position;
        final long end = Math.min(log.tailAcquire(), begin + BATCH_LIMIT);
        long next = begin;

        while (next < end && transport.offer(log.buffer(), log.offset(next)))
        {
            next++;
        }
        if (next < end)
        {
            nrBackPressure++;
        }
        if (next == begin)
        {
            return 0;
        }
        transport.publish();
        recordLatency(begin, next);
        position = next;
        log.headRelease(next);
        return (int)(next - begin);
    }

    private void recordLatency(final long begin, final long end)
    {
        final long nowNs = clock.nanoTime();
        for (long i = begin; i < end; i++)
        {
            final long enqueueNs = record.wrap(log.buffer(), log.offset(i)).enqueueNs();
            if (0 != enqueueNs)
            {
                latency.record(nowNs - enqueueNs);
            }
        }
    }

    @Override
    public String roleName()
    {
        return "dispatcher";
    }

    long nrDispatched()
    {
        return position;
    }

    long nrBackPressure()
    {
        return nrBackPressure;
    }
}
