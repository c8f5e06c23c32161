// SPDX-License-Identifier: Apache-2.0
package org.scx4j.journal;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.agrona.concurrent.UnsafeBuffer;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.exceptions.SchedulerException.Category;

/**
 * Goes through a file of a recording once, without a policy.
 * <p>
 * Thread safety: stateless.
 */
public final class RecordingScan
{
    private RecordingScan()
    {
    }

    /**
     * Whether a file begins as a recording does. What follows may be damaged.
     *
     * @param file any file.
     * @return false also if it can't be read.
     */
    public static boolean isRecording(final Path file)
    {
        if (!Files.isRegularFile(file))
        {
            return false;
        }
        try (InputStream in = Files.newInputStream(file))
        {
            final byte[] magic = in.readNBytes(Long.BYTES);
            return magic.length == Long.BYTES &&
                FileHeaderDescriptor.MAGIC == ByteBuffer.wrap(magic).order(LITTLE_ENDIAN).getLong();
        }
        catch (final IOException ex)
        {
            return false;
        }
    }

    /**
     * Shows what is in a file.
     *
     * @param file           of a recording.
     * @param isDamagePassed whether a damaged file is shown as far as it is whole, rather than refused.
     * @param listener       sees it.
     * @return what is wrong with the file: one line with its name and the offset; empty if nothing was found.
     * @throws SchedulerException if it is no recording that can be read, has no session, or is damaged and that is not
     *                            passed over: one line with file, offset and reason.
     */
    public static String scan(final Path file, final boolean isDamagePassed, final RecordingListener listener)
    {
        try (JournalReader reader = JournalReader.open(file))
        {
            int type = reader.advance();
            while (JournalReader.NOTHING != type && show(reader, type, listener))
            {
                type = reader.advance();
            }
            final String damage = null == reader.damage() ? "" : reader.damage();
            if (null == reader.session())
            {
                throw new SchedulerException(Category.USAGE, damage.isEmpty() ?
                    reader.name() + ": offset " + reader.fileOffset() + ": no session is recorded" : damage);
            }
            if (!damage.isEmpty() && !isDamagePassed)
            {
                throw new SchedulerException(
                    Category.USAGE, damage + " (--on-damage stop takes what is before)");
            }
            return damage;
        }
    }

    private static boolean show(final JournalReader reader, final int type, final RecordingListener listener)
    {
        final UnsafeBuffer buffer = reader.buffer();
        final int offset = reader.offset();
        switch (type)
        {
            case JournalReader.SESSION:
                listener.onSession(reader.session());
                return true;

            case RecordDescriptor.CYCLE:
                return listener.onCycle(buffer.getLong(offset + RecordDescriptor.CYCLE_TIME_NS_OFFSET, LITTLE_ENDIAN));

            case RecordDescriptor.EVENT:
                listener.onEvent(buffer, offset);
                return true;

            case RecordDescriptor.CPU:
                final boolean isIdle =
                    0 != (buffer.getInt(offset + RecordDescriptor.CPU_FLAGS_OFFSET, LITTLE_ENDIAN) &
                    RecordDescriptor.CPU_IDLE);
                listener.onCpu(buffer.getInt(offset + RecordDescriptor.CPU_NUMBER_OFFSET, LITTLE_ENDIAN),
                    isIdle ? 0 : buffer.getInt(offset + RecordDescriptor.CPU_PID_OFFSET, LITTLE_ENDIAN),
                    buffer.getLong(offset + RecordDescriptor.CPU_START_NS_OFFSET, LITTLE_ENDIAN));
                return true;

            case RecordDescriptor.GAP:
                listener.onGap(buffer.getLong(offset + RecordDescriptor.GAP_DROPPED_OFFSET, LITTLE_ENDIAN));
                return true;

            default:
                return true;
        }
    }
}
