// SPDX-License-Identifier: Apache-2.0
package org.scx4j.sim;

import java.util.Arrays;

/**
 * Timers, each of which is a number and is set for one time or none: a binary heap with an index by timer. Timers that
 * are due at the same time fire in the order in which they were set.
 * <p>
 * Thread safety: none. Allocates nothing once made.
 */
final class TimerHeap
{
    static final long NEVER = Long.MAX_VALUE;
    private static final int NONE = -1;

    private final int[] heap;
    private final int[] placeOf;
    private final long[] timesNs;
    private final long[] sequences;
    private int size;
    private long sequence;

    TimerHeap(final int nrTimers)
    {
        heap = new int[nrTimers];
        placeOf = new int[nrTimers];
        timesNs = new long[nrTimers];
        sequences = new long[nrTimers];
        Arrays.fill(placeOf, NONE);
    }

    /** Sets a timer, whether it was set before or not. */
    void set(final int timer, final long timeNs)
    {
        timesNs[timer] = timeNs;
        sequences[timer] = sequence++;
        final int place = placeOf[timer];
        if (NONE == place)
        {
            siftUp(size++, timer);
        }
        else
        {
            siftDown(place, timer);
            siftUp(placeOf[timer], timer);
        }
    }

    /** Sets a timer unless it is set for that time or an earlier one. */
    void setNoLater(final int timer, final long timeNs)
    {
        if (NONE == placeOf[timer] || timesNs[timer] > timeNs)
        {
            set(timer, timeNs);
        }
    }

    void cancel(final int timer)
    {
        final int place = placeOf[timer];
        if (NONE == place)
        {
            return;
        }
        placeOf[timer] = NONE;
        final int last = heap[--size];
        if (last != timer)
        {
            siftDown(place, last);
            siftUp(placeOf[last], last);
        }
    }

    boolean isSet(final int timer)
    {
        return NONE != placeOf[timer];
    }

    /** When the first timer is due, or {@link #NEVER}. */
    long firstNs()
    {
        return 0 == size ? NEVER : timesNs[heap[0]];
    }

    /** Takes the first timer; there must be one. */
    int removeFirst()
    {
        final int timer = heap[0];
        cancel(timer);
        return timer;
    }

    private void siftUp(final int from, final int timer)
    {
        int place = from;
        while (place > 0)
        {
            final int parent = (place - 1) >>> 1;
            if (!isBefore(timer, heap[parent]))
            {
                break;
            }
            put(place, heap[parent]);
            place = parent;
        }
        put(place, timer);
    }

    private void siftDown(final int from, final int timer)
    {
        int place = from;
        while (true)
        {
            int child = 2 * place + 1;
            if (child + 1 < size && isBefore(heap[child + 1], heap[child]))
            {
                child++;
            }
            if (child >= size || !isBefore(heap[child], timer))
            {
                break;
            }
            put(place, heap[child]);
            place = child;
        }
        put(place, timer);
    }

    private boolean isBefore(final int timer, final int other)
    {
        return timesNs[timer] < timesNs[other] ||
            timesNs[timer] == timesNs[other] && sequences[timer] < sequences[other];
    }

    private void put(final int place, final int timer)
    {
        heap[place] = timer;
        placeOf[timer] = place;
    }
}
