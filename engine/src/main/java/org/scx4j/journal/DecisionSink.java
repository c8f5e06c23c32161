// SPDX-License-Identifier: Apache-2.0
package org.scx4j.journal;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.exceptions.SchedulerException.Category;
import org.scx4j.protocol.DispatchedTaskDescriptor;

/**
 * Where the decisions of a replay go: into a digest, and if wanted a file, which gets its name when it is whole.
 * <p>
 * Thread safety: none.
 */
final class DecisionSink implements AutoCloseable
{
    private static final int RECORDS = 256;
    /** Seven numbers of 20 digits with a separator each. */
    private static final int LINE_MAX_BYTES = 7 * 21;

    private final byte[] bytes = new byte[RECORDS * DispatchedTaskDescriptor.RECORD_BYTES];
    private final UnsafeBuffer records = new UnsafeBuffer(bytes);
    private final MessageDigest digest = sha256();
    private final Path file;
    private final Path partFile;
    private final boolean isText;
    private byte[] textBytes;
    private UnsafeBuffer text;
    private OutputStream out;
    private int lengthBytes;
    private long nrDecisions;

    /**
     * Opens it.
     *
     * @param file   for the decisions, null for none; one that is there is replaced in the end.
     * @param isText whether the file gets a line for each decision, rather than the record.
     */
    DecisionSink(final Path file, final boolean isText)
    {
        this.file = file;
        this.isText = isText;
        this.partFile = null == file ? null : file.resolveSibling(file.getFileName() + ".part");
        if (null != file)
        {
            if (isText)
            {
                textBytes = new byte[RECORDS * LINE_MAX_BYTES];
                text = new UnsafeBuffer(textBytes);
            }
            try
            {
                out = Files.newOutputStream(partFile);
            }
            catch (final IOException ex)
            {
                throw failure(ex);
            }
        }
    }

    private static MessageDigest sha256()
    {
        try
        {
            return MessageDigest.getInstance("SHA-256");
        }
        catch (final NoSuchAlgorithmException ex)
        {
            throw new IllegalStateException("every JDK has it", ex);
        }
    }

    private SchedulerException failure(final IOException ex)
    {
        return new SchedulerException(
            Category.ENVIRONMENT, "can't write the decisions into " + file + ": " + ex.getMessage(), ex);
    }

    void onDecision(final DirectBuffer decision, final int offset)
    {
        records.putBytes(lengthBytes, decision, offset, DispatchedTaskDescriptor.RECORD_BYTES);
        lengthBytes += DispatchedTaskDescriptor.RECORD_BYTES;
        nrDecisions++;
        if (lengthBytes == bytes.length)
        {
            flush();
        }
    }

    private void flush()
    {
        digest.update(bytes, 0, lengthBytes);
        if (null != out)
        {
            try
            {
                if (isText)
                {
                    out.write(textBytes, 0, format());
                }
                else
                {
                    out.write(bytes, 0, lengthBytes);
                }
            }
            catch (final IOException ex)
            {
                throw failure(ex);
            }
        }
        lengthBytes = 0;
    }

    /** Token, pid, CPU, slice, vtime, flags and enqueue time. */
    private int format()
    {
        int end = 0;
        for (int record = 0; record < lengthBytes; record += DispatchedTaskDescriptor.RECORD_BYTES)
        {
            end = putLong(end, record + DispatchedTaskDescriptor.TOKEN_OFFSET, ' ');
            end = putInt(end, record + DispatchedTaskDescriptor.PID_OFFSET);
            end = putInt(end, record + DispatchedTaskDescriptor.CPU_OFFSET);
            end = putLong(end, record + DispatchedTaskDescriptor.SLICE_NS_OFFSET, ' ');
            end = putLong(end, record + DispatchedTaskDescriptor.VTIME_OFFSET, ' ');
            end = putLong(end, record + DispatchedTaskDescriptor.FLAGS_OFFSET, ' ');
            end = putLong(end, record + DispatchedTaskDescriptor.ENQUEUE_NS_OFFSET, '\n');
        }
        return end;
    }

    private int putLong(final int end, final int offset, final char separator)
    {
        return putSeparator(end + text.putLongAscii(end, records.getLong(offset, LITTLE_ENDIAN)), separator);
    }

    private int putInt(final int end, final int offset)
    {
        return putSeparator(end + text.putIntAscii(end, records.getInt(offset, LITTLE_ENDIAN)), ' ');
    }

    private int putSeparator(final int end, final char separator)
    {
        text.putByte(end, (byte)separator);
        return end + 1;
    }

    long nrDecisions()
    {
        return nrDecisions;
    }

    /** All decisions have come: the file gets its name. Returns the SHA-256 of their records, in hexadecimal. */
    String finish()
    {
        flush();
        if (null != out)
        {
            try
            {
                out.close();
                Files.move(partFile, file, StandardCopyOption.REPLACE_EXISTING);
                out = null;
            }
            catch (final IOException ex)
            {
                throw failure(ex);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** What was not finished leaves no file. */
    @Override
    public void close()
    {
        if (null != out)
        {
            try
            {
                out.close();
                Files.deleteIfExists(partFile);
            }
            catch (final IOException ex)
            {
                throw failure(ex);
            }
        }
    }
}
