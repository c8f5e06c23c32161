// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import java.util.List;
import java.util.Locale;
import org.scx4j.compare.PolicyRun;
import org.scx4j.sim.SimulationReport;
import org.scx4j.sim.TaskClassReport;

/**
 * Several policies side by side, for people: a table of the waits, and one of the machine.
 * <p>
 * Thread safety: stateless.
 */
final class CompareSummary
{
    private static final double PERCENT = 100;

    private CompareSummary()
    {
    }

    /**
     * Writes the tables.
     *
     * @param runs one per policy, not empty.
     * @return lines, each ended by a newline.
     */
    static String of(final List<PolicyRun> runs)
    {
        final StringBuilder text = new StringBuilder();
        final SimulationReport first = runs.get(0).report();
        text.append(String.format(Locale.ROOT, "%s: %s simulated on %d %s, seed %d%n", first.workload(),
            TimeFormat.format(first.durationNs()), first.shape().nrCpus(), 1 == first.shape().nrCpus() ? "CPU" : "CPUs",
            first.seed()));
        text.append(String.format("  %-15s %-12s %12s %8s %9s %9s %9s %9s%n",
            "task", "policy", "runs", "CPU", "wait p50", "p99", "p99.9", "max"));
        for (int i = 0; i < first.classes().size(); i++)
        {
            for (final PolicyRun run : runs)
            {
                writeTask(text, run.report(), run.report().classes().get(i));
            }
        }
        text.append(String.format("  %-15s %-12s %12s %12s %8s %9s  %s%n",
            "machine", "policy", "switches", "migrations", "busy", "fairness", "invariants"));
        for (final PolicyRun run : runs)
        {
            writeMachine(text, run.report());
        }
        return text.toString();
    }

    private static void writeTask(final StringBuilder text, final SimulationReport report, final TaskClassReport task)
    {
        text.append(String.format(Locale.ROOT, "  %-15s %-12s %,12d %6.1f %% %9s %9s %9s %9s%n",
            task.name(), report.policy(), task.nrRuns(),
            PERCENT * task.cpuNs() / report.durationNs() / report.shape().nrCpus(),
            TimeFormat.format(task.waitP50Ns()), TimeFormat.format(task.waitP99Ns()),
            TimeFormat.format(task.waitP999Ns()), TimeFormat.format(task.waitMaxNs())));
    }

    private static void writeMachine(final StringBuilder text, final SimulationReport report)
    {
        text.append(String.format(Locale.ROOT, "  %-15s %-12s %,12d %,12d %6.1f %% %9s  %s%n",
            "", report.policy(), report.nrSwitches(), report.nrMigrations(), PERCENT * report.utilisation(),
            Double.isNaN(report.fairness()) ? "-" : String.format(Locale.ROOT, "%.4f", report.fairness()),
            null == report.violation() ? "hold" : "VIOLATED: " + report.violation().kind()));
    }
}
