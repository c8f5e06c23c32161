// SPDX-License-Identifier: Apache-2.0
package org.scx4j.policy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.agrona.BitUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What a policy remembers of each task: a fixed number of rows outside the heap, found by pid.
 * <p>
 * A pid may live in one of the eight rows of its set, pid modulo the number of sets: pids are handed out in
 * sequence, so they spread evenly without a hash. A new pid takes a row that is free, else the row of its set that
 * has been silent longest. So looking up, adding and removing are O(1) at worst, nothing is allocated, and if exit
 * events are lost the rows of the dead are taken by the living. A task whose row was taken starts afresh.
 * <pre>
 *    0       4       8              16              24              32
 *    +-------+-------+---------------+---------------+---------------+
 *    |  pid  | queue | virtual time  | sum exec (ns) | last seen (ns)|
 *    +-------+-------+---------------+---------------+---------------+
 * </pre>
 * Thread safety: for one thread.
 */
final class TaskTable
{
    /** No row. */
    static final int NONE = -1;
    static final int DEFAULT_CAPACITY = 1 << 16;
    static final int WAYS = 8;

    private static final int PID_OFFSET = 0;
    private static final int QUEUE_OFFSET = PID_OFFSET + Integer.BYTES;
    private static final int VIRTUAL_TIME_OFFSET = QUEUE_OFFSET + Integer.BYTES;
    private static final int SUM_EXEC_OFFSET = VIRTUAL_TIME_OFFSET + Long.BYTES;
    private static final int LAST_SEEN_OFFSET = SUM_EXEC_OFFSET + Long.BYTES;
    private static final int ROW_LENGTH = LAST_SEEN_OFFSET + Long.BYTES;
    private static final int SET_LENGTH = WAYS * ROW_LENGTH;
    private static final int FREE = 0;

    private final UnsafeBuffer rows;
    private final int setMask;

    /**
     * A table without tasks.
     *
     * @param capacity number of rows, a power of two and at least {@link #WAYS}.
     */
    TaskTable(final int capacity)
    {
        if (!BitUtil.isPowerOfTwo(capacity) || capacity < WAYS)
        {
            throw new IllegalArgumentException("not a power of two of at least " + WAYS + ": capacity=" + capacity);
        }
        rows = new UnsafeBuffer(ByteBuffer.allocateDirect(capacity * ROW_LENGTH).order(ByteOrder.nativeOrder()));
        rows.setMemory(0, rows.capacity(), (byte)0);
        setMask = capacity / WAYS - 1;
    }

    /**
     * Finds a task.
     *
     * @param pid of the task, positive.
     * @return its row, or {@link #NONE}.
     */
    int find(final int pid)
    {
        final int set = set(pid);
        for (int row = set; row < set + SET_LENGTH; row += ROW_LENGTH)
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
    int add(final int pid)
    {
        final int set = set(pid);
        int oldest = set;
        for (int row = set; row < set + SET_LENGTH; row += ROW_LENGTH)
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
    void remove(final int pid)
    {
        final int row = find(pid);
        if (NONE != row)
        {
            rows.putInt(row + PID_OFFSET, FREE);
        }
    }

    private int set(final int pid)
    {
        return (pid & setMask) * SET_LENGTH;
    }

    int queue(final int row)
    {
        return rows.getInt(row + QUEUE_OFFSET);
    }

    long virtualTime(final int row)
    {
        return rows.getLong(row + VIRTUAL_TIME_OFFSET);
    }

    long sumExecNs(final int row)
    {
        return rows.getLong(row + SUM_EXEC_OFFSET);
    }

    private long lastSeenNs(final int row)
    {
        return rows.getLong(row + LAST_SEEN_OFFSET);
    }

    void write(final int row, final int queue, final long virtualTime, final long sumExecNs, final long lastSeenNs)
    {
        rows.putInt(row + QUEUE_OFFSET, queue);
        rows.putLong(row + VIRTUAL_TIME_OFFSET, virtualTime);
        rows.putLong(row + SUM_EXEC_OFFSET, sumExecNs);
        rows.putLong(row + LAST_SEEN_OFFSET, lastSeenNs);
    }
}
