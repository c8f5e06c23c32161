// SPDX-License-Identifier: Apache-2.0
package org.scx4j.pipeline;

import com.lmax.disruptor.BusySpinWaitStrategy;
import com.lmax.disruptor.EventPoller;
import com.lmax.disruptor.RingBuffer;
import com.lmax.disruptor.Sequence;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.NanoClock;
import org.scx4j.api.SchedulingPolicy;
import org.scx4j.status.LatencyRecorder;
import org.scx4j.transport.KernelTransport;

/**
 * The three stages of the event path and what lies between them, wired; who drives them, and by which clock, is the
 * business of {@link Pipeline} and {@link VirtualPipeline}.
 */
final class PathStages
{
    final LatencyRecorder latency = new LatencyRecorder();
    final RingBuffer<TaskEvent> ringBuffer;
    final DecisionLog log;
    final DecisionWriter writer;
    final RingReader reader;
    final PolicyHandler policyHandler;
    final DispatchHandler dispatchHandler;

    PathStages(
        final KernelTransport transport,
        final SchedulingPolicy policy,
        final int ringSize,
        final int logSize,
        final ErrorHandler onPolicyError,
        final NanoClock clock,
        final Journal journal)
    {
        ringBuffer = RingBuffer.createSingleProducer(
            TaskEvent.factory(ringSize), ringSize, new BusySpinWaitStrategy());
        final EventPoller<TaskEvent> policyPoller = ringBuffer.newPoller();
        final Sequence dispatchSequence = new Sequence();
        ringBuffer.addGatingSequences(dispatchSequence);

        log = new DecisionLog(logSize);
        writer = new DecisionWriter(log, transport, journal);
        reader = new RingReader(transport, ringBuffer);
        policyHandler = new PolicyHandler(policyPoller, transport, policy, writer, onPolicyError, clock, journal);
        dispatchHandler = new DispatchHandler(
            policyPoller.getSequence(), dispatchSequence, log, transport, latency, clock);
    }
}
