// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import java.io.PrintWriter;
import java.util.Locale;
import org.scx4j.sim.Simulation;

/**
 * Runs a simulation, and shows on a terminal how far it is.
 * <p>
 * Thread safety: for one thread.
 */
final class SimProgress
{
    private static final long STEP_NS = 100_000_000L;
    private static final long PROGRESS_NS = 500_000_000L;
    private static final String CLEAR_LINE = "\r\033[K";
    private static final double S = 1e9;
    private static final int PERCENT = 100;

    private final boolean isShown;
    private final PrintWriter err;
    private final String what;

    /**
     * Shows nothing yet.
     *
     * @param machine whose stderr may be a terminal; in a pipe nothing is shown.
     * @param err     where to.
     * @param what    has been done so far: "simulated".
     */
    SimProgress(final Machine machine, final PrintWriter err, final String what)
    {
        this.isShown = machine.isErrTerminal();
        this.err = err;
        this.what = what;
    }

    /**
     * Runs it to its end, or until an invariant is violated.
     *
     * @param simulation to run.
     * @param durationNs in virtual time.
     */
    void run(final Simulation simulation, final long durationNs)
    {
        final long startedNs = System.nanoTime();
        long shownNs = startedNs;
        boolean isShowing = false;
        boolean isWhole = true;
        while (isWhole && simulation.timeNs() < durationNs)
        {
            isWhole = simulation.run(Math.min(STEP_NS, durationNs - simulation.timeNs()));
            final long nowNs = System.nanoTime();
            if (isShown && nowNs - shownNs >= PROGRESS_NS)
            {
                shownNs = nowNs;
                isShowing = true;
                err.print(CLEAR_LINE + progress(simulation.timeNs(), durationNs, nowNs - startedNs));
                err.flush();
            }
        }
        if (isShowing)
        {
            err.print(CLEAR_LINE);
            err.flush();
        }
    }

    private String progress(final long doneNs, final long durationNs, final long wallNs)
    {
        return String.format(Locale.ROOT, "scx4j: %s %s of %s (%.0f %%) in %.1f s", what, TimeFormat.format(doneNs),
            TimeFormat.format(durationNs), (double)PERCENT * doneNs / durationNs, wallNs / S);
    }
}
