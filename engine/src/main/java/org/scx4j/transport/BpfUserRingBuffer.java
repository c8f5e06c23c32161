// SPDX-License-Identifier: Apache-2.0
package org.scx4j.transport;

import static org.scx4j.protocol.BpfRingBufferDescriptor.DISCARD_BIT;
import static org.scx4j.protocol.BpfRingBufferDescriptor.HEADER_BYTES;
import static org.scx4j.protocol.BpfRingBufferDescriptor.LENGTH_OFFSET;
import static org.scx4j.protocol.BpfRingBufferDescriptor.recordBytes;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.AtomicBuffer;

/**
 * Writer of a mapped {@code BPF_MAP_TYPE_USER_RINGBUF}: the dispatched ring.
 * <p>
 * Records are offered one by one and published together. There is one producer, so no record is ever marked
 * busy: what lies beyond the published position does not exist for the kernel. So a writer that dies half-way
 * leaves nothing half-written that the kernel could see; {@link #repair(int)} does not trust in that.
 * <p>
 * Thread safety: one thread writes.
 * <p>
 * Memory ordering:
 * <ul>
 * <li>consumer position: acquire, pairs with the release in {@code bpf_user_ringbuf_drain}; it says which room may
 * be written again;</li>
 * <li>length word: release, pairs with the acquire of the same word there;</li>
 * <li>producer position: release, pairs with the acquire of it there; it publishes all records below it.</li>
 * </ul>
 */
public final class BpfUserRingBuffer
{
    private final AtomicBuffer consumerPage;
    private final AtomicBuffer producerPage;
    private final AtomicBuffer data;
    private final int capacityBytes;
    private long producerPosition;
    private long consumerPositionCache;

    /**
     * Writes a ring.
     *
     * @param consumerPage  starts with the consumer position.
     * @param producerPage  starts with the producer position; writable.
     * @param data          the ring's data, mapped twice in a row; writable.
     * @param capacityBytes of the data, a power of two; {@code data} is twice that.
     */
    public BpfUserRingBuffer(
        final AtomicBuffer consumerPage,
        final AtomicBuffer producerPage,
        final AtomicBuffer data,
        final int capacityBytes)
    {
        BpfRingBuffer.checkCapacity(data, capacityBytes);
        this.consumerPage = consumerPage;
        this.producerPage = producerPage;
        this.data = data;
        this.capacityBytes = capacityBytes;
        this.producerPosition = producerPage.getLongAcquire(0);
        this.consumerPositionCache = consumerPage.getLongAcquire(0);
    }

    /**
     * Writes a record behind those already offered. It is not visible before {@link #publish()}.
     *
     * @param source      of the payload.
     * @param offset      of its first byte.
     * @param lengthBytes of the payload, positive.
     * @return false if the ring is full: try again when the kernel has drained.
     */
    public boolean offer(final DirectBuffer source, final int offset, final int lengthBytes)
    {
        final long position = producerPosition;
        final int required = recordBytes(lengthBytes);

        if (position + required - consumerPositionCache > capacityBytes)
        {
            consumerPositionCache = consumerPage.getLongAcquire(0);
            if (position + required - consumerPositionCache > capacityBytes)
            {
                return false;
            }
        }
        final int index = (int)position & (capacityBytes - 1);
        data.putBytes(index + HEADER_BYTES, source, offset, lengthBytes);
        data.putIntRelease(index + LENGTH_OFFSET, lengthBytes);
        producerPosition = position + required;
        return true;
    }

    /**
     * Goes through what an engine that is gone has published and the kernel has not drained, and has it drop what is
     * not a whole record: one that is marked busy, or of a foreign length, would stop the kernel there for ever.
     *
     * @param lengthBytes of every record's payload.
     * @return the published producer position, bytes.
     * @throws IllegalStateException if the positions can't be of records of this length.
     */
    public long repair(final int lengthBytes)
    {
        final long begin = consumerPage.getLongAcquire(0);
        final int step = recordBytes(lengthBytes);
        if (producerPosition < begin || producerPosition - begin > capacityBytes ||
            0 != (producerPosition - begin) % step)
        {
            throw new IllegalStateException("the dispatched ring is not what this engine would write: consumed=" +
                begin + ", produced=" + producerPosition + ", recordBytes=" + step);
        }
        for (long position = begin; position < producerPosition; position += step)
        {
            final int index = (int)position & (capacityBytes - 1);
            final int length = data.getIntAcquire(index + LENGTH_OFFSET);
            if (lengthBytes != (length & ~DISCARD_BIT))
            {
                data.putIntRelease(index + LENGTH_OFFSET, lengthBytes | DISCARD_BIT);
            }
        }
        return producerPosition;
    }

    /**
     * Makes all offered records visible to the kernel.
     *
     * @return the published producer position, bytes.
     */
    public long publish()
    {
        producerPage.putLongRelease(0, producerPosition);
        return producerPosition;
    }
}
