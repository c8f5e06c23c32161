// SPDX-License-Identifier: Apache-2.0
package org.scx4j.journal;

/**
 * Layout of the first bytes of a recording. Little endian.
 * <pre>
 *   0                8        12       16       20       24                32
 *   +----------------+--------+--------+--------+--------+-----------------+
 *   | magic          | version| length | ABI    | reserv.| layout hash     |
 *   +----------------+--------+--------+--------+--------+-----------------+
 *  32                40       44       48       52       56       60      64
 *   +----------------+--------+--------+--------+--------+--------+--------+
 *   | recording      | segment| queued | decided| reserved        | CRC32C |
 *   +----------------+--------+--------+--------+-----------------+--------+
 * </pre>
 */
final class FileHeaderDescriptor
{
    /** Offset of {@link #MAGIC}, u64. */
    static final int MAGIC_OFFSET = 0;
    /** Offset of the format's version, u32. */
    static final int VERSION_OFFSET = 8;
    /** Offset of this header's length, u32. */
    static final int LENGTH_OFFSET = 12;
    /** Offset of {@link org.scx4j.protocol.SchedAbi#SCHED_ABI_VERSION} of whoever recorded, u32. */
    static final int ABI_VERSION_OFFSET = 16;
    /** Offset of {@link org.scx4j.protocol.SchedAbi#LAYOUT_HASH} of whoever recorded, u64. */
    static final int LAYOUT_HASH_OFFSET = 24;
    /** Offset of a number that all files of one recording share, u64. */
    static final int RECORDING_OFFSET = 32;
    /** Offset of this file's number in the recording, from 0, u32. */
    static final int SEGMENT_OFFSET = 40;
    /** Offset of the length of a queued record, u32. */
    static final int QUEUED_BYTES_OFFSET = 44;
    /** Offset of the length of a dispatched record, u32. */
    static final int DISPATCHED_BYTES_OFFSET = 48;
    /** Offset of the CRC32C of what is before it, u32. */
    static final int CRC_OFFSET = 60;
    /** Length of the header. */
    static final int HEADER_BYTES = 64;

    /** {@code 89 S C X J 0D 0A 1A}: neither text nor what a transfer as text leaves whole. */
    static final long MAGIC = 0x1a0a0d4a58435389L;
    /** The format that is written, and the newest that is read. */
    static final int VERSION = 1;

    private FileHeaderDescriptor()
    {
    }
}
