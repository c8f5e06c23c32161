// SPDX-License-Identifier: Apache-2.0
package org.scx4j.rustland;

import static org.scx4j.protocol.QueuedTaskDescriptor.RECORD_BYTES;

import org.agrona.BufferUtil;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.scx4j.transport.KernelTransport;
import org.scx4j.transport.QueuedRecordHandler;

/**
 * Queued records between the kernel's ring and the caller, who takes them one by one: copied in one go, so that the
 * kernel gets their room back at once, and pays for one position and not for each.
 * <p>
 * Thread safety: for the scheduler's thread only.
 */
final class TaskBatch implements QueuedRecordHandler
{
    /** Records taken from the kernel at once. */
    static final int LIMIT = 64;
    private static final int CACHE_LINE_PAIR_BYTES = 128;

    private final UnsafeBuffer records =
        new UnsafeBuffer(BufferUtil.allocateDirectAligned(LIMIT * RECORD_BYTES, CACHE_LINE_PAIR_BYTES));
    private final TaskRecord task = new TaskRecord();
    private int count;
    private int next;

    boolean isEmpty()
    {
        return next == count;
    }

    /**
     * Takes what the kernel has queued. Only while this is empty.
     *
     * @param transport to take it from.
     * @return true if there was something.
     */
    boolean fill(final KernelTransport transport)
    {
        count = 0;
        next = 0;
        transport.poll(this, LIMIT);
        return count > 0;
    }

    @Override
    public void onRecord(final MutableDirectBuffer buffer, final int offset)
    {
        records.putBytes(count * RECORD_BYTES, buffer, offset, RECORD_BYTES);
        count++;
    }

    /**
     * The next record. Only while there is one.
     *
     * @return a view of it, valid until the next call of this or of {@link #fill(KernelTransport)}.
     */
    TaskRecord next()
    {
        task.wrap(records, next++ * RECORD_BYTES);
        return task;
    }
}
