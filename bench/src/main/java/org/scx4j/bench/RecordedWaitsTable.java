// SPDX-License-Identifier: Apache-2.0
package org.scx4j.bench;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.journal.RecordedTaskGroup;
import org.scx4j.journal.RecordedWaits;

/**
 * Prints how long tasks waited, of each recording that it is given.
 * <pre>
 *   java --add-opens java.base/jdk.internal.misc=ALL-UNNAMED \
 *       -cp bench/target/benchmarks.jar org.scx4j.bench.RecordedWaitsTable FILE…
 * </pre>
 * Times are milliseconds. Shown are the names whose tasks had most CPU time, and the sum of all. <i>Unknown</i> are
 * waits that the recording does not tell.
 */
public final class RecordedWaitsTable
{
    private static final int ROWS = 6;

    private RecordedWaitsTable()
    {
    }

    /**
     * The program.
     *
     * @param files recordings of one file each.
     */
    public static void main(final String[] files)
    {
        try
        {
            for (final String file : files)
            {
                System.out.print(of(file, RecordedWaits.read(List.of(Path.of(file)), true)));
            }
        }
        catch (final SchedulerException ex)
        {
            System.err.println("RecordedWaitsTable: " + ex.getMessage());
            System.exit(2);
        }
    }

    private static double ms(final long ns)
    {
        return ns / (double)TimeUnit.MILLISECONDS.toNanos(1);
    }

    static String of(final String name, final RecordedWaits waits)
    {
        final StringBuilder text = new StringBuilder(String.format(Locale.ROOT,
            "%s: %.1f s, policy %s, %d records dropped%s%n  %-15s %6s %9s %8s %9s %9s %9s %9s %9s%n", name,
            ms(waits.durationNs()) / TimeUnit.SECONDS.toMillis(1), waits.session().properties().get("policy"),
            waits.nrDropped(), waits.damage().isEmpty() ? "" : ", " + waits.damage(),
            "task", "tasks", "waits", "unknown", "CPU", "p50", "p99", "p99.9", "max"));
        waits.groups().stream()
            .sorted(Comparator.comparingLong(RecordedTaskGroup::cpuNs).reversed())
            .limit(ROWS)
            .forEach((group) -> text.append(row(group)));
        return text.append(row(sum(waits.groups()))).toString();
    }

    private static String row(final RecordedTaskGroup group)
    {
        return String.format(Locale.ROOT, "  %-15s %6d %9d %8d %9.1f %9.3f %9.3f %9.3f %9.3f%n", group.name(),
            group.nrTasks(), group.nrWaits(), group.nrUnknown(), ms(group.cpuNs()), ms(group.waitP50Ns()),
            ms(group.waitP99Ns()), ms(group.waitP999Ns()), ms(group.waitMaxNs()));
    }

    private static RecordedTaskGroup sum(final List<RecordedTaskGroup> groups)
    {
        final Histogram waits = new Histogram(1, TimeUnit.HOURS.toNanos(1), 3);
        groups.forEach((group) -> waits.add(group.waits()));
        return new RecordedTaskGroup("(all)", 0, groups.stream().mapToLong(RecordedTaskGroup::nrTasks).sum(),
            groups.stream().mapToLong(RecordedTaskGroup::nrQueued).sum(),
            groups.stream().mapToLong(RecordedTaskGroup::nrUnknown).sum(),
            groups.stream().mapToLong(RecordedTaskGroup::nrOpen).sum(),
            groups.stream().mapToLong(RecordedTaskGroup::cpuNs).sum(), waits);
    }
}
