// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.agrona.concurrent.SystemNanoClock;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.exceptions.SchedulerException.Category;
import org.scx4j.sim.Simulation;
import org.scx4j.sim.SimulationListener;
import org.scx4j.sim.SimulationReport;
import org.scx4j.sim.Workload;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * {@code scx4j sim}: has a policy schedule a machine that exists in virtual time only, and says how it went.
 */
@Command(
    name = "sim",
    sortOptions = false,
    description = "Simulate a machine that a policy schedules, in virtual time: the policy and the event path are " +
    "the real ones, the kernel and its tasks are not. Needs no root and no sched_ext.")
final class SimCommand implements Callable<Integer>
{
    /** Name of the command. */
    static final String NAME = "sim";

    private final Machine machine;

    @Spec
    private CommandSpec spec;

    @Mixin
    private HelpOption help;

    @Mixin
    private SimOptions options;

    SimCommand(final Machine machine)
    {
        this.machine = machine;
    }

    @Override
    public Integer call()
    {
        final PrintWriter out = spec.commandLine().getOut();
        final PrintWriter err = spec.commandLine().getErr();
        final String name = options.subject.workload;
        if (options.output.isWorkloadShown)
        {
            if (!Workload.builtInNames().contains(name))
            {
                throw new SchedulerException(Category.USAGE, "--show-workload shows built-in workloads only: " +
                    String.join(", ", Workload.builtInNames()));
            }
            out.print(Workload.builtInText(name));
            out.flush();
            return ExitCode.OK.status();
        }
        if (options.subject.duration.isZero())
        {
            throw new SchedulerException(Category.USAGE, "--duration must be longer than 0");
        }
        final PolicyErrors errors = new PolicyErrors(err, false);
        final SimPlan plan = SimPlan.of(name, spec.commandLine().getParseResult(), options.shape, options.kernel,
            options.subject.seed, options.subject.duration, options.subject.onDamage, err);
        final Simulation simulation = new Simulation(plan.settings(), plan.workload(),
            PolicyCatalog.of(options.subject.classPath).create(options.subject.policy), options.subject.policy,
            options.subject.policyOptions, SimulationListener.NONE, errors);
        errors.onStart();
        new SimProgress(err, machine.isErrTerminal(), SystemNanoClock.INSTANCE)
            .run(simulation, plan.durationNs());
        final SimulationReport report = simulation.report();
        SimSummary.print(report, options.output.isJson, out);
        if (null != report.violation())
        {
            err.println("scx4j: " + report.violationLine());
            err.flush();
        }
        return ExitCode.of(report).status();
    }
}
