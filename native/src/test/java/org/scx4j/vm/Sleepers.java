// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm;

import java.util.ArrayList;
import java.util.List;

/**
 * Threads of this process that sleep and wake, each a task of its own: many records, little work.
 */
final class Sleepers implements AutoCloseable
{
    private static final long SLEEP_MS = 100;

    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopped;

    Sleepers(final int count)
    {
        for (int i = 0; i < count; i++)
        {
            final Thread thread = new Thread(this::sleepAndWake, "sleeper-" + i);
            thread.setDaemon(true);
            thread.start();
            threads.add(thread);
        }
    }

    private void sleepAndWake()
    {
        try
        {
            while (!stopped)
            {
                Thread.sleep(SLEEP_MS);
            }
        }
        catch (final InterruptedException ex)
        {
            Thread.currentThread().interrupt();
        }
    }

    long nrAlive()
    {
        return threads.stream().filter(Thread::isAlive).count();
    }

    @Override
    public void close()
    {
        stopped = true;
    }
}
