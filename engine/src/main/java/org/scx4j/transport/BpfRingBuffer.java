// SPDX-License-Identifier: Apache-2.0
package org.scx4j.transport;

import static org.scx4j.protocol.BpfRingBufferDescriptor.BUSY_BIT;
import static org.scx4j.protocol.BpfRingBufferDescriptor.DISCARD_BIT;
import static org.scx4j.protocol.BpfRingBufferDescriptor.HEADER_BYTES;
import static org.scx4j.protocol.BpfRingBufferDescriptor.LENGTH_OFFSET;
import static org.scx4j.protocol.BpfRingBufferDescriptor.recordBytes;

import org.agrona.BitUtil;
import org.agrona.concurrent.AtomicBuffer;

/**
 * Reader of a mapped {@code BPF_MAP_TYPE_RINGBUF}: the queued ring.
 * <p>
 * Thread safety: one thread reads; {@link #isEmpty()} is for that thread too.
 * <p>
 * Memory ordering:
 * <ul>
 * <li>producer position: acquire, pairs with the release in {@code bpf_ringbuf_reserve}; it bounds what has a
 * header;</li>
 * <li>length word: acquire, pairs with the exchange in {@code bpf_ringbuf_submit}; a word without the busy bit
 * covers a complete record;</li>
 * <li>consumer position: release, pairs with the acquire in {@code bpf_ringbuf_reserve}; it gives room back, so it
 * follows the last look at the records.</li>
 * </ul>
 */
public final class BpfRingBuffer
{
    private final AtomicBuffer consumerPage;
    private final AtomicBuffer producerPage;
    private final AtomicBuffer data;
    private final int capacityBytes;
    private final int recordLengthBytes;
    private long consumerPosition;

    /**
     * Reads a ring of records of one length.
     *
     * @param consumerPage      starts with the consumer position; writable.
     * @param producerPage      starts with the producer position.
     * @param data              the ring's data, mapped twice in a row.
     * @param capacityBytes     of the data, a power of two; {@code data} is twice that.
     * @param recordLengthBytes payload of every record; another length is an error.
     */
    public BpfRingBuffer(
        final AtomicBuffer consumerPage,
        final AtomicBuffer producerPage,
        final AtomicBuffer data,
        final int capacityBytes,
        final int recordLengthBytes)
    {
        checkCapacity(data, capacityBytes);
        this.consumerPage = consumerPage;
        this.producerPage = producerPage;
        this.data = data;
        this.capacityBytes = capacityBytes;
        this.recordLengthBytes = recordLengthBytes;
        this.consumerPosition = consumerPage.getLongAcquire(0);
    }

    static void checkCapacity(final AtomicBuffer data, final int capacityBytes)
    {
        if (!BitUtil.isPowerOfTwo(capacityBytes) || data.capacity() != 2L * capacityBytes)
        {
            throw new IllegalArgumentException("ring data must be a power of two mapped twice: capacityBytes=" +
                capacityBytes + ", mappedBytes=" + data.capacity());
        }
    }

    /**
     * Hands over what is in the ring, and gives its room back.
     *
     * @param handler called once a record.
     * @param limit   of records.
     * @return records handed over, 0 if there was none.
     * @throws IllegalStateException on a record of a foreign length: the two sides do not speak the same layout.
     */
    public int poll(final QueuedRecordHandler handler, final int limit)
    {
        final AtomicBuffer data = this.data;
        final int mask = capacityBytes - 1;
        final long begin = consumerPosition;
        final long end = producerPage.getLongAcquire(0);
        long position = begin;
        int count = 0;

        try
        {
            while (position < end && count < limit)
            {
                final int offset = (int)position & mask;
                final int length = data.getIntAcquire(offset + LENGTH_OFFSET);
                if (0 != (length & BUSY_BIT))
                {
                    break;
                }
                if (0 != (length & DISCARD_BIT))
                {
                    position += recordBytes(length & ~DISCARD_BIT);
                    continue;
                }
                if (length != recordLengthBytes)
                {
                    throw new IllegalStateException("foreign record in the queued ring: lengthBytes=" + length +
                        ", expected=" + recordLengthBytes + ", position=" + position);
                }
                position += recordBytes(length);
                count++;
                handler.onRecord(data, offset + HEADER_BYTES);
            }
        }
        finally
        {
            if (position != begin)
            {
                consumerPosition = position;
                consumerPage.putLongRelease(0, position);
            }
        }
        return count;
    }

    /**
     * Whether nothing has been reserved beyond what was read. A record still being written is not nothing.
     *
     * @return true if the reader may sleep.
     */
    public boolean isEmpty()
    {
        return producerPage.getLongVolatile(0) == consumerPosition;
    }
}
