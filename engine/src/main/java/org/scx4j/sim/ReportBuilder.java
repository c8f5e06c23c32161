// SPDX-License-Identifier: Apache-2.0
package org.scx4j.sim;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.scx4j.protocol.KernelCounter;

/**
 * Makes a {@link SimulationReport} of what was added up.
 * <p>
 * Thread safety: none.
 */
final class ReportBuilder
{
    private static final double P50 = 50;
    private static final double P99 = 99;
    private static final double P999 = 99.9;

    private final SimulatedMachine machine;
    private final SimulatedCpus cpus;

    ReportBuilder(final SimulatedMachine machine, final SimulatedCpus cpus)
    {
        this.machine = machine;
        this.cpus = cpus;
    }

    SimulationReport build(
        final SimulationSettings settings,
        final Workload workload,
        final String policyName,
        final long wallNs,
        final long nrPolicyErrors,
        final long nrHeld)
    {
        final SimulationTotals totals = machine.totals;
        return new SimulationReport(workload.name(), policyName, settings.shape(), settings.seed(),
            machine.sinceStartNs(), wallNs, totals.nrEvents(), totals.nrSwitches, totals.nrMigrations,
            totals.nrLlcMigrations, totals.nrNodeMigrations, totals.nrForksRefused, totals.busyNs, totals.overheadNs,
            totals.idleWhileWaitingNs, fairness(), nrPolicyErrors, nrHeld, totals.digest(), counters(nrHeld), classes(),
            machine.invariants.nrChecks(), machine.invariants.violation());
    }

    private Map<KernelCounter, Long> counters(final long nrHeld)
    {
        final Map<KernelCounter, Long> counters = new EnumMap<>(KernelCounter.class);
        for (final KernelCounter counter : KernelCounter.values())
        {
            counters.put(counter, KernelCounter.NR_HELD == counter ? nrHeld : machine.counter(counter));
        }
        return Collections.unmodifiableMap(counters);
    }

    private List<TaskClassReport> classes()
    {
        final SimulatedTasks tasks = machine.tasks;
        final SimulationTotals totals = machine.totals;
        final long[] cpuNs = totals.cpuNs.clone();
        for (int task = 0; task < tasks.capacity; task++)
        {
            cpuNs[tasks.classOf[task]] += cpus.runningNs(task);
        }
        final List<TaskClassReport> classes = new ArrayList<>();
        for (int i = 0; i < tasks.classes.size(); i++)
        {
            final TaskClass described = tasks.classes.get(i);
            final Histogram waits = totals.waits[i];
            classes.add(new TaskClassReport(described.name(), described.weight(), totals.nrTasks[i],
                waits.getTotalCount(), totals.nrTurns[i], cpuNs[i], waits.getValueAtPercentile(P50),
                waits.getValueAtPercentile(P99), waits.getValueAtPercentile(P999), waits.getMaxValue()));
        }
        return List.copyOf(classes);
    }

    /** Of those who always wanted a CPU: only they can complain. */
    private double fairness()
    {
        final SimulatedTasks tasks = machine.tasks;
        double sum = 0;
        double sumOfSquares = 0;
        int count = 0;
        for (int task = 0; task < tasks.capacity; task++)
        {
            if (SimulatedTasks.FREE != tasks.state[task] && !tasks.hasSlept[task] && tasks.isSeen[task] &&
                SimulatedMachine.BASE_NS == tasks.bornNs[task] && tasks.nrCpusAllowed(task) == machine.nrCpus)
            {
                final double share = (double)(tasks.sumExecNs[task] + cpus.runningNs(task)) / tasks.weight(task);
                sum += share;
                sumOfSquares += share * share;
                count++;
            }
        }
        return count < 2 || 0 == sumOfSquares ? Double.NaN : sum * sum / (count * sumOfSquares);
    }
}
