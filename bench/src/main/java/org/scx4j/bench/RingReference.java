// SPDX-License-Identifier: Apache-2.0
package org.scx4j.bench;

/**
 * libbpf's own reader and writer of the two rings, in C: what {@link MappedRingBenchmark} compares with. One call does
 * a whole batch.
 * <p>
 * Thread safety: one thread for each handle.
 */
final class RingReference
{
    static
    {
        ReferenceLibrary.load("ring_reference");
    }

    private RingReference()
    {
    }

    /**
     * {@code ring_buffer__new}, with a callback that copies the record.
     *
     * @param mapFd of a BPF ring.
     * @return handle, or -errno.
     */
    static native long openReader(int mapFd);

    /**
     * {@code ring_buffer__consume}: takes all records that are there.
     *
     * @param handle of the reader.
     * @return records, or -errno.
     */
    static native int consume(long handle);

    static native void closeReader(long handle);

    /**
     * {@code user_ring_buffer__new}.
     *
     * @param mapFd of a user ring.
     * @return handle, or -errno.
     */
    static native long openWriter(int mapFd);

    /**
     * {@code user_ring_buffer__reserve}, copy, {@code user_ring_buffer__submit}; again and again.
     *
     * @param handle  of the writer.
     * @param address of the record to be copied.
     * @param bytes   of the record.
     * @param count   of records to be written.
     * @return how many had room.
     */
    static native int write(long handle, long address, int bytes, int count);

    static native void closeWriter(long handle);
}
