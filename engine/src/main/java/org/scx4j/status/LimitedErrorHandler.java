// SPDX-License-Identifier: Apache-2.0
package org.scx4j.status;

import java.io.PrintStream;
import java.util.concurrent.atomic.AtomicInteger;
import org.agrona.ErrorHandler;

/**
 * Prints the first few errors, and then says once that it stops: a policy that throws for every task must not drown
 * what it has to say.
 * <p>
 * Thread safety: any thread.
 */
public final class LimitedErrorHandler implements ErrorHandler
{
    private static final int LIMIT = 5;

    private final AtomicInteger nrErrors = new AtomicInteger();
    private final PrintStream out;

    /**
     * Prints to a stream.
     *
     * @param out such as {@link System#err}.
     */
    public LimitedErrorHandler(final PrintStream out)
    {
        this.out = out;
    }

    @Override
    public void onError(final Throwable throwable)
    {
        final int nr = nrErrors.incrementAndGet();
        if (nr <= LIMIT)
        {
            out.println("scx4j: error on " + Thread.currentThread().getName() + ":");
            throwable.printStackTrace(out);
        }
        else if (nr == LIMIT + 1)
        {
            out.println("scx4j: further errors are only counted");
        }
    }
}
