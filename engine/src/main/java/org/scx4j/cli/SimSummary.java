// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import java.io.PrintWriter;
import java.util.Locale;
import org.scx4j.protocol.KernelCounter;
import org.scx4j.sim.MachineShape;
import org.scx4j.sim.SimulationReport;
import org.scx4j.sim.TaskClassReport;

/**
 * A simulation's report as a table, for people.
 * <p>
 * Thread safety: none, used once by one thread.
 */
final class SimSummary
{
    private static final double PERCENT = 100;

    private final StringBuilder text = new StringBuilder(2048);
    private final SimulationReport report;

    private SimSummary(final SimulationReport report)
    {
        this.report = report;
    }

    /**
     * Writes a report.
     *
     * @param report of a simulation.
     * @return lines, each ended by a newline.
     */
    static String of(final SimulationReport report)
    {
        final SimSummary summary = new SimSummary(report);
        summary.text.append(report.workload()).append(": ").append(TimeFormat.format(report.durationNs()))
            .append(" simulated on ").append(shape(report.shape())).append(", policy ").append(report.policy())
            .append(", seed ").append(report.seed()).append('\n');
        summary.writeClasses();
        summary.writeMachine();
        summary.writeKernel();
        summary.writeSimulation();
        return summary.text.toString();
    }

    /**
     * Prints a report as users or as programs want it.
     *
     * @param report of a simulation.
     * @param isJson whether as one JSON object.
     * @param out    where to.
     */
    static void print(final SimulationReport report, final boolean isJson, final PrintWriter out)
    {
        if (isJson)
        {
            out.println(SimJson.of(report));
        }
        else
        {
            out.print(of(report));
        }
        out.flush();
    }

    /**
     * Describes a machine.
     *
     * @param shape of its CPUs.
     * @return such as {@code 8 CPUs, 2 a core}.
     */
    static String shape(final MachineShape shape)
    {
        final int nrCpus = shape.nrCpus();
        return nrCpus + (1 == nrCpus ? " CPU" : " CPUs") +
            (1 == shape.threadsPerCore() ? "" : ", " + shape.threadsPerCore() + " a core") +
            (shape.cpusPerLlc() >= nrCpus ? "" : ", " + shape.cpusPerLlc() + " a cache") +
            (shape.cpusPerNode() >= nrCpus ? "" : ", " + shape.cpusPerNode() + " a node");
    }

    private void writeClasses()
    {
        text.append(String.format(Locale.ROOT, "  %-15s %6s %7s %12s %11s %8s %9s %9s %9s %9s%n",
            "task", "weight", "tasks", "runs", "turns", "CPU", "wait p50", "p99", "p99.9", "max"));
        for (final TaskClassReport one : report.classes())
        {
            text.append(String.format(Locale.ROOT, "  %-15s %6d %,7d %,12d %,11d %6.1f %% %9s %9s %9s %9s%n",
                one.name(), one.weight(), one.nrTasks(), one.nrRuns(), one.nrTurns(),
                PERCENT * one.cpuNs() / durationNs() / report.shape().nrCpus(),
                TimeFormat.format(one.waitP50Ns()), TimeFormat.format(one.waitP99Ns()),
                TimeFormat.format(one.waitP999Ns()), TimeFormat.format(one.waitMaxNs())));
        }
    }

    private void writeMachine()
    {
        heading("machine");
        row("utilisation", percent(report.utilisation()), "of this " +
            percent(0 == report.busyNs() ? 0 : (double)report.overheadNs() / report.busyNs()).strip() +
            " for switches and migrations");
        row("idle, waiting", percent((double)report.idleWhileWaitingNs() / durationNs() /
            report.shape().nrCpus()), "idle although a task waited, also for its decision");
        row("fairness", Double.isNaN(report.fairness()) ? String.format("%14s", "-") :
            String.format(Locale.ROOT, "%14.4f", report.fairness()),
            "Jain's index of CPU time by weight, tasks that never slept");
        row("switches", report.nrSwitches(), "of a CPU to another task");
        row("migrations", report.nrMigrations(), String.format(Locale.ROOT, "of these %,d to another cache, %,d to " +
            "another node", report.nrLlcMigrations(), report.nrNodeMigrations()));
        if (0 != report.nrForksRefused())
        {
            row("forks refused", report.nrForksRefused(), "as many tasks as there may be");
        }
    }

    private void writeKernel()
    {
        heading("policy");
        count("queued", KernelCounter.NR_QUEUED, "handed to the policy");
        count("decided", KernelCounter.NR_DECIDED, "of these: ran by its decision");
        count("kernel lane", KernelCounter.NR_KERNEL, "of these: scheduled by the kernel's side");
        count("rescued", KernelCounter.NR_RESCUED, "of the kernel lane: not decided in time");
        count("held", KernelCounter.NR_HELD, "of these: undecided at the end");
        count("cancelled", KernelCounter.NR_CANCELLED, "decisions that came too late");
        count("bounced", KernelCounter.NR_BOUNCED, "decisions for a CPU that the task may not use");
        count("preempts", KernelCounter.NR_PREEMPTS, "CPUs taken from a running task by a decision");
        row("errors", report.nrPolicyErrors(), "exceptions out of the policy");
    }

    private void writeSimulation()
    {
        heading("simulation");
        row("events", report.nrEvents(), "wake-ups, enqueues, decisions, runs, stops");
        row("events/s", Math.round(report.eventsPerSecond()), "of real time");
        row("digest", String.format("%14s", Long.toHexString(report.decisionDigest())), "of all decisions");
        row("invariants", String.format("%14s", null == report.violation() ? "hold" : "VIOLATED"),
            null == report.violation() ? String.format(Locale.ROOT, "looked at %,d times", report.nrChecks()) :
            report.violation().kind().toString());
    }

    /** What was ended before it began has no shares, but a summary. */
    private long durationNs()
    {
        return Math.max(1, report.durationNs());
    }

    private static String percent(final double part)
    {
        return String.format(Locale.ROOT, "%12.1f %%", PERCENT * part);
    }

    private void heading(final String name)
    {
        text.append(name).append('\n');
    }

    private void count(final String name, final KernelCounter counter, final String meaning)
    {
        row(name, report.counter(counter), meaning);
    }

    private void row(final String name, final long value, final String meaning)
    {
        row(name, String.format(Locale.ROOT, "%,14d", value), meaning);
    }

    private void row(final String name, final String value, final String meaning)
    {
        text.append(String.format(Locale.ROOT, "  %-13s %s  %s%n", name, value, meaning));
    }
}
