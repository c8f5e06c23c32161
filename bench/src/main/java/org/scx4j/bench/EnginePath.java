// SPDX-License-Identifier: Apache-2.0
package org.scx4j.bench;

import java.lang.management.ManagementFactory;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AtomicBuffer;
import org.scx4j.Context;
import org.scx4j.api.SchedulingPolicy;
import org.scx4j.pipeline.Pipeline;
import org.scx4j.pipeline.PipelineOptions;
import org.scx4j.pipeline.ThreadLayout;
import org.scx4j.pipeline.WaitMode;
import org.scx4j.transport.SchedExtTransport;

/**
 * The engine on the kernel's rings: its own transport and pipeline, with all stages on one thread, which spins.
 * <p>
 * Thread safety: as of {@link RoundTripPath}.
 */
final class EnginePath implements RoundTripPath
{
    /** As the engine has it. */
    private static final int LOG_ENTRIES_PER_EVENT = 4;

    private final com.sun.management.ThreadMXBean threads =
        (com.sun.management.ThreadMXBean)ManagementFactory.getThreadMXBean();
    private final RoundTripKernel kernel;
    private final SchedulingPolicy policy;
    private final SchedExtTransport transport;
    private Pipeline pipeline;
    private Agent agent;
    private boolean isEntered;
    private boolean isStarted;
    private long javaThreadId;

    /**
     * Maps the rings.
     *
     * @param kernel whose they are.
     * @param policy started already.
     */
    EnginePath(final RoundTripKernel kernel, final SchedulingPolicy policy)
    {
        this.kernel = kernel;
        this.policy = policy;
        this.transport = kernel.openTransport();
    }

    /**
     * Makes the path, for turns on the calling thread, wherever that runs.
     *
     * @param cpu that the path is told of.
     */
    void wire(final int cpu)
    {
        final PipelineOptions options = new PipelineOptions(ThreadLayout.INLINE, new int[]{cpu}, WaitMode.SPIN,
            Context.EVENTS_DEFAULT, LOG_ENTRIES_PER_EVENT * Context.EVENTS_DEFAULT, 0, 0);
        pipeline = new Pipeline(transport, policy, options, EnginePath::onError, EnginePath::onError);
        agent = pipeline.inlineAgent();
    }

    private static void onError(final Throwable ex)
    {
        throw new IllegalStateException("the engine fails", ex);
    }

    @Override
    public void enter(final int cpu)
    {
        wire(cpu);
        agent.onStart();
        isEntered = true;
        javaThreadId = Thread.currentThread().getId();
    }

    @Override
    public void exchange(final int count)
    {
        final Agent agent = this.agent;
        final int exchangeFd = kernel.exchangeFd();
        try
        {
            for (int i = 0; i < count; i++)
            {
                agent.doWork();
                if (0 != RoundTripReference.runProgram(exchangeFd))
                {
                    throw new IllegalStateException("exchange failed");
                }
            }
        }
        catch (final Exception ex)
        {
            onError(ex);
        }
    }

    @Override
    public void timeTurns(final AtomicBuffer times, final int count)
    {
        final Agent agent = this.agent;
        final int exchangeFd = kernel.exchangeFd();
        try
        {
            for (int i = 0; i < count; i++)
            {
                final long beginNs = System.nanoTime();
                agent.doWork();
                times.putLong(i * Long.BYTES, System.nanoTime() - beginNs);
                if (0 != RoundTripReference.runProgram(exchangeFd))
                {
                    throw new IllegalStateException("exchange failed");
                }
            }
        }
        catch (final Exception ex)
        {
            onError(ex);
        }
    }

    @Override
    public void start(final int cpu)
    {
        wire(cpu);
        isStarted = true;
        pipeline.start();
        javaThreadId = pipeline.javaThreadIds()[0];
    }

    @Override
    public long allocatedBytes()
    {
        return threads.getThreadAllocatedBytes(javaThreadId);
    }

    @Override
    public void close()
    {
        if (isEntered)
        {
            agent.onClose();
        }
        if (isStarted && !pipeline.stop())
        {
            throw new IllegalStateException("the engine's thread does not end");
        }
        final long nrSystemCalls = transport.nrDoorbells() + transport.nrParks();
        transport.close();
        if (0 != nrSystemCalls)
        {
            throw new IllegalStateException("the engine made system calls: count=" + nrSystemCalls);
        }
    }
}
