// SPDX-License-Identifier: Apache-2.0
package org.scx4j;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.scx4j.api.SchedulingPolicy;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.exceptions.SchedulerException.Category;
import org.scx4j.jni.LibC;
import org.scx4j.jni.NativeLibrary;
import org.scx4j.journal.JournalOptions;
import org.scx4j.journal.Recorder;
import org.scx4j.pipeline.PathWarmUp;
import org.scx4j.settings.MemorySettings;
import org.scx4j.status.ExitInfo;
import org.scx4j.status.PolicyChanges;
import org.scx4j.status.Restart;
import org.scx4j.status.RunReport;

/**
 * A running scheduler: loads, attaches, decides, detaches.
 * <pre>{@code
 * try (SchedulerEngine engine = SchedulerEngine.launch(new Context().policy(new Fifo())))
 * {
 *     engine.awaitEnd(Duration.ofSeconds(10).toNanos());
 * }
 * }</pre>
 * However the process ends, the kernel falls back to its own scheduler: the attachment lives no longer than this
 * process.
 * <p>
 * The kernel ends every scheduler when a CPU comes or goes, and asks for a new start. The thread that calls
 * {@link #awaitEnd(long)} or {@link #hasEnded()} then restarts this one, unless {@link Context#restart(boolean)} says
 * otherwise: the topology is read anew, the policy's {@code onClose} and {@code onStart} are called again, and figures
 * add up.
 * <p>
 * Thread safety: all methods from any thread, but the policy's callbacks call none.
 */
public final class SchedulerEngine implements AutoCloseable
{
    /** How often in a row a restart is tried. */
    static final int RESTART_ATTEMPTS = 10;

    private static final long WATCH_INTERVAL_MS = 10;
    private static final long REPLACE_PATIENCE_NS = TimeUnit.SECONDS.toNanos(2);
    private static final Path PROC = Path.of("/proc");
    private static final long FIRST_PAUSE_MS = 20;
    private static final long LONGEST_PAUSE_MS = 250;
    /** A scheduler that ended within this time was caught by the same hotplug as the one before. */
    private static final long STEADY_NS = TimeUnit.SECONDS.toNanos(1);

    private final Context context;
    private final PolicyFailover failover;
    private final Recorder recorder;
    private volatile MemorySettings memorySettings;
    private volatile EngineSession session;
    private RunReport reportBefore;
    private Histogram latencyBefore;
    private Restart lastRestart;
    private long nrRestarts;
    private int nrAttempts;
    private boolean wasInterrupted;
    private boolean closed;
    private volatile boolean isClosing;
    private volatile SchedulerException restartFailure;

    private SchedulerEngine(final Context context, final JournalOptions journal)
    {
        this.context = context;
        this.failover = new PolicyFailover(context);
        this.recorder = null == journal ? null : new Recorder(journal);
        this.session = firstSession();
    }

    private EngineSession firstSession()
    {
        EngineSession opened = null;
        try
        {
            opened = new EngineSession(context, this, recorder);
            return opened;
        }
        finally
        {
            if (null == opened)
            {
                closeRecorder();
            }
        }
    }

    private void closeRecorder()
    {
        if (null != recorder)
        {
            recorder.close();
        }
    }

    /**
     * Starts a scheduler. When this returns, it schedules the machine.
     *
     * @param context concluded here; not to be changed any more.
     * @return the running engine, to be closed.
     * @throws org.scx4j.exceptions.SchedulerException if an option, this machine or the kernel forbids it; nothing
     *                                                 stays behind.
     */
    public static SchedulerEngine launch(final Context context)
    {
        return launch(context, null);
    }

    /**
     * Starts a scheduler, and records what its policy sees and decides. A recording that fails, as when the disk is
     * full, ends alone: {@link RunReport#recording()} tells.
     *
     * @param context concluded here; not to be changed any more.
     * @param journal where and how, null for no recording.
     * @return the running engine, to be closed.
     * @throws org.scx4j.exceptions.SchedulerException if an option, this machine, the file or the kernel forbids it;
     *                                                 nothing stays behind.
     */
    public static SchedulerEngine launch(final Context context, final JournalOptions journal)
    {
        context.conclude();
        final PathWarmUp warmUp = PathWarmUp.start();
        SchedulerEngine engine = null;
        boolean isStarted = false;
        try
        {
            engine = new SchedulerEngine(context, journal); // the kernel verifies the programs meanwhile
            warmUp.await();
            engine.lockMemory();
            engine.session.start();
            if (null != engine.recorder)
            {
                engine.recorder.start();
            }
            isStarted = true;
            return engine;
        }
        finally
        {
            if (!isStarted)
            {
                if (null != engine)
                {
                    engine.close();
                }
                warmUp.await();
            }
        }
    }

    /** From here to {@link #unlockMemory()} no page fault may make us wait for a task that waits for us. */
    private void lockMemory()
    {
        if (context.isMemoryLocked() && NativeLibrary.isAvailable())
        {
            memorySettings = MemorySettings.apply(PROC);
            LibC.lockMemory();
        }
    }

    private void unlockMemory()
    {
        if (null != memorySettings)
        {
            try
            {
                LibC.unlockMemory();
            }
            finally
            {
                memorySettings.close();
            }
        }
    }

    /**
     * Waits until the scheduler has ended for good, or time is up. Restarts it if the kernel asks for that.
     *
     * @param timeoutNs the longest wait; a restart may make it longer.
     * @return true if it has ended.
     * @throws InterruptedException if the calling thread is interrupted.
     */
    public boolean awaitEnd(final long timeoutNs) throws InterruptedException
    {
        final long deadlineNs = System.nanoTime() + timeoutNs;
        while (!hasEnded())
        {
            final long leftNs = deadlineNs - System.nanoTime();
            if (leftNs <= 0)
            {
                return false;
            }
            sampleAllocation();
            Thread.sleep(Math.min(WATCH_INTERVAL_MS, TimeUnit.NANOSECONDS.toMillis(leftNs) + 1));
        }
        return true;
    }

    private synchronized void sampleAllocation()
    {
        session.sampleAllocation();
    }

    /**
     * Whether the scheduler runs no more, or must not: it was closed, the kernel ended it, or a stage of the event path
     * has failed. Then {@link #close()} it. If the kernel asks for a restart, this call does that first: it may then
     * take a fraction of a second, or seconds if it has to be tried again.
     *
     * @return true if it has ended.
     */
    public synchronized boolean hasEnded()
    {
        while (isRestartDue()) // again, if the new one ended at once; restart() bounds that
        {
            restart();
        }
        watchPolicy();
        return isClosing || session.isClosed() || null != failure() || null != session.exitInfo();
    }

    private void watchPolicy()
    {
        if (isClosing || session.isHotThread() || null != session.exitInfo())
        {
            return;
        }
        final PolicyFailure failure = session.watchPolicy();
        if (null != failure)
        {
            failover.react(session, failure, this::attachAnewWith, () -> isClosing);
        }
    }

    private void attachAnewWith(final RunningPolicy next)
    {
        context.replacePolicy(next);
        replaceSession();
        nrRestarts++;
    }

    private void attachAnewOrGoOn(final RunningPolicy next)
    {
        final RunningPolicy before = session.policy();
        final boolean isFree = session.abandon();
        try
        {
            attachAnewWith(next);
        }
        catch (final RuntimeException ex)
        {
            if (isFree)
            {
                attachAnewWith(before);
            }
            throw ex;
        }
    }

    /**
     * Replaces the policy while the scheduler runs, by one that gets the same options: see
     * {@link #replacePolicy(SchedulingPolicy, String, Map)}.
     *
     * @param next to decide from now on; not the object that decides now.
     */
    public void replacePolicy(final SchedulingPolicy next)
    {
        replacePolicy(next, null, context.runningPolicy().options());
    }

    /**
     * Replaces the policy while the scheduler runs. The next policy is started on the calling thread; then the policy's
     * thread goes over to it between two batches, so that there is no moment without a policy, and no task is lost or
     * decided twice. What the two hand over, and the order of the calls, is in {@link org.scx4j.api.PolicyHandover}.
     * When this returns, the next policy decides, also after a restart.
     * <p>
     * A policy that wants {@link SchedulingPolicy#wantsCpuAvailable()} can't go into a scheduler that was attached
     * without that: then the scheduler is attached anew, {@link #nrRestarts()} counts it, and nothing is handed over.
     *
     * @param next    to decide from now on; not the object that decides now.
     * @param name    of it for reports; null for its class name in lower case. The scheduler's name in the kernel stays
     *                until the next restart.
     * @param options that it is started with.
     * @throws SchedulerException    if the policy before does not return from a callback; it then stays.
     * @throws IllegalStateException if no scheduler is attached; or on a thread of the event path, which would wait for
     *                               itself.
     * @throws RuntimeException      that the next policy's {@code onStart} has thrown; the one before stays.
     */
    public void replacePolicy(final SchedulingPolicy next, final String name, final Map<String, String> options)
    {
        if (session.isHotThread())
        {
            throw new IllegalStateException("the event path can't replace its own policy: it would wait for itself");
        }
        synchronized (this)
        {
            final RunningPolicy wanted = new RunningPolicy(next, name, options);
            context.checkName(wanted);
            if (isClosing || session.isClosed())
            {
                throw new IllegalStateException("no scheduler is attached: the engine is closed or has ended");
            }
            if (session.policy().policy() == next)
            {
                throw new SchedulerException(Category.USAGE, "this very policy decides already: make a new object");
            }
            if (session.canReplaceBy(next))
            {
                final String refusal = session.replacePolicy(wanted, REPLACE_PATIENCE_NS, () -> isClosing);
                if (null != refusal)
                {
                    throw new SchedulerException(Category.USAGE,
                        "policy " + session.policy().name() + " can't be replaced: " + refusal);
                }
                context.replacePolicy(wanted);
            }
            else
            {
                attachAnewOrGoOn(wanted);
            }
            failover.onSwap();
        }
    }

    private boolean isRestartDue()
    {
        final ExitInfo exit = session.exitInfo();
        return null != exit && exit.shouldRestart() && context.isRestartWanted() &&
            !isClosing && null == failure() && !session.isHotThread();
    }

    private void restart()
    {
        wasInterrupted = Thread.interrupted(); // or else the end of the hot threads would not be waited for
        final long beginNs = System.nanoTime();
        try
        {
            context.replacePolicy(session.policy());
            session.close();
            nrAttempts = session.durationNs() < STEADY_NS ? nrAttempts : 0;
            if (null == session.failure())
            {
                attachAnew(beginNs);
            }
        }
        finally
        {
            if (wasInterrupted)
            {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Another CPU may have come or gone meanwhile, and the kernel refuses or ends at once: then it is tried again. */
    private void attachAnew(final long beginNs)
    {
        final ExitInfo cause = session.exitInfo();
        RuntimeException refusal =
            new SchedulerException(Category.EVICTED, "it ended at once, again and again: " + cause);
        while (nrAttempts < RESTART_ATTEMPTS)
        {
            pause(nrAttempts++);
            if (isClosing)
            {
                return;
            }
            try
            {
                replaceSession();
                nrRestarts++;
                lastRestart = new Restart(cause, System.nanoTime() - beginNs);
                return;
            }
            catch (final SchedulerException ex)
            {
                refusal = ex;
                nrAttempts = Category.USAGE == ex.category() ? RESTART_ATTEMPTS : nrAttempts;
            }
            catch (final RuntimeException ex)
            {
                refusal = ex;
                nrAttempts = RESTART_ATTEMPTS;
            }
        }
        restartFailure = new SchedulerException(Category.EVICTED, "can't restart after " +
            (cause.isHotplug() ? "CPU hotplug" : "the kernel asked for it") +
            ", and the kernel schedules by itself: " + messageOf(refusal), refusal);
    }

    private static String messageOf(final RuntimeException ex)
    {
        return ex instanceof SchedulerException ? ex.getMessage() : ex.toString();
    }

    private void pause(final int nrFailures)
    {
        final long pauseMs = 0 == nrFailures ? 0 : Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS << nrFailures);
        final long endNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(pauseMs);
        while (!isClosing && System.nanoTime() - endNs < 0)
        {
            try
            {
                Thread.sleep(Math.min(pauseMs, WATCH_INTERVAL_MS));
            }
            catch (final InterruptedException ex)
            {
                wasInterrupted = true;
            }
        }
    }

    private void replaceSession()
    {
        final RunReport ended = report();
        final Histogram endedLatency = latency().copy();
        context.chooseThreads();
        final EngineSession next = new EngineSession(context, this, recorder);
        boolean isStarted = false;
        try
        {
            next.start();
            isStarted = true;
        }
        finally
        {
            if (!isStarted)
            {
                next.close();
            }
        }
        latencyBefore = endedLatency;
        reportBefore = ended;
        session = next;
    }

    /**
     * Detaches, stops the hot threads and gives everything back. Idempotent. The report stays available. If a hot
     * thread does not end within seconds, the memory that it may still use stays mapped, and {@link #failure()} tells.
     * A restart that is under way is given up, or ended with the rest.
     */
    @Override
    public void close()
    {
        isClosing = true;
        synchronized (this)
        {
            if (closed)
            {
                return;
            }
            closed = true;
            try
            {
                session.close();
            }
            finally
            {
                closeRecorder();
                unlockMemory();
            }
        }
    }

    /**
     * What the run did so far; after {@link #close()}, in all.
     *
     * @return a snapshot.
     */
    public synchronized RunReport report()
    {
        final RunReport report = session.report(RunReport.Latency.of(latency()), nrRestarts, failover.changes());
        return null == reportBefore ? report : report.plus(reportBefore);
    }

    /** Of all sessions. */
    private Histogram latency()
    {
        if (null == latencyBefore)
        {
            return session.latency();
        }
        final Histogram sum = latencyBefore.copy();
        sum.add(session.latency());
        return sum;
    }

    /**
     * Why the kernel's side ended.
     *
     * @return null while it runs.
     */
    public synchronized ExitInfo exitInfo()
    {
        return session.exitInfo();
    }

    /**
     * What was changed on this machine to keep the memory of the event path in place, and what could not be; set back
     * by {@link #close()}.
     *
     * @return half a line for a person.
     */
    public String memorySettings()
    {
        return null == memorySettings ? "memory not locked" : "memory locked, " + memorySettings.description();
    }

    /**
     * How often the scheduler was attached anew: because the kernel asked for it, or for another policy.
     *
     * @return count.
     */
    public synchronized long nrRestarts()
    {
        return nrRestarts;
    }

    /**
     * Policies that were replaced, or failed.
     *
     * @return so far.
     */
    public synchronized PolicyChanges policyChanges()
    {
        return failover.changes();
    }

    /**
     * The latest restart that the kernel asked for.
     *
     * @return null if there was none.
     */
    public synchronized Restart lastRestart()
    {
        return lastRestart;
    }

    /**
     * What ended the scheduler though nobody wanted that: a broken invariant in a stage of the event path, or a restart
     * that did not succeed. The latter is a {@link SchedulerException} of category EVICTED. An error of the policy is
     * neither.
     *
     * @return null if there was nothing of the kind.
     */
    public Throwable failure()
    {
        return null != restartFailure ? restartFailure : session.failure();
    }

    /**
     * The kernel's ids of the hot threads.
     *
     * @return ids, reader first.
     */
    public int[] hotThreadIds()
    {
        return session.hotThreadIds();
    }

    /**
     * Says whether the policy also schedules the calling thread. By default it does not: the kernel's side schedules
     * the threads of this process by itself, because the policy may be waiting for them. An application that embeds the
     * engine can put its own threads under the policy so, each by a call of its own. Such a thread waits for the policy
     * like any task; so it must not be one on which the policy waits, hold a lock that the policy takes, or be the one
     * that watches and closes the engine. It holds until the thread ends or the scheduler is restarted:
     * {@link #nrRestarts()} tells.
     *
     * @param isScheduled true to have it scheduled, false to take that back.
     * @throws IllegalStateException         if the calling thread is one of the event path, which would wait for its
     *                                       own decision; or if no scheduler is attached.
     * @throws UnsupportedOperationException if this kernel can't.
     */
    public void scheduleCurrentThread(final boolean isScheduled)
    {
        if (session.isHotThread()) // asked before the lock, whose owner may wait for the end of this thread
        {
            throw new IllegalStateException("the event path can't schedule its own thread " +
                Thread.currentThread().getName() + ": it would wait for its own decision");
        }
        synchronized (this)
        {
            if (isClosing || session.isClosed())
            {
                throw new IllegalStateException("no scheduler is attached: the engine is closed or failed to restart");
            }
            session.scheduleCurrentThread(isScheduled);
        }
    }
}
