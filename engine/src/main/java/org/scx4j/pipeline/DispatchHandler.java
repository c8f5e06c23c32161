// SPDX-License-Identifier: Apache-2.0
package org.scx4j.pipeline;

import static org.scx4j.protocol.DispatchedTaskDescriptor.ENQUEUE_NS_OFFSET;

import com.lmax.disruptor.Sequence;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.NanoClock;
import org.scx4j.status.LatencyRecorder;
import org.scx4j.transport.KernelTransport;

/**
 * Third stage: writes the policy's decisions into the kernel's ring, and publishes them batch by batch.
 * <p>
 * It follows the policy handler on the Disruptor ring by its sequence alone: what it writes is in the log, so it looks
 * at no event. A full kernel ring holds decisions back, never drops them: they stay in the {@link DecisionLog} until
 * there is room.
 */
final class DispatchHandler extends CacheLinePad implements Agent
{
    static final int BATCH_LIMIT = 64;

    private final Sequence policySequence;
    private final Sequence sequence;
    private final DecisionLog log;
    private final KernelTransport transport;
    private final LatencyRecorder latency;
    private final NanoClock clock;
    private long position;
    private long nrBackPressure;

    DispatchHandler(
        final Sequence policySequence,
        final Sequence sequence,
        final DecisionLog log,
        final KernelTransport transport,
        final LatencyRecorder latency,
        final NanoClock clock)
    {
        this.policySequence = policySequence;
        this.sequence = sequence;
        this.log = log;
        this.transport = transport;
        this.latency = latency;
        this.clock = clock;
        this.position = log.headAcquire();
    }

    @Override
    public int doWork()
    {
        final long handled = policySequence.get();
        if (handled != sequence.get())
        {
            sequence.set(handled);
        }
        return dispatch();
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
            final long enqueueNs = log.buffer().getLong(log.offset(i) + ENQUEUE_NS_OFFSET);
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
