// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C and SIGTERM as a request: the run ends in order, and its exit status is that of a run that ended by itself.
 * Works as a shutdown hook that lets the JVM end only after the run has; a second signal changes nothing. SIGHUP is
 * left to {@link ReloadSignal}.
 * <p>
 * Thread safety: all methods from any thread.
 */
final class StopSignal
{
    /** However long a detach takes on a loaded machine, it is not this long: then the process ends without. */
    private static final long PATIENCE_S = 30;

    private final CountDownLatch requested = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private final ReloadSignal reload = new ReloadSignal(this);
    private final Thread hook = new Thread(this::onSignal, "scx4j-stop");
    private volatile int status = ExitCode.INTERNAL.status();
    private boolean installed;

    /** From now on a signal is a request; before, it ends the JVM at once. */
    synchronized void install()
    {
        if (!installed)
        {
            Runtime.getRuntime().addShutdownHook(hook);
            reload.install();
            installed = true;
        }
    }

    /**
     * What SIGHUP asks for.
     *
     * @return the same object every time.
     */
    ReloadSignal reload()
    {
        return reload;
    }

    /** Asks the run to end. */
    void request()
    {
        requested.countDown();
    }

    /**
     * Whether the run should end.
     *
     * @return true from the first request on.
     */
    boolean isRequested()
    {
        return 0 == requested.getCount();
    }

    /**
     * The command has ended and printed all: lets the JVM end. Does not return if a signal came meanwhile, because the
     * JVM is already ending then.
     *
     * @param exitStatus of the process.
     */
    void exit(final int exitStatus)
    {
        status = exitStatus;
        ended.countDown();
        if (uninstall())
        {
            System.exit(exitStatus);
        }
    }

    private synchronized boolean uninstall()
    {
        try
        {
            return !installed || Runtime.getRuntime().removeShutdownHook(hook);
        }
        catch (final IllegalStateException ex)
        {
            return false; // a signal came: the hook ends the JVM
        }
    }

    /* A JVM that ends by a signal has the status 128 + number; only halt() can give another. */
    private void onSignal()
    {
        request();
        try
        {
            if (!ended.await(PATIENCE_S, TimeUnit.SECONDS))
            {
                System.err.println("scx4j: no end after " + PATIENCE_S +
                    " s: giving up, the kernel detaches the scheduler as this process ends");
            }
        }
        catch (final InterruptedException ex)
        {
            Thread.currentThread().interrupt();
        }
        System.out.flush();
        System.err.flush();
        Runtime.getRuntime().halt(status);
    }
}
