// SPDX-License-Identifier: Apache-2.0
package org.scx4j.pipeline;

import static org.scx4j.protocol.DispatchedTaskDescriptor.RECORD_BYTES;

import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Decisions on their way from the policy handler to the dispatch handler: a ring of decision records.
 * <p>
 * It stands beside the Disruptor ring, not in its events, because a policy may decide any number of tasks in one
 * callback: none, the one at hand, or many that it held.
 * <p>
 * Thread safety: one writer (policy), one reader (dispatcher).
 * <p>
 * Memory ordering: {@code tail} is stored with release as a batch ends, pairs with the reader's acquire and
 * covers the records below it; {@code head} is stored with release when records have been dispatched, pairs with
 * the writer's acquire and gives their room back. The two lie two cache lines apart.
 */
final class DecisionLog
{
    private static final int TAIL_OFFSET = 128;
    private static final int HEAD_OFFSET = 256;
    private static final int POSITIONS_BYTES = 384;
    private static final int CACHE_LINE_PAIR_BYTES = 128;

    private final AtomicBuffer positions =
        new UnsafeBuffer(BufferUtil.allocateDirectAligned(POSITIONS_BYTES, CACHE_LINE_PAIR_BYTES));
    private final AtomicBuffer records;
    private final int capacity;

    /**
     * Makes an empty log.
     *
     * @param capacity in records, a power of two.
     */
    DecisionLog(final int capacity)
    {
        if (!BitUtil.isPowerOfTwo(capacity))
        {
            throw new IllegalArgumentException("capacity must be a power of two: capacity=" + capacity);
        }
        this.capacity = capacity;
        this.records = new UnsafeBuffer(
            BufferUtil.allocateDirectAligned(capacity * RECORD_BYTES, CACHE_LINE_PAIR_BYTES));
    }

    int capacity()
    {
        return capacity;
    }

    AtomicBuffer buffer()
    {
        return records;
    }

    /**
     * Where a record is.
     *
     * @param position of the record, counted from the log's beginning.
     * @return offset in {@link #buffer()}.
     */
    int offset(final long position)
    {
        return (int)(position & (capacity - 1)) * RECORD_BYTES;
    }

    long tailAcquire()
    {
        return positions.getLongAcquire(TAIL_OFFSET);
    }

    void tailRelease(final long tail)
    {
        positions.putLongRelease(TAIL_OFFSET, tail);
    }

    long headAcquire()
    {
        return positions.getLongAcquire(HEAD_OFFSET);
    }

    void headRelease(final long head)
    {
        positions.putLongRelease(HEAD_OFFSET, head);
    }
}
