// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.stream.Collectors;
import org.agrona.concurrent.NanoClock;
import org.scx4j.protocol.KernelCounter;
import org.scx4j.sim.Simulation;
import org.scx4j.sim.SimulationReport;

/**
 * One line now and then about a simulation in real time, as {@link LiveStatistics} about a scheduler.
 * <p>
 * Thread safety: none, used by one thread.
 */
final class SimStatistics
{
    private static final double S = 1e9;
    private static final double PERCENT = 100;

    private final PrintWriter err;
    private final long intervalNs;
    private final NanoClock clock;
    private SimulationReport previous;
    private long lastNs;

    /**
     * Begins: the first line is an interval away.
     *
     * @param err        where to.
     * @param intervalNs real time between two lines, 0 for no lines.
     * @param clock      real time, ns.
     */
    SimStatistics(final PrintWriter err, final long intervalNs, final NanoClock clock)
    {
        this.err = err;
        this.intervalNs = intervalNs;
        this.clock = clock;
        this.lastNs = clock.nanoTime();
    }

    /**
     * Prints a line if it is time for one.
     *
     * @param simulation that runs.
     */
    void look(final Simulation simulation)
    {
        if (0 != intervalNs && clock.nanoTime() - lastNs >= intervalNs)
        {
            lastNs = clock.nanoTime();
            final SimulationReport report = simulation.report();
            err.println(line(previous, report));
            err.flush();
            previous = report;
        }
    }

    /**
     * Writes a line.
     *
     * @param before the report of the line before, null for the first.
     * @param now    the current report.
     * @return rates since the line before, and waits since the start.
     */
    static String line(final SimulationReport before, final SimulationReport now)
    {
        final long passedNs = Math.max(1, now.durationNs() - (null == before ? 0 : before.durationNs()));
        final long nrDecided = now.counter(KernelCounter.NR_DECIDED) -
            (null == before ? 0 : before.counter(KernelCounter.NR_DECIDED));
        final long busyNs = now.busyNs() - (null == before ? 0 : before.busyNs());
        return String.format(Locale.ROOT, "%6.1f s  decided %,.0f/s  %s  busy %.1f %%  policy %s",
            now.durationNs() / S,
            nrDecided * S / passedNs,
            now.classes().stream()
                .map((one) -> one.name() + " waits p50 " + TimeFormat.format(one.waitP50Ns()) + " p99 " +
                    TimeFormat.format(one.waitP99Ns()))
                .collect(Collectors.joining("  ")),
            PERCENT * busyNs / passedNs / now.shape().nrCpus(),
            now.policy());
    }
}
