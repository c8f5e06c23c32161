// SPDX-License-Identifier: Apache-2.0
package org.scx4j.journal;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.nio.ByteBuffer;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.scx4j.status.Recording;

/**
 * The file's end of a recording: makes blocks of what the {@link JournalTap} has, and writes them. It runs on a thread
 * of its own, which is none of the event path.
 * <p>
 * Thread safety: any thread. All methods but {@link #recording()} take its lock, which no thread of the event path
 * does, and may wait for the disk.
 */
final class JournalWriter implements Agent
{
    /** A block is written when it has so much. */
    static final int BLOCK_BYTES = 128 << 10;
    /** A block is written after this time, however short it is. */
    static final long FLUSH_NS = 100_000_000;
    private static final int READ_LIMIT = 4096;
    private static final int ALIGNMENT_BYTES = 128;

    private final ByteBuffer bytes = BufferUtil.allocateDirectAligned(BLOCK_BYTES, ALIGNMENT_BYTES);
    private final UnsafeBuffer block = new UnsafeBuffer(bytes);
    private final MessageHandler onRecord = this::onRecord;
    private final JournalFile file;
    private final String name;
    private final NanoClock clock;
    private volatile JournalTap tap;
    private volatile long nrRecords;
    private volatile long nrLost;
    private volatile long nrDroppedBefore;
    private ByteBuffer firstSession;
    private int blockBytes;
    private int blockRecords;
    private long blockBeganNs;
    private boolean isStarted;
    private boolean isClosed;

    JournalWriter(final JournalFile file, final String name, final NanoClock clock)
    {
        this.file = file;
        this.name = name;
        this.clock = clock;
    }

    /** From now on, records come from another tap. The first one's wait for {@link #start()}. */
    synchronized void begin(final JournalTap next, final JournalSession session)
    {
        final byte[] payload = SessionCodec.encode(session);
        final ByteBuffer encoded = ByteBuffer.allocateDirect(payload.length).put(payload).flip();
        if (isStarted)
        {
            file.writeSession(encoded);
        }
        else
        {
            firstSession = encoded;
        }
        tap = next;
    }

    synchronized void start()
    {
        isStarted = true;
        file.writeSession(firstSession);
    }

    /** Something went wrong here that is nobody's fault but ours. */
    synchronized void fail(final Throwable ex)
    {
        file.fail(ex.toString());
    }

    /** The tap's thread has ended, or is given up. */
    synchronized void end()
    {
        final JournalTap ended = tap;
        if (null != ended)
        {
            drain(ended);
            tap = null;
            nrDroppedBefore += ended.nrDropped();
        }
    }

    @Override
    public synchronized int doWork()
    {
        final JournalTap tap = this.tap;
        if (null == tap || !isStarted || isClosed)
        {
            return 0;
        }
        final int count = tap.ring().read(onRecord, READ_LIMIT);
        if (blockBytes > 0 && clock.nanoTime() - blockBeganNs >= FLUSH_NS)
        {
            flush();
        }
        return count;
    }

    /** Bounded, because the thread of a tap that was given up may still write. */
    private void drain(final JournalTap tap)
    {
        int readBytes = isStarted ? 0 : Integer.MAX_VALUE;
        final int sizeBytes = tap.ring().size();
        while (readBytes < sizeBytes)
        {
            final int count = tap.ring().read(onRecord, READ_LIMIT);
            readBytes = 0 == count ? sizeBytes : readBytes + count * RecordDescriptor.HEADER_BYTES;
        }
        flush();
    }

    private void onRecord(final int type, final MutableDirectBuffer buffer, final int index, final int lengthBytes)
    {
        final int recordBytes = BitUtil.align(RecordDescriptor.HEADER_BYTES + lengthBytes, Long.BYTES);
        if (blockBytes + recordBytes > BLOCK_BYTES)
        {
            flush();
        }
        if (0 == blockBytes)
        {
            blockBeganNs = clock.nanoTime();
        }
        block.putInt(blockBytes + RecordDescriptor.LENGTH_OFFSET, recordBytes, LITTLE_ENDIAN);
        block.putInt(blockBytes + RecordDescriptor.TYPE_OFFSET, type, LITTLE_ENDIAN);
        block.putBytes(blockBytes + RecordDescriptor.HEADER_BYTES, buffer, index, lengthBytes);
        blockBytes += recordBytes;
        blockRecords++;
    }

    private void flush()
    {
        if (blockBytes > 0)
        {
            final boolean isWritten =
                file.writeRecords(bytes.clear().limit(blockBytes), blockRecords, nrDropped());
            nrRecords += isWritten ? blockRecords : 0;
            nrLost += isWritten ? 0 : blockRecords;
            blockBytes = 0;
            blockRecords = 0;
        }
    }

    private long nrDropped()
    {
        final JournalTap current = tap;
        return nrLost + nrDroppedBefore + (null == current ? 0 : current.nrDropped());
    }

    /** Writes what is left, and ends the file. */
    synchronized void close()
    {
        if (!isClosed)
        {
            end();
            isClosed = true;
            file.close(nrDropped());
        }
    }

    synchronized void discard()
    {
        isClosed = true;
        file.discard();
    }

    /** What was recorded so far; waits for nobody. */
    Recording recording()
    {
        return new Recording(name, nrRecords, nrDropped(), file.bytes(), file.failure());
    }

    @Override
    public String roleName()
    {
        return "scx4j-journal";
    }
}
