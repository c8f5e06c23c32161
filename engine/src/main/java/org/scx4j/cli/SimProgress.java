// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import java.io.PrintWriter;
import java.util.Locale;
import org.agrona.concurrent.NanoClock;
import org.scx4j.sim.Simulation;

/**
 * One line on a terminal, written anew now and then, that says how far a simulation is; and gone at its end.
 * <p>
 * Thread safety: none, used by one thread.
 */
final class SimProgress
{
    static final long INTERVAL_NS = 500_000_000L;

    private static final long STEP_NS = 100_000_000L;
    private static final String CLEAR_LINE = "\r\033[K";
    private static final double S = 1e9;
    private static final double PERCENT = 100;

    private final PrintWriter err;
    private final boolean isTerminal;
    private final NanoClock clock;
    private final long startedNs;
    private long shownNs;
    private boolean isShowing;

    /**
     * Begins.
     *
     * @param err        where to.
     * @param isTerminal false to be silent.
     * @param clock      real time, ns.
     */
    SimProgress(final PrintWriter err, final boolean isTerminal, final NanoClock clock)
    {
        this.err = err;
        this.isTerminal = isTerminal;
        this.clock = clock;
        this.startedNs = clock.nanoTime();
        this.shownNs = startedNs;
    }

    /**
     * Runs a simulation, and says now and then how far it is.
     *
     * @param simulation to run to its end, or until an invariant is violated.
     * @param durationNs virtual time at the end.
     */
    void run(final Simulation simulation, final long durationNs)
    {
        boolean isWhole = true;
        while (isWhole && simulation.timeNs() < durationNs)
        {
            isWhole = simulation.run(Math.min(STEP_NS, durationNs - simulation.timeNs()));
            look(simulation.timeNs(), durationNs);
        }
        end();
    }

    /**
     * Writes the line if it is time for it.
     *
     * @param doneNs     virtual time that has passed.
     * @param durationNs virtual time at the end.
     */
    void look(final long doneNs, final long durationNs)
    {
        final long nowNs = clock.nanoTime();
        if (isTerminal && nowNs - shownNs >= INTERVAL_NS)
        {
            shownNs = nowNs;
            isShowing = true;
            err.print(CLEAR_LINE + String.format(Locale.ROOT, "scx4j: simulated %s of %s (%.0f %%) in %.1f s",
                TimeFormat.format(doneNs), TimeFormat.format(durationNs), PERCENT * doneNs / durationNs,
                (nowNs - startedNs) / S));
            err.flush();
        }
    }

    /** Takes the line away. */
    void end()
    {
        if (isShowing)
        {
            isShowing = false;
            err.print(CLEAR_LINE);
            err.flush();
        }
    }
}
