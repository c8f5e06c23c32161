// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import java.io.PrintWriter;
import java.util.concurrent.atomic.AtomicInteger;
import org.agrona.ErrorHandler;
import org.scx4j.exceptions.SchedulerException;

/**
 * Prints a line for each of the first few errors on the hot threads, and then one that says that it stops: a policy
 * that throws for every task must not drown what it has to say.
 * <p>
 * Thread safety: any thread.
 */
final class PolicyErrors implements ErrorHandler
{
    private static final int LIMIT = 5;

    private final AtomicInteger nrErrors = new AtomicInteger();
    private final PrintWriter err;
    private final boolean isVerbose;
    private volatile boolean isStarted;

    /**
     * Prints to a writer.
     *
     * @param err       where to.
     * @param isVerbose true for stack traces.
     */
    PolicyErrors(final PrintWriter err, final boolean isVerbose)
    {
        this.err = err;
        this.isVerbose = isVerbose;
    }

    /** The engine has been launched: until now, what keeps it from that is thrown by the launch as well. */
    void onStart()
    {
        isStarted = true;
    }

    @Override
    public void onError(final Throwable throwable)
    {
        if (!isStarted && throwable instanceof SchedulerException)
        {
            return;
        }
        final int nr = nrErrors.incrementAndGet();
        if (nr <= LIMIT)
        {
            print("error on thread " + Thread.currentThread().getName() + ": " + throwable);
            if (isVerbose)
            {
                throwable.printStackTrace(err);
            }
        }
        else if (nr == LIMIT + 1)
        {
            print("further errors are only counted");
        }
    }

    private void print(final String line)
    {
        err.println("scx4j: " + line);
        err.flush();
    }
}
