// SPDX-License-Identifier: Apache-2.0
package org.scx4j.journal;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * View of a block's header in memory of its own.
 * <p>
 * Thread safety: none.
 */
final class BlockFlyweight
{
    private final ByteBuffer bytes = ByteBuffer.allocateDirect(BlockDescriptor.HEADER_BYTES);
    private final UnsafeBuffer buffer = new UnsafeBuffer(bytes);
    private final CRC32C crc = new CRC32C();

    /** The header, from the first byte to the last. */
    ByteBuffer bytes()
    {
        return bytes.clear();
    }

    /**
     * Fills in a header.
     *
     * @param type         of the block.
     * @param number       of the block in its file.
     * @param stored       the payload as it is stored; unchanged.
     * @param payloadBytes its length before it was deflated.
     * @param flags        of the block.
     * @return this.
     */
    BlockFlyweight fill(
        final int type, final long number, final ByteBuffer stored, final int payloadBytes, final int flags)
    {
        buffer.putInt(BlockDescriptor.MAGIC_OFFSET, BlockDescriptor.MAGIC, LITTLE_ENDIAN);
        buffer.putInt(BlockDescriptor.TYPE_OFFSET, type, LITTLE_ENDIAN);
        buffer.putInt(BlockDescriptor.STORED_BYTES_OFFSET, stored.remaining(), LITTLE_ENDIAN);
        buffer.putInt(BlockDescriptor.PAYLOAD_BYTES_OFFSET, payloadBytes, LITTLE_ENDIAN);
        buffer.putLong(BlockDescriptor.NUMBER_OFFSET, number, LITTLE_ENDIAN);
        buffer.putInt(BlockDescriptor.FLAGS_OFFSET, flags, LITTLE_ENDIAN);
        buffer.putInt(BlockDescriptor.CRC_OFFSET, computedCrc(stored), LITTLE_ENDIAN);
        return this;
    }

    private int computedCrc(final ByteBuffer stored)
    {
        crc.reset();
        crc.update(bytes.clear().limit(BlockDescriptor.CRC_OFFSET));
        crc.update(stored.duplicate());
        return (int)crc.getValue();
    }

    int type()
    {
        return getInt(BlockDescriptor.TYPE_OFFSET);
    }

    int storedBytes()
    {
        return getInt(BlockDescriptor.STORED_BYTES_OFFSET);
    }

    int payloadBytes()
    {
        return getInt(BlockDescriptor.PAYLOAD_BYTES_OFFSET);
    }

    boolean isDeflated()
    {
        return 0 != (getInt(BlockDescriptor.FLAGS_OFFSET) & BlockDescriptor.DEFLATED);
    }

    private int getInt(final int offset)
    {
        return buffer.getInt(offset, LITTLE_ENDIAN);
    }

    /** What is wrong with the header alone, before the payload can be read: half a line; null if nothing is. */
    String damage()
    {
        if (BlockDescriptor.MAGIC != getInt(BlockDescriptor.MAGIC_OFFSET))
        {
            return "there is no block";
        }
        if (isOutOfRange(storedBytes()) || isOutOfRange(payloadBytes()) ||
            !isDeflated() && storedBytes() != payloadBytes())
        {
            return "a block of an impossible length: stored=" + Integer.toUnsignedString(storedBytes()) +
                ", payload=" + Integer.toUnsignedString(payloadBytes());
        }
        return null;
    }

    private static boolean isOutOfRange(final int lengthBytes)
    {
        return lengthBytes < 0 || lengthBytes > BlockDescriptor.MAX_PAYLOAD_BYTES;
    }

    /** What is wrong with the block: half a line; null if nothing is. */
    String damage(final ByteBuffer stored, final long expectedNumber)
    {
        if (getInt(BlockDescriptor.CRC_OFFSET) != computedCrc(stored))
        {
            return "the block's checksum is wrong";
        }
        final long number = buffer.getLong(BlockDescriptor.NUMBER_OFFSET, LITTLE_ENDIAN);
        return number == expectedNumber ? null :
            "block " + number + " is where block " + expectedNumber + " should be";
    }
}
