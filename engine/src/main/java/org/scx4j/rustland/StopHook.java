// SPDX-License-Identifier: Apache-2.0
package org.scx4j.rustland;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C, SIGTERM and SIGHUP as a request: holds the end of the JVM up until the scheduler's thread has detached, which
 * it does when it sees that {@link BpfScheduler#exited()}.
 * <p>
 * Thread safety: installed and removed by the scheduler's thread, run by the JVM's.
 */
final class StopHook
{
    /** A caller that does not look at exited() any more, or waits for the JVM's end itself. */
    private static final long NOTICE_PATIENCE_MS = 2_000;
    /** A detach takes long on a loaded machine. */
    private static final long DETACH_PATIENCE_MS = 30_000;
    /** For the caller to print what it has to say. */
    private static final long LAST_WORDS_MS = 2_000;
    private static final long LOOK_INTERVAL_MS = 20;

    private final BpfScheduler scheduler;
    private final Thread caller = Thread.currentThread();
    private final Thread hook = new Thread(this::onSignal, "scx4j-stop");
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile boolean isClosing;

    StopHook(final BpfScheduler scheduler)
    {
        this.scheduler = scheduler;
    }

    void install()
    {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** The detach begins. */
    void closing()
    {
        isClosing = true;
    }

    /** The scheduler is gone, nothing needs to wait any more. */
    void remove()
    {
        closed.countDown();
        try
        {
            Runtime.getRuntime().removeShutdownHook(hook);
        }
        catch (final IllegalStateException ex)
        {
            isClosing = true; // the JVM is ending: the hook runs, and ends by itself
        }
    }

    void onSignal()
    {
        scheduler.requestStop();
        final long beginNs = System.nanoTime();
        try
        {
            while (caller.isAlive() && System.nanoTime() - beginNs < patienceNs())
            {
                if (closed.await(LOOK_INTERVAL_MS, TimeUnit.MILLISECONDS))
                {
                    caller.join(LAST_WORDS_MS);
                    return;
                }
            }
        }
        catch (final InterruptedException ex)
        {
            Thread.currentThread().interrupt();
        }
    }

    private long patienceNs()
    {
        return TimeUnit.MILLISECONDS.toNanos(isClosing ? DETACH_PATIENCE_MS : NOTICE_PATIENCE_MS);
    }
}
