// SPDX-License-Identifier: Apache-2.0
package org.scx4j.status;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.HdrHistogram.Histogram;

/**
 * Engine latency: from a task's enqueue stamp in the kernel to its decision's commit.
 * <p>
 * Values are counted as {@link Histogram} counts them with three significant digits: a power of two and the ten bits
 * behind it tell the place. But counts only grow here, and an interval is the difference to what was taken before. So
 * who records needs no agreement with who reads, and one value costs one store, not two atomic operations.
 * <p>
 * Thread safety: one thread records, one thread reads intervals. A count is stored with release, which pairs with the
 * acquire of {@link #takeInterval()}: who has seen what was done after a value was recorded takes that value.
 */
public final class LatencyRecorder
{
    /** Larger values count as this: one minute, far beyond any eviction. */
    public static final long MAX_NS = 60_000_000_000L;
    private static final int SIGNIFICANT_DIGITS = 3;

    /** Places for each power of two: the smallest that tells three digits apart. */
    private static final int PLACES_LOG2 = 10;
    /** Values that are places themselves. */
    private static final long EXACT_MASK = (2L << PLACES_LOG2) - 1;
    private static final int EXACT_BITS = PLACES_LOG2 + 1;
    private static final VarHandle COUNT = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] counts = new long[place(MAX_NS) + 1];
    private final long[] taken = new long[counts.length];
    private final Histogram total = new Histogram(1, MAX_NS, SIGNIFICANT_DIGITS);
    private final Histogram interval = new Histogram(1, MAX_NS, SIGNIFICANT_DIGITS);

    /** Starts empty. */
    public LatencyRecorder()
    {
    }

    private static int place(final long value)
    {
        final int shift = Long.SIZE - EXACT_BITS - Long.numberOfLeadingZeros(value | EXACT_MASK);
        return (shift << PLACES_LOG2) + (int)(value >>> shift);
    }

    /** The smallest value that has a place. */
    private static long valueAt(final int place)
    {
        final int shift = Math.max(0, (place >>> PLACES_LOG2) - 1);
        return (long)(place - (shift << PLACES_LOG2)) << shift;
    }

    /**
     * Records one latency; does not allocate.
     *
     * @param latencyNs nanoseconds; a value out of range counts as the nearest that is in it.
     */
    public void record(final long latencyNs)
    {
        final long[] counts = this.counts;
        final int place = place(Math.max(1, Math.min(latencyNs, MAX_NS)));
        COUNT.setRelease(counts, place, counts[place] + 1);
    }

    /**
     * Takes what was recorded since the last call, and adds it to the total.
     *
     * @return the interval, valid until the next call.
     */
    public Histogram takeInterval()
    {
        interval.reset();
        for (int i = 0; i < counts.length; i++)
        {
            final long count = (long)COUNT.getAcquire(counts, i);
            if (count != taken[i])
            {
                interval.recordValueWithCount(valueAt(i), count - taken[i]);
                taken[i] = count;
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
