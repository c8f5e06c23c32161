// SPDX-License-Identifier: Apache-2.0
package org.scx4j.transport;

import org.scx4j.jni.LibC;

/**
 * A ring from the kernel, mapped into this process.
 * <p>
 * Thread safety: as of {@link BpfRingBuffer}; close after its last use.
 */
final class MappedRing implements AutoCloseable
{
    private final MappedRegion consumer;
    private final MappedRegion producer;
    private final BpfRingBuffer ring;

    /**
     * Maps a ring of records of one length.
     *
     * @param fd            of the map.
     * @param capacityBytes of the ring.
     * @param recordBytes   length of every record.
     */
    MappedRing(final int fd, final int capacityBytes, final int recordBytes)
    {
        final int pageBytes = LibC.pageBytes();
        consumer = new MappedRegion(fd, 0, pageBytes, true);
        producer = new MappedRegion(fd, pageBytes, pageBytes + 2L * capacityBytes, false);
        ring = new BpfRingBuffer(
            consumer.buffer(0, Long.BYTES),
            producer.buffer(0, Long.BYTES),
            producer.buffer(pageBytes, 2 * capacityBytes),
            capacityBytes,
            recordBytes);
    }

    BpfRingBuffer ring()
    {
        return ring;
    }

    @Override
    public void close()
    {
        consumer.unmap();
        producer.unmap();
    }
}
