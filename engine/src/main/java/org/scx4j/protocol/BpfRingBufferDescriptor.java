// SPDX-License-Identifier: Apache-2.0
package org.scx4j.protocol;

/**
 * Layout of the kernel's two mapped rings, {@code BPF_MAP_TYPE_RINGBUF} and {@code BPF_MAP_TYPE_USER_RINGBUF}.
 * <p>
 * Both map as: a page that starts with the consumer position, a page that starts with the producer position,
 * then the data pages twice in a row, so that a record that wraps can be read in one piece. Positions are u64
 * byte counts that never wrap; a record's place is {@code position & (capacity - 1)}.
 * <pre>
 *   record:  0            4         8
 *            +------------+---------+-------------------+
 *            | len, B, D  | pg_off  | payload, to 8 B   |
 *            +------------+---------+-------------------+
 *              bit 31: busy, still being written     bit 30: discarded, skip
 * </pre>
 * Source: {@code kernel/bpf/ringbuf.c}; {@code BPF_RINGBUF_*} in {@code <linux/bpf.h>}.
 */
public final class BpfRingBufferDescriptor
{
    /** Bytes of header before each record's payload. */
    public static final int HEADER_BYTES = 8;
    /** Offset of the length word in the header. */
    public static final int LENGTH_OFFSET = 0;
    /** Bit of the length word: the record is still being written. */
    public static final int BUSY_BIT = 1 << 31;
    /** Bit of the length word: the record was given up. */
    public static final int DISCARD_BIT = 1 << 30;
    /** Records start at multiples of this. */
    public static final int ALIGNMENT_BYTES = 8;

    private BpfRingBufferDescriptor()
    {
    }

    /**
     * Room that a record takes in the ring.
     *
     * @param payloadBytes length of its payload.
     * @return bytes with header and padding.
     */
    public static int recordBytes(final int payloadBytes)
    {
        return (HEADER_BYTES + payloadBytes + ALIGNMENT_BYTES - 1) & -ALIGNMENT_BYTES;
    }

    /**
     * Length of a ring's mapping.
     *
     * @param capacityBytes of the data, a power of two and a multiple of the page.
     * @param pageBytes     of this machine.
     * @return bytes of two position pages and the data twice.
     */
    public static long mappingBytes(final int capacityBytes, final int pageBytes)
    {
        return 2L * pageBytes + 2L * capacityBytes;
    }
}
