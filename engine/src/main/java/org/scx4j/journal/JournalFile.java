// SPDX-License-Identifier: Apache-2.0
package org.scx4j.journal;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.Deflater;
import org.agrona.concurrent.UnsafeBuffer;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.exceptions.SchedulerException.Category;

/**
 * The file of a recording, block by block, and the files before it. A failure ends it, and is remembered: what was
 * written before stays readable.
 * <p>
 * Thread safety: none but for the figures; {@link JournalWriter} guards it.
 */
final class JournalFile
{
    /** Opens a file; there to be replaced by one that fails. */
    @FunctionalInterface
    interface Opener
    {
        /**
         * Opens a file.
         *
         * @param file    to open.
         * @param options how.
         * @return the open file.
         * @throws IOException if it can't be opened.
         */
        FileChannel open(Path file, OpenOption... options) throws IOException;
    }

    private static final int END_BLOCK_BYTES = BlockDescriptor.HEADER_BYTES + BlockDescriptor.END_BYTES;

    private final FileHeaderFlyweight fileHeader = new FileHeaderFlyweight();
    private final BlockFlyweight blockHeader = new BlockFlyweight();
    private final ByteBuffer end = ByteBuffer.allocateDirect(BlockDescriptor.END_BYTES);
    private final ByteBuffer deflated = ByteBuffer.allocateDirect(BlockDescriptor.MAX_PAYLOAD_BYTES);
    private final Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
    private final JournalOptions options;
    private final Opener opener;
    private final long recording;
    private FileChannel channel;
    private ByteBuffer session;
    private boolean isMade;
    private boolean isStarted;
    private int segment;
    private long nrBlocks;
    private volatile long fileBytes;
    private long fileRecords;
    private volatile long bytesBefore;
    private volatile String failure = "";

    /**
     * Opens the file; what it has held is not touched yet.
     *
     * @param options   where and how.
     * @param recording number that all files of this recording share.
     * @param opener    opens files.
     * @throws SchedulerException if the file is there already, or can't be written.
     */
    JournalFile(final JournalOptions options, final long recording, final Opener opener)
    {
        this.options = options;
        this.recording = recording;
        this.opener = opener;
        final Path file = options.file();
        for (int age = 1; age < options.files() && !options.isForced(); age++)
        {
            if (Files.exists(ofAge(age)))
            {
                throw present(ofAge(age), null);
            }
        }
        try
        {
            isMade = !Files.exists(file);
            channel = opener.open(file, options.isForced() ? CREATE : CREATE_NEW, WRITE);
        }
        catch (final FileAlreadyExistsException ex)
        {
            throw present(file, ex);
        }
        catch (final IOException | UnsupportedOperationException ex)
        {
            throw new SchedulerException(
                Category.ENVIRONMENT, "can't write the recording " + file + ": " + reason(ex), ex);
        }
    }

    private static SchedulerException present(final Path file, final IOException cause)
    {
        return new SchedulerException(
            Category.USAGE, file + " is there already: choose another file, or overwrite it by --force", cause);
    }

    private static String reason(final Exception ex)
    {
        if (ex instanceof NoSuchFileException)
        {
            return "its folder is not there";
        }
        return ex instanceof AccessDeniedException ? "permission denied" :
            null == ex.getMessage() ? ex.toString() : ex.getMessage();
    }

    /** Nothing was recorded: leaves no file behind that was not there before. */
    void discard()
    {
        closeChannel();
        deflater.end();
        if (isMade && !isStarted)
        {
            try
            {
                Files.deleteIfExists(options.file());
            }
            catch (final IOException ex)
            {
                fail("can't be deleted: " + reason(ex));
            }
        }
    }

    /** Why nothing is written any more; empty as long as it is. */
    String failure()
    {
        return failure;
    }

    /** Bytes written, in all files. */
    long bytes()
    {
        return bytesBefore + fileBytes;
    }

    /**
     * Begins a session.
     *
     * @param payload of the block; kept, because each file begins with it.
     */
    void writeSession(final ByteBuffer payload)
    {
        session = payload;
        if (isStarted)
        {
            writeBlock(BlockDescriptor.SESSION, payload, 0, 0);
        }
        else
        {
            isStarted = true;
            begin();
        }
    }

    private void begin()
    {
        try
        {
            if (channel.size() > 0)
            {
                channel.truncate(0);
            }
        }
        catch (final IOException ex)
        {
            fail(reason(ex));
        }
        nrBlocks = 0;
        fileBytes = 0;
        fileRecords = 0;
        put(fileHeader.fill(recording, segment).bytes());
        if (failure.isEmpty())
        {
            fileBytes = FileHeaderDescriptor.HEADER_BYTES;
            append(BlockDescriptor.SESSION, session.duplicate(), session.remaining(), 0);
        }
    }

    /**
     * Writes a block of records.
     *
     * @param payload   the records.
     * @param nrRecords how many.
     * @param nrDropped records that were dropped so far.
     * @return false if they are not in the file.
     */
    boolean writeRecords(final ByteBuffer payload, final long nrRecords, final long nrDropped)
    {
        final boolean isWritten = writeBlock(BlockDescriptor.RECORDS, payload, nrRecords, nrDropped);
        fileRecords += isWritten ? nrRecords : 0;
        return isWritten;
    }

    private boolean writeBlock(final int type, final ByteBuffer payload, final long nrRecords, final long nrDropped)
    {
        if (!failure.isEmpty())
        {
            return false;
        }
        final int payloadBytes = payload.remaining();
        final ByteBuffer stored = options.isCompressed() ? deflate(payload) : payload;
        final long neededBytes = BlockDescriptor.HEADER_BYTES + stored.remaining() + END_BLOCK_BYTES;
        if (fileBytes + neededBytes > options.limitBytes() && nrBlocks > 1)
        {
            rotate(nrDropped);
        }
        return failure.isEmpty() &&
            append(type, stored, payloadBytes, stored == payload ? 0 : BlockDescriptor.DEFLATED);
    }

    /** What deflate does not shorten is stored as it is. */
    private ByteBuffer deflate(final ByteBuffer payload)
    {
        deflater.reset();
        deflater.setInput(payload.duplicate());
        deflater.finish();
        deflated.clear().limit(payload.remaining());
        deflater.deflate(deflated);
        return deflater.finished() ? deflated.flip() : payload;
    }

    private boolean append(final int type, final ByteBuffer stored, final int payloadBytes, final int flags)
    {
        final int storedBytes = stored.remaining();
        final ByteBuffer header = blockHeader.fill(type, nrBlocks, stored, payloadBytes, flags).bytes();
        if (!put(header) || !put(stored.duplicate()))
        {
            return false;
        }
        nrBlocks++;
        fileBytes += BlockDescriptor.HEADER_BYTES + storedBytes;
        return true;
    }

    /** A block that is not whole is taken back, if that is possible; the reader knows it if not. */
    private boolean put(final ByteBuffer bytes)
    {
        if (!failure.isEmpty())
        {
            return false;
        }
        try
        {
            while (bytes.hasRemaining())
            {
                channel.write(bytes);
            }
            return true;
        }
        catch (final IOException ex)
        {
            fail(reason(ex));
            try
            {
                channel.truncate(fileBytes);
            }
            catch (final IOException again)
            {
                ex.addSuppressed(again);
            }
            return false;
        }
    }

    /** Nothing more is written. */
    void fail(final String why)
    {
        failure = failure.isEmpty() ? "recording into " + options.file() + " stopped: " + why : failure;
    }

    /** The file is full: goes on in the next one, or not at all. */
    private void rotate(final long nrDropped)
    {
        if (1 == options.files())
        {
            writeEnd(nrDropped, BlockDescriptor.END_FULL);
            fail("it has reached its size limit of " + options.limitBytes() + " bytes");
            return;
        }
        writeEnd(nrDropped, BlockDescriptor.END_CONTINUED);
        closeChannel();
        try
        {
            for (int age = options.files() - 2; age >= 0; age--)
            {
                if (Files.exists(ofAge(age)))
                {
                    Files.move(ofAge(age), ofAge(age + 1), StandardCopyOption.REPLACE_EXISTING);
                }
            }
            channel = opener.open(options.file(), CREATE_NEW, WRITE);
        }
        catch (final IOException ex)
        {
            fail("the next file can't be opened: " + reason(ex));
            return;
        }
        bytesBefore += fileBytes;
        segment++;
        begin();
    }

    private Path ofAge(final int age)
    {
        return 0 == age ? options.file() : options.file().resolveSibling(options.file().getFileName() + "." + age);
    }

    private void writeEnd(final long nrDropped, final int reason)
    {
        final UnsafeBuffer buffer = new UnsafeBuffer(end.clear());
        buffer.setMemory(0, BlockDescriptor.END_BYTES, (byte)0);
        buffer.putLong(BlockDescriptor.END_RECORDS_OFFSET, fileRecords, LITTLE_ENDIAN);
        buffer.putLong(BlockDescriptor.END_DROPPED_OFFSET, nrDropped, LITTLE_ENDIAN);
        buffer.putInt(BlockDescriptor.END_REASON_OFFSET, reason, LITTLE_ENDIAN);
        append(BlockDescriptor.END, end, BlockDescriptor.END_BYTES, 0);
    }

    /**
     * Ends the recording.
     *
     * @param nrDropped records that were dropped in all.
     */
    void close(final long nrDropped)
    {
        if (failure.isEmpty())
        {
            writeEnd(nrDropped, BlockDescriptor.END_CLOSED);
        }
        try
        {
            channel.force(false);
        }
        catch (final IOException ex)
        {
            fail(reason(ex));
        }
        closeChannel();
        deflater.end();
    }

    private void closeChannel()
    {
        try
        {
            channel.close();
        }
        catch (final IOException ex)
        {
            fail(reason(ex));
        }
    }
}
