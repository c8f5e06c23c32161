// SPDX-License-Identifier: Apache-2.0
package org.scx4j.policy;

/**
 * What {@link VirtualTime} remembers of each task.
 * <pre>
 *    0       4       8              16              24              32
 *    +-------+-------+---------------+---------------+---------------+
 *    |  pid  | queue | last seen (ns)| virtual time  | sum exec (ns) |
 *    +-------+-------+---------------+---------------+---------------+
 * </pre>
 * Thread safety: for one thread.
 */
final class TaskTable extends PidTable
{
    private static final int QUEUE_OFFSET = INT_OFFSET;
    private static final int VIRTUAL_TIME_OFFSET = LONGS_OFFSET;
    private static final int SUM_EXEC_OFFSET = VIRTUAL_TIME_OFFSET + Long.BYTES;

    /**
     * A table without tasks.
     *
     * @param capacity number of rows, a power of two and at least {@link #WAYS}.
     */
    TaskTable(final int capacity)
    {
        super(capacity, 2);
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

    void write(final int row, final int queue, final long virtualTime, final long sumExecNs, final long lastSeenNs)
    {
        rows.putInt(row + QUEUE_OFFSET, queue);
        rows.putLong(row + VIRTUAL_TIME_OFFSET, virtualTime);
        rows.putLong(row + SUM_EXEC_OFFSET, sumExecNs);
        lastSeenNs(row, lastSeenNs);
    }
}
