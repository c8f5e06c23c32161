// SPDX-License-Identifier: Apache-2.0
package org.scx4j.journal;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.agrona.concurrent.UnsafeBuffer;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.exceptions.SchedulerException.Category;
import org.scx4j.protocol.QueuedTaskDescriptor;
import org.scx4j.protocol.SchedAbi;

/**
 * Reads one file of a recording, record by record. A block is looked at as a whole before its first record is handed
 * out, so what is handed out is whole.
 * <p>
 * Thread safety: none.
 */
public final class JournalReader implements AutoCloseable
{
    /** The file ends, or is damaged: {@link #damage()} tells. */
    static final int NOTHING = 0;
    /** A session begins; {@link #session()} is it. Other results are those of {@link RecordDescriptor}. */
    static final int SESSION = -1;

    private static final int INITIAL_BYTES = 4096;

    private final String name;
    private final ReadableByteChannel channel;
    private final FileHeaderFlyweight fileHeader = new FileHeaderFlyweight();
    private final BlockFlyweight blockHeader = new BlockFlyweight();
    private final UnsafeBuffer payload = new UnsafeBuffer(0, 0);
    private ByteBuffer stored = ByteBuffer.allocateDirect(INITIAL_BYTES);
    private ByteBuffer inflated = ByteBuffer.allocateDirect(0);
    private Inflater inflater;
    private JournalSession session;
    private long nrBlocks;
    private long fileOffset;
    private int payloadBytes;
    private int next;
    private int bodyOffset;
    private boolean hasEnded;
    private String damage;

    /**
     * Reads from anywhere.
     *
     * @param name    for messages.
     * @param channel to read, and to close with this.
     * @throws SchedulerException if what is there is no recording that can be read.
     */
    JournalReader(final String name, final ReadableByteChannel channel)
    {
        this.name = name;
        this.channel = channel;
        final int readBytes = read(fileHeader.bytes());
        final String refusal = readBytes < FileHeaderDescriptor.HEADER_BYTES ?
            "offset " + readBytes + ": the file ends within its header: not a recording of scx4j, or cut off" :
            fileHeader.refusal();
        if (null != refusal)
        {
            close();
            throw new SchedulerException(Category.USAGE, name + ": " + refusal);
        }
        fileOffset = readBytes;
    }

    /**
     * Opens a file.
     *
     * @param file of a recording.
     * @return at its first record.
     * @throws SchedulerException if it can't be opened, is no recording, or one that this scx4j can't read: one line
     *                            with file, offset and reason.
     */
    public static JournalReader open(final Path file)
    {
        try
        {
            return new JournalReader(file.toString(), FileChannel.open(file, StandardOpenOption.READ));
        }
        catch (final NoSuchFileException ex)
        {
            throw new SchedulerException(Category.USAGE, file + ": there is no such file", ex);
        }
        catch (final IOException ex)
        {
            throw new SchedulerException(
                Category.ENVIRONMENT, file + ": can't be opened: " + ex.getMessage(), ex);
        }
    }

    /**
     * The first session of a file.
     *
     * @param file of a recording.
     * @return its circumstances.
     * @throws SchedulerException if it has none that can be read.
     */
    public static JournalSession sessionOf(final Path file)
    {
        try (JournalReader reader = open(file))
        {
            if (SESSION != reader.advance())
            {
                throw new SchedulerException(Category.USAGE, null != reader.damage ? reader.damage :
                    file + ": offset " + reader.fileOffset + ": no session is recorded");
            }
            return reader.session();
        }
    }

    private int read(final ByteBuffer target)
    {
        final int begin = target.position();
        try
        {
            while (target.hasRemaining() && channel.read(target) >= 0)
            {
                continue;
            }
        }
        catch (final IOException ex)
        {
            throw new SchedulerException(Category.ENVIRONMENT,
                name + ": offset " + (fileOffset + target.position() - begin) + ": can't be read: " + ex.getMessage(),
                ex);
        }
        return target.position() - begin;
    }

    /** What messages call the file. */
    String name()
    {
        return name;
    }

    /** Number that all files of the recording share. */
    long recording()
    {
        return fileHeader.recording();
    }

    /** Number of this file in the recording. */
    int segment()
    {
        return fileHeader.segment();
    }

    /**
     * Checks that this file can be read behind another one.
     *
     * @param before the file before it, maybe closed; null for none.
     * @throws SchedulerException if they are not neighbours in one recording.
     */
    void checkFollows(final JournalReader before)
    {
        if (null != before && (before.recording() != recording() || before.segment() + 1 != segment()))
        {
            throw new SchedulerException(Category.USAGE, name + ": offset 0: does not follow " + before.name +
                ": name the files of one recording, the oldest (FILE.N) first");
        }
    }

    /** Bytes read so far. */
    long fileOffset()
    {
        return fileOffset;
    }

    /**
     * What is wrong with the file.
     *
     * @return one line with its name and the offset; null if nothing was found yet.
     */
    public String damage()
    {
        return damage;
    }

    /** The session that the current record belongs to. */
    JournalSession session()
    {
        return session;
    }

    /** Memory of the current record; it may be overwritten by the next one. */
    UnsafeBuffer buffer()
    {
        return payload;
    }

    /** Where in {@link #buffer()} the current record's members begin. */
    int offset()
    {
        return bodyOffset;
    }

    /**
     * Goes to the next record.
     *
     * @return its type, {@link #SESSION} or {@link #NOTHING}.
     */
    int advance()
    {
        while (next >= payloadBytes)
        {
            if (!readBlock())
            {
                return NOTHING;
            }
            if (BlockDescriptor.SESSION == blockHeader.type())
            {
                next = payloadBytes;
                return SESSION;
            }
        }
        final int record = next;
        bodyOffset = record + RecordDescriptor.HEADER_BYTES;
        next += payload.getInt(record + RecordDescriptor.LENGTH_OFFSET, LITTLE_ENDIAN);
        return payload.getInt(record + RecordDescriptor.TYPE_OFFSET, LITTLE_ENDIAN);
    }

    /**
     * Reads what is left and checks it, as far as it is whole; {@link #damage()} tells the rest.
     *
     * @return records.
     */
    public long countRecords()
    {
        long count = 0;
        for (int type = advance(); NOTHING != type; type = advance())
        {
            count += SESSION == type ? 0 : 1;
        }
        return count;
    }

    private boolean readBlock()
    {
        if (hasEnded || null != damage)
        {
            return false;
        }
        next = 0;
        payloadBytes = 0;
        final long begin = fileOffset;
        final String what = readWholeBlock();
        if (null != what)
        {
            damage = name + ": offset " + begin + ": " + what;
            return false;
        }
        nrBlocks++;
        if (BlockDescriptor.END == blockHeader.type())
        {
            hasEnded = true;
            return false;
        }
        return true;
    }

    /** Null if it is whole, else what is wrong: half a line. */
    private String readWholeBlock()
    {
        final int headerBytes = read(blockHeader.bytes());
        fileOffset += headerBytes;
        if (headerBytes < BlockDescriptor.HEADER_BYTES)
        {
            return 0 == headerBytes ? "the file ends without an end block, the recording was cut off" :
                "the file ends within a block's header";
        }
        String what = blockHeader.damage();
        if (null != what)
        {
            return what;
        }
        stored = withRoom(stored, blockHeader.storedBytes());
        stored.clear().limit(blockHeader.storedBytes());
        final int storedBytes = read(stored);
        fileOffset += storedBytes;
        if (storedBytes < blockHeader.storedBytes())
        {
            return "the file ends within a block";
        }
        what = blockHeader.damage(stored.flip(), nrBlocks);
        if (null == what)
        {
            what = blockHeader.isDeflated() ? inflate() : null;
        }
        if (null != what)
        {
            return what;
        }
        payload.wrap(blockHeader.isDeflated() ? inflated : stored);
        return damageOfContent(blockHeader.payloadBytes());
    }

    private static ByteBuffer withRoom(final ByteBuffer buffer, final int lengthBytes)
    {
        return buffer.capacity() >= lengthBytes ? buffer :
            ByteBuffer.allocateDirect(Math.min(BlockDescriptor.MAX_PAYLOAD_BYTES, 2 * lengthBytes));
    }

    private String inflate()
    {
        inflater = null == inflater ? new Inflater(true) : inflater;
        inflater.reset();
        inflater.setInput(stored);
        inflated = withRoom(inflated, blockHeader.payloadBytes());
        inflated.clear().limit(blockHeader.payloadBytes());
        try
        {
            while (inflated.hasRemaining() && inflater.inflate(inflated) > 0)
            {
                continue;
            }
        }
        catch (final DataFormatException ex)
        {
            return "the block can't be inflated: " + ex.getMessage();
        }
        return inflated.hasRemaining() ? "the block inflates to " + inflated.position() + " bytes instead of " +
            blockHeader.payloadBytes() : null;
    }

    private String damageOfContent(final int lengthBytes)
    {
        switch (blockHeader.type())
        {
            case BlockDescriptor.SESSION:
                payloadBytes = lengthBytes;
                return damageOfSession();

            case BlockDescriptor.RECORDS:
                final String what = null == session ? "records before a session" : damageOfRecords(lengthBytes);
                payloadBytes = null == what ? lengthBytes : 0;
                return what;

            case BlockDescriptor.END:
                return BlockDescriptor.END_BYTES == lengthBytes ? null : "an end block of a wrong length";

            default:
                return "a block of unknown type " + blockHeader.type();
        }
    }

    private String damageOfSession()
    {
        try
        {
            session = SessionCodec.decode(payload, payloadBytes);
            return null;
        }
        catch (final IllegalArgumentException ex)
        {
            return "a session that makes no sense: " + ex.getMessage();
        }
    }

    private String damageOfRecords(final int lengthBytes)
    {
        int record = 0;
        while (record < lengthBytes)
        {
            final int leftBytes = lengthBytes - record;
            final int recordBytes = leftBytes < RecordDescriptor.HEADER_BYTES ? 0 :
                payload.getInt(record + RecordDescriptor.LENGTH_OFFSET, LITTLE_ENDIAN);
            if (recordBytes <= 0 || recordBytes > leftBytes)
            {
                return "a record of an impossible length, " + record + " bytes into the block";
            }
            final int type = payload.getInt(record + RecordDescriptor.TYPE_OFFSET, LITTLE_ENDIAN);
            if (recordBytes - RecordDescriptor.HEADER_BYTES != RecordDescriptor.lengthBytes(type))
            {
                return "a record of type " + type + " and " + recordBytes + " bytes, " + record +
                    " bytes into the block";
            }
            final String what = damageOfRecord(type, record + RecordDescriptor.HEADER_BYTES);
            if (null != what)
            {
                return what + ", " + record + " bytes into the block";
            }
            record += recordBytes;
        }
        return null;
    }

    private String damageOfRecord(final int type, final int body)
    {
        if (RecordDescriptor.EVENT == type)
        {
            final int kind = payload.getInt(body + QueuedTaskDescriptor.KIND_OFFSET, LITTLE_ENDIAN);
            return kind >= SchedAbi.SCHED_EVENT_QUEUED && kind <= SchedAbi.SCHED_EVENT_CPU_AVAILABLE ? null :
                "an event of unknown kind " + kind;
        }
        if (RecordDescriptor.CPU == type)
        {
            final int cpu = payload.getInt(body + RecordDescriptor.CPU_NUMBER_OFFSET, LITTLE_ENDIAN);
            return cpu >= 0 && cpu < session.topology().nrCpuIds() ? null : "a CPU that does not exist, " + cpu;
        }
        return null;
    }

    @Override
    public void close()
    {
        if (null != inflater)
        {
            inflater.end();
        }
        try
        {
            channel.close();
        }
        catch (final IOException ex)
        {
            throw new SchedulerException(Category.ENVIRONMENT, name + ": can't be closed: " + ex.getMessage(), ex);
        }
    }
}
