// SPDX-License-Identifier: Apache-2.0
package org.scx4j.transport;

import org.scx4j.jni.LibC;
import org.scx4j.protocol.QueuedTaskDescriptor;

/**
 * Both rings of a loaded BPF object, mapped into this process.
 * <p>
 * Thread safety: as of each ring; close after their last use.
 */
final class MappedRings implements AutoCloseable
{
    private final MappedRing queued;
    private final MappedRegion dispatchedConsumer;
    private final MappedRegion dispatchedProducer;
    private final BpfUserRingBuffer dispatched;

    /**
     * Maps the maps {@code queued} and {@code dispatched}.
     *
     * @param queuedFd        of the queued ring.
     * @param queuedBytes     its capacity.
     * @param dispatchedFd    of the dispatched ring.
     * @param dispatchedBytes its capacity.
     */
    MappedRings(final int queuedFd, final int queuedBytes, final int dispatchedFd, final int dispatchedBytes)
    {
        final int pageBytes = LibC.pageBytes();
        queued = new MappedRing(queuedFd, queuedBytes, QueuedTaskDescriptor.RECORD_BYTES);
        dispatchedConsumer = new MappedRegion(dispatchedFd, 0, pageBytes, false);
        dispatchedProducer = new MappedRegion(dispatchedFd, pageBytes, pageBytes + 2L * dispatchedBytes, true);
        dispatched = new BpfUserRingBuffer(
            dispatchedConsumer.buffer(0, Long.BYTES),
            dispatchedProducer.buffer(0, Long.BYTES),
            dispatchedProducer.buffer(pageBytes, 2 * dispatchedBytes),
            dispatchedBytes);
    }

    BpfRingBuffer queued()
    {
        return queued.ring();
    }

    BpfUserRingBuffer dispatched()
    {
        return dispatched;
    }

    @Override
    public void close()
    {
        queued.close();
        dispatchedConsumer.unmap();
        dispatchedProducer.unmap();
    }
}
