// SPDX-License-Identifier: Apache-2.0
package org.scx4j.status;

import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;

/**
 * Engine latency: from a task's enqueue stamp in the kernel to its decision's commit.
 * <p>
 * Thread safety: one thread records, one thread reads intervals.
 */
public final class LatencyRecorder
{
    /** Larger values count as this: one minute, far beyond any eviction. */
    public static final long MAX_NS = 60_000_000_000L;
    private static final int SIGNIFICANT_DIGITS = 3;

    private final SingleWriterRecorder recorder = new SingleWriterRecorder(1, MAX_NS, SIGNIFICANT_DIGITS);
    private final Histogram total = new Histogram(1, MAX_NS, SIGNIFICANT_DIGITS);
    private Histogram interval;

    /** Starts empty. */
    public LatencyRecorder()
    {
    }

    /**
     * Records one latency; does not allocate.
     *
     * @param latencyNs nanoseconds; a value out of range counts as the nearest that is in it.
     */
    public void record(final long latencyNs)
    {
        recorder.recordValue(Math.max(1, Math.min(latencyNs, MAX_NS)));
    }

    /**
     * Takes what was recorded since the last call, and adds it to the total.
     *
     * @return the interval, valid until the next call.
     */
    public Histogram takeInterval()
    {
        interval = recorder.getIntervalHistogram(interval);
        total.add(interval);
        return interval;
    }

    /**
     * All intervals taken so far.
     *
     * @return the total, changed by {@link #takeInterval()}.
     */
    public Histogram total()
    {
        return total;
    }

    /** Forgets everything recorded so far, as after a warm-up. Takes effect for values recorded before the call. */
    public void reset()
    {
        takeInterval();
        total.reset();
    }
}
