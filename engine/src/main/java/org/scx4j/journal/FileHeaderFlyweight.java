// SPDX-License-Identifier: Apache-2.0
package org.scx4j.journal;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.agrona.concurrent.UnsafeBuffer;
import org.scx4j.protocol.DispatchedTaskDescriptor;
import org.scx4j.protocol.QueuedTaskDescriptor;
import org.scx4j.protocol.SchedAbi;

/**
 * View of a {@link FileHeaderDescriptor} in memory of its own.
 * <p>
 * Thread safety: none.
 */
final class FileHeaderFlyweight
{
    private final ByteBuffer bytes = ByteBuffer.allocateDirect(FileHeaderDescriptor.HEADER_BYTES);
    private final UnsafeBuffer buffer = new UnsafeBuffer(bytes);
    private final CRC32C crc = new CRC32C();

    /** The bytes, from the first to the last. */
    ByteBuffer bytes()
    {
        return bytes.clear();
    }

    /** Fills in a header of ours. */
    FileHeaderFlyweight fill(final long recording, final int segment)
    {
        buffer.setMemory(0, FileHeaderDescriptor.HEADER_BYTES, (byte)0);
        buffer.putLong(FileHeaderDescriptor.MAGIC_OFFSET, FileHeaderDescriptor.MAGIC, LITTLE_ENDIAN);
        putInt(FileHeaderDescriptor.VERSION_OFFSET, FileHeaderDescriptor.VERSION);
        putInt(FileHeaderDescriptor.LENGTH_OFFSET, FileHeaderDescriptor.HEADER_BYTES);
        putInt(FileHeaderDescriptor.ABI_VERSION_OFFSET, SchedAbi.SCHED_ABI_VERSION);
        buffer.putLong(FileHeaderDescriptor.LAYOUT_HASH_OFFSET, SchedAbi.LAYOUT_HASH, LITTLE_ENDIAN);
        buffer.putLong(FileHeaderDescriptor.RECORDING_OFFSET, recording, LITTLE_ENDIAN);
        putInt(FileHeaderDescriptor.SEGMENT_OFFSET, segment);
        putInt(FileHeaderDescriptor.QUEUED_BYTES_OFFSET, QueuedTaskDescriptor.RECORD_BYTES);
        putInt(FileHeaderDescriptor.DISPATCHED_BYTES_OFFSET, DispatchedTaskDescriptor.RECORD_BYTES);
        putInt(FileHeaderDescriptor.CRC_OFFSET, computedCrc());
        return this;
    }

    private void putInt(final int offset, final int value)
    {
        buffer.putInt(offset, value, LITTLE_ENDIAN);
    }

    private int computedCrc()
    {
        crc.reset();
        crc.update(bytes.clear().limit(FileHeaderDescriptor.CRC_OFFSET));
        return (int)crc.getValue();
    }

    long recording()
    {
        return buffer.getLong(FileHeaderDescriptor.RECORDING_OFFSET, LITTLE_ENDIAN);
    }

    int segment()
    {
        return buffer.getInt(FileHeaderDescriptor.SEGMENT_OFFSET, LITTLE_ENDIAN);
    }

    private int getInt(final int offset)
    {
        return buffer.getInt(offset, LITTLE_ENDIAN);
    }

    /** What stands in the way of reading the file: half a line; null if nothing does. */
    String refusal()
    {
        final int version = getInt(FileHeaderDescriptor.VERSION_OFFSET);
        final int abi = getInt(FileHeaderDescriptor.ABI_VERSION_OFFSET);
        if (FileHeaderDescriptor.MAGIC != buffer.getLong(FileHeaderDescriptor.MAGIC_OFFSET, LITTLE_ENDIAN))
        {
            return "offset 0: not a recording of scx4j";
        }
        if (version > FileHeaderDescriptor.VERSION)
        {
            return "offset " + FileHeaderDescriptor.VERSION_OFFSET + ": format " + version +
                " is newer than this scx4j, which reads format " + FileHeaderDescriptor.VERSION + ": use a newer one";
        }
        if (getInt(FileHeaderDescriptor.CRC_OFFSET) != computedCrc() ||
            FileHeaderDescriptor.HEADER_BYTES != getInt(FileHeaderDescriptor.LENGTH_OFFSET) || version < 1)
        {
            return "offset 0: the file's header is damaged";
        }
        if (SchedAbi.SCHED_ABI_VERSION != abi ||
            QueuedTaskDescriptor.RECORD_BYTES != getInt(FileHeaderDescriptor.QUEUED_BYTES_OFFSET) ||
            DispatchedTaskDescriptor.RECORD_BYTES != getInt(FileHeaderDescriptor.DISPATCHED_BYTES_OFFSET))
        {
            return "offset " + FileHeaderDescriptor.ABI_VERSION_OFFSET + ": recorded with ABI version " + abi +
                ", this scx4j has " + SchedAbi.SCHED_ABI_VERSION + ": replay it with the scx4j that recorded it";
        }
        return null;
    }
}
