// SPDX-License-Identifier: Apache-2.0
package org.scx4j.pipeline;

import org.agrona.ErrorHandler;
import org.agrona.LangUtil;
import org.agrona.concurrent.NanoClock;
import org.scx4j.api.SchedulingPolicy;
import org.scx4j.transport.KernelTransport;

/**
 * The event path without threads of its own: the same stages as in {@link Pipeline}, driven step by step by whoever
 * makes the time, for kernels that exist in virtual time only. The same records and the same clock give the same
 * decisions in the same order.
 * <p>
 * Thread safety: for one thread.
 */
public final class VirtualPipeline
{
    private final PathStages stages;
    private final InlineStages inline;

    /**
     * Wires the stages.
     *
     * @param transport     where tasks come from and decisions go.
     * @param policy        started already.
     * @param ringSize      entries of the Disruptor ring, a power of two.
     * @param logSize       entries of the decision log, a power of two.
     * @param onPolicyError for what the policy throws, and the path survives.
     * @param clock         virtual time, ns: that of the policy's ticks and of the latency recorded.
     */
    public VirtualPipeline(
        final KernelTransport transport,
        final SchedulingPolicy policy,
        final int ringSize,
        final int logSize,
        final ErrorHandler onPolicyError,
        final NanoClock clock)
    {
        this(transport, policy, ringSize, logSize, onPolicyError, clock, Journal.NONE);
    }

    /**
     * Wires the stages, with a journal.
     *
     * @param transport     where tasks come from and decisions go.
     * @param policy        started already.
     * @param ringSize      entries of the Disruptor ring, a power of two.
     * @param logSize       entries of the decision log, a power of two.
     * @param onPolicyError for what the policy throws, and the path survives.
     * @param clock         virtual time, ns: that of the policy's ticks and of the latency recorded.
     * @param journal       hears of what the policy sees and decides.
     */
    public VirtualPipeline(
        final KernelTransport transport,
        final SchedulingPolicy policy,
        final int ringSize,
        final int logSize,
        final ErrorHandler onPolicyError,
        final NanoClock clock,
        final Journal journal)
    {
        stages = new PathStages(transport, policy, ringSize, logSize, onPolicyError, clock, journal);
        inline = new InlineStages(stages);
    }

    /**
     * One duty cycle: reads a batch of records, has the policy decide, writes the decisions back.
     *
     * @return how much was done; 0 = the transport has no record, no tick is due, and nothing waits to be written.
     */
    public int doWork()
    {
        try
        {
            return inline.doWork();
        }
        catch (final Exception ex)
        {
            LangUtil.rethrowUnchecked(ex);
            return 0;
        }
    }

    /**
     * The first stage alone: for a caller that says where a batch ends, by {@link #doWork()} when the transport has
     * nothing more.
     *
     * @return records read; 0 = the transport has none, or the Disruptor ring has no room for it.
     */
    public int read()
    {
        return stages.reader.doWork();
    }

    /**
     * Exceptions out of the policy.
     *
     * @return count.
     */
    public long nrPolicyErrors()
    {
        return stages.policyHandler.nrPolicyErrors();
    }
}
