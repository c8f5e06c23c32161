// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.agrona.concurrent.SystemNanoClock;
import org.scx4j.BackendSelection;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.exceptions.SchedulerException.Category;
import org.scx4j.sim.MachineShape;
import org.scx4j.sim.Simulation;
import org.scx4j.sim.SimulationListener;
import org.scx4j.sim.SimulationReport;
import org.scx4j.sim.SimulationSettings;
import org.scx4j.sim.Workload;
import org.scx4j.topology.CpuTopology;
import picocli.CommandLine.ParseResult;

/**
 * What {@code scx4j run} does on the backend {@code sim}: the policy schedules simulated tasks on simulated CPUs like
 * those of this machine, in real time.
 * <p>
 * Thread safety: none, used once by one thread.
 */
final class SimulatorRun
{
    private static final String WORKLOAD = "burners+sleepers";
    private static final long SEED = 1;
    /** All others are about a kernel, or about threads beside it. */
    private static final Set<String> OPTIONS = Set.of(
        "--policy", "--classpath", "--option", "--duration", "--slice", "--backend", "--timeout", "--rescue", "--stats",
        "--json", "--verbose");

    private final RunOptions options;
    private final StopSignal stop;
    private final PrintWriter out;
    private final PrintWriter err;
    private final SimulationSettings settings;
    private final PolicyErrors errors;
    private final Simulation simulation;

    /**
     * Sets the simulation up.
     *
     * @param options of the command.
     * @param machine whose CPUs are simulated.
     * @param stop    ends it early.
     * @param out     where the report goes.
     * @param err     where all else goes.
     * @throws SchedulerException with category USAGE, if something is wrong with the options.
     */
    SimulatorRun(
        final RunOptions options,
        final Machine machine,
        final StopSignal stop,
        final PrintWriter out,
        final PrintWriter err)
    {
        this.options = options;
        this.stop = stop;
        this.out = out;
        this.err = err;
        final RunOptions.Subject subject = options.subject;
        errors = new PolicyErrors(err, options.output.isVerbose);
        settings = settings(options, MachineShape.of(CpuTopology.read(machine.sys())));
        simulation = new Simulation(settings, Workload.of(WORKLOAD),
            PolicyCatalog.of(subject.classPath).create(subject.policy), subject.policy, subject.policyOptions,
            SimulationListener.NONE, errors);
        errors.onStart();
    }

    /**
     * Refuses options that only a kernel could fulfil.
     *
     * @param given      the command line.
     * @param selection  the backend, and why.
     * @param isAskedFor whether a simulation was asked for, and not what this machine comes down to.
     * @throws SchedulerException that names them.
     */
    static void check(final ParseResult given, final BackendSelection selection, final boolean isAskedFor)
    {
        final List<String> others = given.matchedOptions().stream()
            .map((option) -> option.longestName())
            .filter((name) -> !OPTIONS.contains(name))
            .distinct()
            .collect(Collectors.toList());
        if (!others.isEmpty())
        {
            throw refusal(selection, isAskedFor, String.join(", ", others) + (1 == others.size() ?
                " is not for a simulation: leave it out" : " are not for a simulation: leave them out"));
        }
    }

    /**
     * What to throw where a simulation does not do.
     *
     * @param selection  the backend, and why.
     * @param isAskedFor whether a simulation was asked for, and not what this machine comes down to.
     * @param message    what is wrong, and what to do.
     * @return with category USAGE if it was asked for; else ENVIRONMENT, since elsewhere the command line is right.
     */
    static SchedulerException refusal(
        final BackendSelection selection, final boolean isAskedFor, final String message)
    {
        return new SchedulerException(
            isAskedFor ? Category.USAGE : Category.ENVIRONMENT, message + " (" + selection + ")");
    }

    private static SimulationSettings settings(final RunOptions options, final MachineShape shape)
    {
        final long timeoutNs = options.kernel.timeout.toNanos();
        final Duration rescue = options.kernel.rescue;
        return new SimulationSettings()
            .shape(shape)
            .seed(SEED)
            .sliceNs(options.subject.slice.toNanos())
            .maxWaitNs(timeoutNs)
            .rescueNs(null == rescue ?
                Math.min(SimulationSettings.RESCUE_DEFAULT_NS, timeoutNs / 2) : rescue.toNanos());
    }

    /**
     * Runs it until the time is up, a stop is requested or an invariant is violated, and reports.
     *
     * @param durationNs {@link Long#MAX_VALUE} for no end.
     * @param statsNs    time between two lines of statistics, 0 for none.
     * @return exit status.
     */
    int execute(final long durationNs, final long statsNs)
    {
        say(startLine());
        if (options.output.isVerbose)
        {
            say("options: policy=" + options.subject.policy + ", options=" + options.subject.policyOptions + ", " +
                settings.shape() + ", sliceNs=" + settings.sliceNs() + ", timeoutNs=" + settings.maxWaitNs() +
                ", rescueNs=" + settings.rescueNs() + ", seed=" + settings.seed());
        }
        final SystemNanoClock clock = SystemNanoClock.INSTANCE;
        final SimStatistics statistics = new SimStatistics(err, statsNs, clock);
        final RealTimePace pace = new RealTimePace(clock, LockSupport::parkNanos);
        pace.run(simulation, durationNs, stop::isRequested, () ->
        {
            statistics.look(simulation);
            if (stop.reload().take())
            {
                say("the policy of a simulation is not replaced: end it by Ctrl-C, and start another");
            }
        });
        final SimulationReport report = simulation.report();
        print(report);
        if (0 != pace.lostNs())
        {
            say("this machine was too slow for real time: " +
                TimeFormat.format(report.durationNs() + pace.lostNs()) + " for what was simulated");
        }
        return ExitCode.of(report).status();
    }

    private void print(final SimulationReport report)
    {
        SimSummary.print(report, options.output.isJson, out);
        if (null != report.violation())
        {
            say(report.violationLine() + " of scx4j sim");
        }
    }

    private String startLine()
    {
        final Duration duration = options.subject.duration;
        return "simulating " + SimSummary.shape(settings.shape()) + ", as this machine has (sim): policy " +
            options.subject.policy + ", workload " + WORKLOAD + " (scx4j sim takes others)" +
            (null == duration ? "; " : ", for " + TimeFormat.format(duration.toNanos()) + "; ") + "Ctrl-C stops it";
    }

    private void say(final String line)
    {
        err.println("scx4j: " + line);
        err.flush();
    }
}
