// SPDX-License-Identifier: Apache-2.0
package org.scx4j.transport;

import static org.scx4j.protocol.BpfRingBufferDescriptor.BUSY_BIT;
import static org.scx4j.protocol.BpfRingBufferDescriptor.DISCARD_BIT;
import static org.scx4j.protocol.BpfRingBufferDescriptor.HEADER_BYTES;
import static org.scx4j.protocol.BpfRingBufferDescriptor.LENGTH_OFFSET;
import static org.scx4j.protocol.BpfRingBufferDescriptor.recordBytes;

import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A ring on plain memory with the kernel's ends of both kinds, as {@code kernel/bpf/ringbuf.c} has them.
 */
final class PlainRing
{
    private static final int PAGE_BYTES = 128;

    final UnsafeBuffer consumerPage = memory(PAGE_BYTES);
    final UnsafeBuffer producerPage = memory(PAGE_BYTES);
    final UnsafeBuffer data;
    final int capacityBytes;

    /**
     * Makes an empty ring.
     *
     * @param capacityBytes a power of two.
     * @param position      where both ends start, a multiple of 8.
     */
    PlainRing(final int capacityBytes, final long position)
    {
        this.capacityBytes = capacityBytes;
        this.data = memory(2 * capacityBytes);
        consumerPage.putLong(0, position);
        producerPage.putLong(0, position);
    }

    private static UnsafeBuffer memory(final int lengthBytes)
    {
        return new UnsafeBuffer(BufferUtil.allocateDirectAligned(lengthBytes, PAGE_BYTES));
    }

    long consumerPosition()
    {
        return consumerPage.getLongVolatile(0);
    }

    long producerPosition()
    {
        return producerPage.getLongVolatile(0);
    }

    int index(final long position)
    {
        return (int)(position & (capacityBytes - 1));
    }

    /** As {@code bpf_ringbuf_reserve}: the record is busy; -1 if there is no room. */
    long reserve(final int payloadBytes)
    {
        final long position = producerPosition();
        if (position + recordBytes(payloadBytes) - consumerPosition() > capacityBytes - 1)
        {
            return -1;
        }
        data.putInt(index(position) + LENGTH_OFFSET, payloadBytes | BUSY_BIT);
        producerPage.putLongVolatile(0, position + recordBytes(payloadBytes));
        return position;
    }

    /** As {@code bpf_ringbuf_submit}. */
    void submit(final long position, final long value)
    {
        data.putLong(index(position) + HEADER_BYTES, value);
        data.putIntVolatile(index(position) + LENGTH_OFFSET, data.getInt(index(position)) & ~BUSY_BIT);
    }

    /** As {@code bpf_ringbuf_discard}. */
    void discard(final long position)
    {
        data.putIntVolatile(index(position) + LENGTH_OFFSET, data.getInt(index(position)) & ~BUSY_BIT | DISCARD_BIT);
    }

    /** Reserves and submits; false if there is no room. */
    boolean send(final int payloadBytes, final long value)
    {
        final long position = reserve(payloadBytes);
        if (position >= 0)
        {
            submit(position, value);
        }
        return position >= 0;
    }

    /** As {@code bpf_user_ringbuf_drain}, one record: its first eight bytes. */
    long take()
    {
        final long position = consumerPosition();
        if (position >= producerPosition())
        {
            throw new IllegalStateException("nothing to take: position=" + position);
        }
        final int length = data.getIntVolatile(index(position) + LENGTH_OFFSET);
        final long value = data.getLong(index(position) + HEADER_BYTES);
        consumerPage.putLongVolatile(0, position + recordBytes(length));
        return value;
    }
}
