// SPDX-License-Identifier: Apache-2.0
package org.scx4j.policy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.agrona.BitUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A fixed number of rows outside the heap, found by pid.
 * <p>
 * A pid may live in one of the eight rows of its set, pid modulo the number of sets: pids are handed out in
 * sequence, so they spread evenly without a hash. A new pid takes a row that is free, else the row of its set that
 * has been silent longest. So looking up, adding and removing are O(1) at worst, nothing is allocated, and if exit
 * events are lost the rows of the dead are taken by the living. A task whose row was taken starts afresh.
 * <pre>
 *    0       4       8              16
 *    +-------+-------+---------------+---------------+--
 *    |  pid  | (int) | last seen (ns)|    (longs)      what a subclass keeps
 *    +-------+-------+---------------+---------------+--
 * </pre>
 * Thread safety: for one thread.
 */
abstract class PidTable
{
    /** No row. */
    static final int NONE = -1;
    static final int DEFAULT_CAPACITY = 1 << 16;
    static final int WAYS = 8;

    /** Where a subclass may keep an int. */
    static final int INT_OFFSET = Integer.BYTES;
    /** Where a subclass may keep its longs. */
    static final int LONGS_OFFSET = 2 * Long.BYTES;

    private static final int PID_OFFSET = 0;
    private static final int LAST_SEEN_OFFSET = Long.BYTES;
    private static final int FREE = 0;

    /** All rows; a row's number is its offset. */
    final UnsafeBuffer rows;
    private final int rowLength;
    private final int setLength;
    private final int setMask;

    /**
     * A table without tasks.
     *
     * @param capacity number of rows, a power of two and at least {@link #WAYS}.
     * @param nrLongs  how many longs a subclass keeps in each.
     */
    PidTable(final int capacity, final int nrLongs)
    {
        if (!BitUtil.isPowerOfTwo(capacity) || capacity < WAYS)
        {
            throw new IllegalArgumentException("not a power of two of at least " + WAYS + ": capacity=" + capacity);
        }
        rowLength = LONGS_OFFSET + nrLongs * Long.BYTES;
        setLength = WAYS * rowLength;
        setMask = capacity / WAYS - 1;
        rows = new UnsafeBuffer(ByteBuffer.allocateDirect(capacity * rowLength).order(ByteOrder.nativeOrder()));
        rows.setMemory(0, rows.capacity(), (byte)0);
    }

    /**
     * Finds a task.
     *
     * @param pid of the task, positive.
     * @return its row, or {@link #NONE}.
     */
    final int find(final int pid)
    {
        final int set = set(pid);
        for (int row = set; row < set + setLength; row += rowLength)
        {
            if (pid == rows.getInt(row + PID_OFFSET))
            {
                return row;
            }
        }
        return NONE;
    }

    /**
     * Gives a row to a task that has none.
     *
     * @param pid of the task, positive.
     * @return its row, with the values of whoever had it before.
     */
    final int add(final int pid)
    {
        final int set = set(pid);
        int oldest = set;
        for (int row = set; row < set + setLength; row += rowLength)
        {
            if (FREE == rows.getInt(row + PID_OFFSET))
            {
                oldest = row;
                break;
            }
            if (lastSeenNs(row) - lastSeenNs(oldest) < 0)
            {
                oldest = row;
            }
        }
        rows.putInt(oldest + PID_OFFSET, pid);
        return oldest;
    }

    /**
     * Forgets a task, if it is known.
     *
     * @param pid of the task.
     */
    final void remove(final int pid)
    {
        final int row = find(pid);
        if (NONE != row)
        {
            rows.putInt(row + PID_OFFSET, FREE);
        }
    }

    private int set(final int pid)
    {
        return (pid & setMask) * setLength;
    }

    private long lastSeenNs(final int row)
    {
        return rows.getLong(row + LAST_SEEN_OFFSET);
    }

    final void lastSeenNs(final int row, final long lastSeenNs)
    {
        rows.putLong(row + LAST_SEEN_OFFSET, lastSeenNs);
    }
}
