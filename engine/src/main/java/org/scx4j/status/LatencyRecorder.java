// SPDX-License-Identifier: Apache-2.0
package org.scx4j.status;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.HdrHistogram.Histogram;

/**
 * Engine latency: from a task's enqueue stamp in the kernel to its decision's commit.
 * <p>
 * The writer counts in buckets that only grow, those of an HdrHistogram of three digits, and the reader takes what they
 * have grown by. So recording is an addition: a recorder that exchanges its histogram under the writer would cost two
 * locked instructions a task, more than the dispatcher has for all else.
 * <p>
 * Thread safety: one thread records, one thread reads intervals.
 * <p>
 * Memory ordering: none is needed, each count is whole by itself (opaque); what is not seen yet is in the next
 * interval.
 */
public final class LatencyRecorder
{
    /** Larger values count as this: one minute, far beyond any eviction. */
    public static final long MAX_NS = 60_000_000_000L;
    private static final int SIGNIFICANT_DIGITS = 3;
    /** Values below 2,048 have a bucket each; beyond, each power of two has 1,024. */
    private static final int LINEAR_BITS = 11;
    private static final int HALF_BITS = LINEAR_BITS - 1;
    private static final long LINEAR_MASK = (1L << LINEAR_BITS) - 1;
    private static final VarHandle COUNTS = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] counts = new long[bucket(MAX_NS) + 1];
    private final long[] taken = new long[counts.length];
    private final Histogram total = new Histogram(1, MAX_NS, SIGNIFICANT_DIGITS);
    private final Histogram interval = new Histogram(1, MAX_NS, SIGNIFICANT_DIGITS);

    /** Starts empty. */
    public LatencyRecorder()
    {
    }

    /** Number of the bucket that a value counts in, the same as in the histogram. */
    private static int bucket(final long value)
    {
        final int magnitude = Long.SIZE - LINEAR_BITS - Long.numberOfLeadingZeros(value | LINEAR_MASK);
        return (magnitude << HALF_BITS) + (int)(value >>> magnitude);
    }

    /** The lowest value of a bucket. */
    private static long lowestOf(final int bucket)
    {
        final int magnitude = Math.max(0, (bucket >> HALF_BITS) - 1);
        return (long)(bucket - (magnitude << HALF_BITS)) << magnitude;
    }

    /**
     * Records one latency; does not allocate.
     *
     * @param latencyNs nanoseconds; a value out of range counts as the nearest that is in it.
     */
    public void record(final long latencyNs)
    {
        final int bucket = bucket(Math.max(1, Math.min(latencyNs, MAX_NS)));
        COUNTS.setOpaque(counts, bucket, counts[bucket] + 1);
    }

    /**
     * Takes what was recorded since the last call, and adds it to the total.
     *
     * @return the interval, valid until the next call.
     */
    public Histogram takeInterval()
    {
        interval.reset();
        for (int bucket = 0; bucket < counts.length; bucket++)
        {
            final long count = (long)COUNTS.getOpaque(counts, bucket);
            if (count != taken[bucket])
            {
                interval.recordValueWithCount(lowestOf(bucket), count - taken[bucket]);
                taken[bucket] = count;
            }
        }
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
