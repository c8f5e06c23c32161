// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Threads that are released once a period, need some CPU time, and want to be done before the next release. Each is a
 * task of its own, with the name that rules can match.
 */
final class PeriodicJobs implements AutoCloseable
{
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final List<Thread> threads = new ArrayList<>();
    private final AtomicLong nrJobs = new AtomicLong();
    private final AtomicLong nrMisses = new AtomicLong();
    private final long periodNs;
    private final long workNs;
    private volatile boolean stopped;

    /** @param prepare run by each thread before its first release. */
    PeriodicJobs(
        final String name, final int count, final long periodNs, final long workNs, final Runnable prepare)
    {
        this.periodNs = periodNs;
        this.workNs = workNs;
        for (int i = 0; i < count; i++)
        {
            final Thread thread = new Thread(() ->
            {
                prepare.run();
                run();
            }, name + i);
            thread.setDaemon(true);
            thread.start();
            threads.add(thread);
        }
    }

    private void run()
    {
        long releaseNs = System.nanoTime() + periodNs;
        while (!stopped)
        {
            while (System.nanoTime() - releaseNs < 0)
            {
                LockSupport.parkNanos(releaseNs - System.nanoTime());
            }
            final long endCpuNs = THREADS.getCurrentThreadCpuTime() + workNs;
            while (THREADS.getCurrentThreadCpuTime() - endCpuNs < 0)
            {
                Thread.onSpinWait();
            }
            nrJobs.incrementAndGet();
            final long nowNs = System.nanoTime();
            if (nowNs - releaseNs > periodNs)
            {
                nrMisses.incrementAndGet();
                releaseNs = nowNs; /* a job that comes too late does not make the next one late */
            }
            releaseNs += periodNs;
        }
    }

    long nrJobs()
    {
        return nrJobs.get();
    }

    long nrMisses()
    {
        return nrMisses.get();
    }

    @Override
    public void close()
    {
        stopped = true;
        threads.forEach(LockSupport::unpark);
    }
}
