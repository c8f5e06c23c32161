// SPDX-License-Identifier: Apache-2.0
package org.scx4j.pipeline;

import com.lmax.disruptor.RingBuffer;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.CachedNanoClock;
import org.scx4j.api.SchedulingPolicy;
import org.scx4j.protocol.SchedAbi;
import org.scx4j.status.LatencyRecorder;
import org.scx4j.transport.KernelTransport;
import org.scx4j.transport.MemoryTransport;

/**
 * The three stages, wired as {@link Pipeline} wires them, but driven by hand and by a clock that stands still.
 */
final class Stages
{
    final CachedNanoClock clock = new CachedNanoClock();
    final LatencyRecorder latency;
    final List<Throwable> errors = new ArrayList<>();
    final List<Long> decided = new ArrayList<>();
    final MemoryTransport kernel;
    final RingBuffer<TaskEvent> ringBuffer;
    final DecisionLog log;
    final DecisionWriter writer;
    final RingReader reader;
    final PolicyHandler policyHandler;
    final DispatchHandler dispatchHandler;

    /**
     * Wires stages.
     *
     * @param policy    to apply.
     * @param kernel    whose rings are used by {@link #enqueue} and {@link #drain}.
     * @param transport what the stages see: the kernel, or something around it.
     * @param events    entries of the Disruptor ring.
     * @param logSize   entries of the decision log.
     */
    Stages(
        final SchedulingPolicy policy,
        final MemoryTransport kernel,
        final KernelTransport transport,
        final int events,
        final int logSize)
    {
        this.kernel = kernel;
        final PathStages stages = new PathStages(transport, policy, events, logSize, errors::add, clock, Journal.NONE);
        latency = stages.latency;
        ringBuffer = stages.ringBuffer;
        log = stages.log;
        writer = stages.writer;
        reader = stages.reader;
        policyHandler = stages.policyHandler;
        dispatchHandler = stages.dispatchHandler;
    }

    static Stages of(final SchedulingPolicy policy, final int ringBytes, final int events, final int logSize)
    {
        final MemoryTransport kernel = new MemoryTransport(ringBytes);
        return new Stages(policy, kernel, kernel, events, logSize);
    }

    static Stages of(final SchedulingPolicy policy)
    {
        return of(policy, 1 << 16, 256, 1024);
    }

    boolean enqueue(final long token)
    {
        return kernel.enqueue(SchedAbi.SCHED_EVENT_QUEUED, (int)token, token, 1);
    }

    void enqueue(final long first, final long last)
    {
        for (long token = first; token <= last; token++)
        {
            if (!enqueue(token))
            {
                throw new IllegalStateException("no room in the queued ring: token=" + token);
            }
        }
    }

    /** One duty cycle of all stages. */
    int doWork()
    {
        try
        {
            return reader.doWork() + policyHandler.doWork() + dispatchHandler.doWork();
        }
        catch (final Exception ex)
        {
            throw new AssertionError(ex);
        }
    }

    int decide()
    {
        try
        {
            return policyHandler.doWork();
        }
        catch (final Exception ex)
        {
            throw new AssertionError(ex);
        }
    }

    int dispatch()
    {
        try
        {
            return dispatchHandler.doWork();
        }
        catch (final Exception ex)
        {
            throw new AssertionError(ex);
        }
    }

    /** Drains the dispatched ring into {@link #decided}. */
    int drain()
    {
        return kernel.drain((decision) -> decided.add(decision.token()));
    }

    /** Duty cycles and drains until nothing moves any more. */
    void settle()
    {
        while (doWork() + drain() > 0)
        {
            Thread.onSpinWait();
        }
    }
}
