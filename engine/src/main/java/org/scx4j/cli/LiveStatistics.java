// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import java.io.PrintWriter;
import java.util.Locale;
import org.scx4j.SchedulerEngine;
import org.scx4j.protocol.KernelCounter;
import org.scx4j.protocol.ShadowCounter;
import org.scx4j.status.Agreement;
import org.scx4j.status.RunReport;

/**
 * One line now and then about a scheduler that runs.
 * <p>
 * Thread safety: none, used by one thread.
 */
final class LiveStatistics
{
    private static final double PERCENT = 100;

    private final PrintWriter err;
    private final long intervalNs;
    private RunReport previous;
    private long lastNs;

    /**
     * Prints to a writer.
     *
     * @param err        where to.
     * @param intervalNs time between two lines, 0 for no lines.
     */
    LiveStatistics(final PrintWriter err, final long intervalNs)
    {
        this.err = err;
        this.intervalNs = intervalNs;
    }

    /** The scheduler runs: the first line is an interval away. */
    void start()
    {
        lastNs = System.nanoTime();
    }

    /**
     * Prints a line if it is time for one.
     *
     * @param engine that runs.
     */
    void look(final SchedulerEngine engine)
    {
        if (0 != intervalNs && System.nanoTime() - lastNs >= intervalNs)
        {
            lastNs = System.nanoTime();
            final RunReport report = engine.report();
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
     * @return rates since the line before, and sums since the start.
     */
    static String line(final RunReport before, final RunReport now)
    {
        final long beforeNs = null == before ? 0 : before.durationNs();
        final double seconds = Math.max(1, now.durationNs() - beforeNs) / 1e9;
        return String.format(Locale.ROOT,
            "%6.1f s  queued %,.0f/s  decided %,.0f/s  latency p50 %s p99 %s  %s  policy %s",
            now.durationNs() / 1e9,
            growth(before, now, KernelCounter.NR_QUEUED) / seconds,
            growth(before, now, KernelCounter.NR_DECIDED) / seconds,
            TimeFormat.format(now.latency().p50()),
            TimeFormat.format(now.latency().p99()),
            null == now.agreement() ? path(now) : agreement(now.agreement()),
            now.policy());
    }

    private static String path(final RunReport now)
    {
        return String.format(Locale.ROOT,
            "waiting %,d  kernel lane %,d  cancelled %,d  congested %,d  page faults %,d",
            Math.max(0, now.nrLost()),
            now.counter(KernelCounter.NR_KERNEL),
            now.counter(KernelCounter.NR_CANCELLED),
            now.counter(KernelCounter.NR_CONGESTED),
            now.pageFaults());
    }

    /** Of a shadow: nothing waits for its path. */
    private static String agreement(final Agreement now)
    {
        return "in time " + share(now.inTime(), now.nrCompared()) +
            (0 == now.nrNamedCpu() ? "" : "  same CPU " + share(now.cpu(), now.nrNamedCpu())) +
            "  same first " + share(now.first(), now.nrChoices()) + "  dropped " +
            String.format(Locale.ROOT, "%,d", now.observation(ShadowCounter.NR_DROPPED));
    }

    private static String share(final double value, final long of)
    {
        return 0 == of ? "-" : String.format(Locale.ROOT, "%.1f %%", PERCENT * value);
    }

    private static long growth(final RunReport before, final RunReport now, final KernelCounter counter)
    {
        return now.counter(counter) - (null == before ? 0 : before.counter(counter));
    }
}
