// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm;

import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * A thread that sleeps a millisecond again and again, and notes how late it wakes: the wait for a CPU, seen from
 * outside the scheduler, with what the timer and the machine add.
 */
final class WakeLatency implements AutoCloseable
{
    private static final long SLEEP_NS = 1_000_000;
    private static final long MAX_NS = 60_000_000_000L;

    private final Histogram lateness = new Histogram(MAX_NS, 3);
    private final Thread thread;
    private volatile boolean stopped;

    WakeLatency(final String name)
    {
        this(name, () -> { });
    }

    /** @param prepare run by the thread before it sleeps for the first time. */
    WakeLatency(final String name, final Runnable prepare)
    {
        thread = new Thread(() ->
        {
            prepare.run();
            run();
        }, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void run()
    {
        while (!stopped)
        {
            final long dueNs = System.nanoTime() + SLEEP_NS;
            LockSupport.parkNanos(SLEEP_NS);
            lateness.recordValue(Math.max(0, Math.min(System.nanoTime() - dueNs, MAX_NS)));
        }
    }

    /** Ends it, and tells what it has seen. */
    Histogram stop() throws InterruptedException
    {
        stopped = true;
        LockSupport.unpark(thread);
        thread.join();
        return lateness;
    }

    @Override
    public void close()
    {
        stopped = true;
    }
}
