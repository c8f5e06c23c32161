// SPDX-License-Identifier: Apache-2.0
package org.scx4j.journal;

/**
 * Layout of a block: what is written to the file at once, and is whole or not there. Little endian.
 * <pre>
 *   0        4        8        12       16                24       28      32
 *   +--------+--------+--------+--------+-----------------+--------+--------+----------------+
 *   | magic  | type   | stored | payload| number          | flags  | CRC32C | stored payload |
 *   +--------+--------+--------+--------+-----------------+--------+--------+----------------+
 * </pre>
 * The CRC covers the header before it, and the payload as it is stored.
 */
final class BlockDescriptor
{
    /** Offset of {@link #MAGIC}, u32. */
    static final int MAGIC_OFFSET = 0;
    /** Offset of the type, u32. */
    static final int TYPE_OFFSET = 4;
    /** Offset of the payload's length as it is stored, bytes, u32. */
    static final int STORED_BYTES_OFFSET = 8;
    /** Offset of the payload's length, bytes, u32. */
    static final int PAYLOAD_BYTES_OFFSET = 12;
    /** Offset of the block's number, from 0 in each file, u64. */
    static final int NUMBER_OFFSET = 16;
    /** Offset of {@link #DEFLATED}, u32. */
    static final int FLAGS_OFFSET = 24;
    /** Offset of the CRC32C, u32. */
    static final int CRC_OFFSET = 28;
    /** Length of a block's header; the payload follows. */
    static final int HEADER_BYTES = 32;

    /** {@code B L C K}. */
    static final int MAGIC = 0x4b434c42;
    /** A {@link SessionDescriptor}: the first block of a file, and wherever the scheduler was attached anew. */
    static final int SESSION = 1;
    /** Records, see {@link RecordDescriptor}. */
    static final int RECORDS = 2;
    /** An end in order: nothing follows in this file. */
    static final int END = 3;
    /** Flag: the payload is stored as a raw deflate stream. */
    static final int DEFLATED = 1;
    /** Longest payload, stored or not. */
    static final int MAX_PAYLOAD_BYTES = 1 << 20;

    /** Of an end: offset of the number of records in this file, u64. */
    static final int END_RECORDS_OFFSET = 0;
    /** Of an end: offset of the number of records that were dropped so far, u64. */
    static final int END_DROPPED_OFFSET = 8;
    /** Of an end: offset of the reason, u32. */
    static final int END_REASON_OFFSET = 16;
    /** Length of an end's payload. */
    static final int END_BYTES = 24;
    /** Reason: recording was closed. */
    static final int END_CLOSED = 0;
    /** Reason: the file was full, and the next one goes on. */
    static final int END_CONTINUED = 1;
    /** Reason: the file was full, and recording stopped. */
    static final int END_FULL = 2;

    private BlockDescriptor()
    {
    }
}
