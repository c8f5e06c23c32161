// SPDX-License-Identifier: Apache-2.0
package org.scx4j.journal;

import java.nio.channels.FileChannel;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SleepingMillisIdleStrategy;
import org.agrona.concurrent.SystemNanoClock;
import org.scx4j.api.CpuStates;
import org.scx4j.status.Recording;
import org.scx4j.topology.CpuTopology;

/**
 * A run that is recorded: the file, and the thread that writes it.
 * <p>
 * Life: open it; for each attachment {@link #tap}, {@link #begin}, {@link #end}; {@link #start()} after the first of
 * them has succeeded ({@link #startWithoutThread()} in virtual time), and {@link #close()}. If it is closed before it
 * was started, it leaves no file behind.
 * <p>
 * Thread safety: any thread. No thread of the event path waits for one of these methods.
 */
public final class Recorder implements AutoCloseable
{
    private static final int IDLE_MS = 10;
    /** After this time a thread that waits for the disk is interrupted, and with that the file is closed. */
    private static final int STOP_PATIENCE_MS = (int)TimeUnit.SECONDS.toMillis(10);

    private final JournalWriter writer;
    private final AgentRunner runner;
    private boolean isStarted;
    private boolean isClosed;
    private int nrSessions;

    /**
     * Opens the file.
     *
     * @param options where and how.
     * @throws org.scx4j.exceptions.SchedulerException if it is there already, or can't be written.
     */
    public Recorder(final JournalOptions options)
    {
        this(options, FileChannel::open, SystemNanoClock.INSTANCE);
    }

    Recorder(final JournalOptions options, final JournalFile.Opener opener, final NanoClock clock)
    {
        final JournalFile file = new JournalFile(options, System.currentTimeMillis() ^ System.nanoTime(), opener);
        writer = new JournalWriter(file, options.file().toString(), clock);
        runner = new AgentRunner(new SleepingMillisIdleStrategy(IDLE_MS), this::onError, null, writer);
    }

    private void onError(final Throwable ex)
    {
        writer.fail(ex);
    }

    /**
     * Makes the end of an event path.
     *
     * @param live     what the CPUs are doing.
     * @param topology of the CPUs.
     * @param nrCpuIds CPUs that the kernel can have.
     * @return to be handed to the path; nothing is recorded before {@link #begin}.
     */
    public JournalTap tap(final CpuStates live, final CpuTopology topology, final int nrCpuIds)
    {
        return new JournalTap(live, topology, nrCpuIds, JournalTap.RING_BYTES);
    }

    /**
     * Begins a session.
     *
     * @param tap     whose records follow.
     * @param session its circumstances; gets its number here.
     */
    public synchronized void begin(final JournalTap tap, final JournalSession session)
    {
        writer.begin(tap, new JournalSession(nrSessions++, session.nrCpuIds(), session.sliceNs(),
            session.tickIntervalNs(), session.startNs(), session.startMs(), session.events(), session.topology(),
            session.properties()));
    }

    /** Ends a session: its thread has ended, or is given up. */
    public synchronized void end()
    {
        writer.end();
    }

    /** Starts to write. */
    public synchronized void start()
    {
        isStarted = true;
        writer.start();
        AgentRunner.startOnThread(runner, Recorder::daemon);
    }

    /**
     * Starts to write without a thread: the caller has {@link #drain()} do it, often enough for the tap's ring. For
     * runs in virtual time, which would outrun a thread and the disk.
     */
    public synchronized void startWithoutThread()
    {
        isStarted = true;
        writer.start();
    }

    /** Takes over what the tap has now; waits for the disk. Nothing of it is dropped. */
    public void drain()
    {
        while (writer.doWork() > 0)
        {
            continue;
        }
    }

    private static Thread daemon(final Runnable task)
    {
        final Thread thread = new Thread(task);
        thread.setDaemon(true);
        return thread;
    }

    /**
     * What was recorded so far.
     *
     * @return figures.
     */
    public Recording recording()
    {
        return writer.recording();
    }

    /** Writes what is left, and ends the file; idempotent. */
    @Override
    public synchronized void close()
    {
        if (isClosed)
        {
            return;
        }
        isClosed = true;
        if (isStarted)
        {
            runner.close(STOP_PATIENCE_MS, (thread) -> { });
            writer.close();
        }
        else
        {
            writer.discard();
        }
    }
}
