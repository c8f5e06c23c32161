// SPDX-License-Identifier: Apache-2.0
package org.scx4j.transport;

import java.util.EnumMap;
import java.util.Map;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.AtomicBuffer;
import org.scx4j.jni.LibC;
import org.scx4j.protocol.ShadowAbi;
import org.scx4j.protocol.ShadowCounter;
import org.scx4j.protocol.ShadowOutcomeDescriptor;
import org.scx4j.status.Agreement;
import org.scx4j.status.DecisionComparison;

/**
 * Takes what became of tasks and decisions out of the ring {@code outcomes}, on a thread of its own that nobody waits
 * for, and compares it.
 * <p>
 * Thread safety: {@link #start()}, {@link #stop()} and {@link #agreement()} for one thread at a time.
 */
final class OutcomeReader implements QueuedRecordHandler
{
    private static final int NICE = 10;
    private static final long PAUSE_MS = 5;
    private static final int BATCH = 4096;

    private final DecisionComparison comparison = new DecisionComparison();
    private final MappedKernel kernel;
    private final AtomicBuffer observations;
    private final BpfRingBuffer outcomes;
    private final Thread thread;
    private long nrDroppedSeen;
    private volatile boolean isStopping;
    private volatile RuntimeException failure;

    /**
     * Reads nothing yet.
     *
     * @param kernel       sums counters.
     * @param observations entries of {@link ShadowCounter}.
     * @param outcomes     ring.
     */
    OutcomeReader(final MappedKernel kernel, final AtomicBuffer observations, final BpfRingBuffer outcomes)
    {
        this.kernel = kernel;
        this.observations = observations;
        this.outcomes = outcomes;
        this.thread = new Thread(this::run, "scx4j-outcomes");
        this.thread.setDaemon(true);
    }

    void start()
    {
        thread.start();
    }

    /** Reads the rest, and ends; without effect if it was not started. */
    void stop()
    {
        isStopping = true;
        boolean wasInterrupted = false;
        while (thread.isAlive())
        {
            try
            {
                thread.join();
            }
            catch (final InterruptedException ex)
            {
                wasInterrupted = true;
            }
        }
        if (wasInterrupted)
        {
            Thread.currentThread().interrupt();
        }
    }

    private void run()
    {
        LibC.setThreadNice(0, NICE);
        try
        {
            boolean isLast;
            do
            {
                isLast = isStopping;
                drain();
                if (!isLast)
                {
                    Thread.sleep(PAUSE_MS);
                }
            }
            while (!isLast);
        }
        catch (final InterruptedException ex)
        {
            Thread.currentThread().interrupt();
        }
        catch (final RuntimeException ex)
        {
            failure = ex;
        }
    }

    private void drain()
    {
        while (outcomes.poll(this, BATCH) > 0)
        {
            final long nrDropped = observation(ShadowCounter.NR_OUTCOMES_DROPPED);
            if (nrDropped != nrDroppedSeen)
            {
                nrDroppedSeen = nrDropped;
                comparison.onLoss();
            }
        }
    }

    @Override
    public void onRecord(final MutableDirectBuffer buffer, final int offset)
    {
        final long token = buffer.getLong(offset + ShadowOutcomeDescriptor.TOKEN_OFFSET);
        final int cpu = buffer.getInt(offset + ShadowOutcomeDescriptor.CPU_OFFSET);
        final long enqueueNs = buffer.getLong(offset + ShadowOutcomeDescriptor.ENQUEUE_NS_OFFSET);
        final long timeNs = buffer.getLong(offset + ShadowOutcomeDescriptor.TIME_NS_OFFSET);
        switch (buffer.getInt(offset + ShadowOutcomeDescriptor.KIND_OFFSET))
        {
            case ShadowAbi.SHADOW_OUTCOME_RAN:
                comparison.onRan(
                    token, cpu, buffer.getInt(offset + ShadowOutcomeDescriptor.FLAGS_OFFSET), enqueueNs, timeNs);
                break;

            case ShadowAbi.SHADOW_OUTCOME_DECIDED:
                comparison.onDecided(
                    token, cpu, buffer.getLong(offset + ShadowOutcomeDescriptor.VTIME_OFFSET), enqueueNs, timeNs);
                break;

            default:
                comparison.onGone(token);
        }
    }

    /**
     * What broke the comparison.
     *
     * @return null if nothing did.
     */
    RuntimeException failure()
    {
        return failure;
    }

    long observation(final ShadowCounter counter)
    {
        return kernel.sum(observations, ShadowCounter.ENTRY_BYTES, counter.offset());
    }

    Agreement agreement()
    {
        final Map<ShadowCounter, Long> counts = new EnumMap<>(ShadowCounter.class);
        for (final ShadowCounter counter : ShadowCounter.values())
        {
            counts.put(counter, observation(counter));
        }
        return comparison.agreement(counts);
    }
}
