// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.agrona.concurrent.SystemNanoClock;
import org.scx4j.compare.ComparisonPage;
import org.scx4j.compare.PerfettoTrace;
import org.scx4j.compare.PolicyRun;
import org.scx4j.compare.RunRecorder;
import org.scx4j.compare.SimulationListeners;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.exceptions.SchedulerException.Category;
import org.scx4j.sim.Simulation;
import org.scx4j.sim.SimulationListener;
import org.scx4j.sim.TaskClass;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code scx4j compare}: has several policies schedule the same simulated machine, and sets them side by side.
 */
@Command(
    name = "compare",
    sortOptions = false,
    description = "Compare policies on the same workload or recording, machine and seed, each in a simulation of its " +
    "own (see `scx4j sim`). Needs no root and no sched_ext.")
final class CompareCommand implements Callable<Integer>
{
    /** Name of the command. */
    static final String NAME = "compare";

    /** What a page shows of each policy's beginning; beyond, a browser gets slow. */
    private static final long TIMELINE_NS = 500_000_000L;
    private static final int TIMELINE_SLICES = 5_000;

    private final Machine machine;

    @Spec
    private CommandSpec spec;

    @Mixin
    private HelpOption help;

    @Parameters(paramLabel = "WORKLOAD", arity = "0..1", defaultValue = "burners+sleepers",
        completionCandidates = SimOptions.Workloads.class,
        description = "${COMPLETION-CANDIDATES}, or a file that says what the tasks do: scx4j's own text, JSON of " +
        "rt-app, or a recording, on whose machine they run unless you say otherwise. Default: ${DEFAULT-VALUE}.")
    private String workload = "burners+sleepers";

    @Option(names = "--policies", paramLabel = "NAME,...", split = ",", order = 1,
        defaultValue = "fifo,stride,deadline,tier,central",
        description = "Policies to compare, named as for `run`, without options. Default: ${DEFAULT-VALUE}.")
    private List<String> policies = new ArrayList<>();

    @Option(names = "--classpath", paramLabel = "JARS", order = 2,
        description = "Jars and folders with your own policies, separated by ':'.")
    private String classPath;

    @Option(names = "--seed", paramLabel = "NUMBER", defaultValue = "1", order = 3,
        description = "What all that is random comes from. Default: ${DEFAULT-VALUE}.")
    private long seed = 1;

    @Option(names = "--duration", paramLabel = "TIME", defaultValue = "10s", converter = DurationConverter.class,
        order = 4, description = "Virtual time to simulate; of a recording no more is read. Default: what the " +
        "workload says, if it is a recording or JSON, else ${DEFAULT-VALUE}.")
    private Duration duration = Duration.ofSeconds(10);

    @Option(names = "--on-damage", paramLabel = "ACTION", defaultValue = "error", order = 5,
        description = "${COMPLETION-CANDIDATES}: refuse a recording that is damaged or cut off, or take what is " +
        "before the damage. Default: ${DEFAULT-VALUE}.")
    private ReplayCommand.DamageChoice onDamage = ReplayCommand.DamageChoice.ERROR;

    @ArgGroup(validate = false, order = 6, heading = "%nThe machine:%n")
    private SimOptions.Shape shape = new SimOptions.Shape();

    @ArgGroup(validate = false, order = 7, heading = "%nKernel and engine:%n")
    private SimOptions.Kernel kernel = new SimOptions.Kernel();

    @ArgGroup(validate = false, order = 8, heading = "%nOutput:%n")
    private Output output = new Output();

    /** What is printed and written. */
    static final class Output
    {
        @Option(names = "--html", paramLabel = "FILE", order = 1,
            description = "Write a page with tables, plots and a timeline, which needs nothing but a browser.")
        private Path html;

        @Option(names = "--perfetto", paramLabel = "FILE", order = 2,
            description = "Write a trace that ui.perfetto.dev opens: who ran where, under each policy.")
        private Path perfetto;

        @Option(names = "--perfetto-duration", paramLabel = "TIME", defaultValue = "1s", order = 3,
            converter = DurationConverter.class,
            description = "How much of the beginning the trace has. Default: ${DEFAULT-VALUE}.")
        private Duration perfettoDuration = Duration.ofSeconds(1);

        @Option(names = "--json", order = 4,
            description = "Print no table, but one JSON object as the last line of stdout.")
        private boolean isJson;
    }

    CompareCommand(final Machine machine)
    {
        this.machine = machine;
    }

    @Override
    public Integer call()
    {
        check();
        final PrintWriter out = spec.commandLine().getOut();
        final List<PolicyRun> runs = runAll(spec.commandLine().getErr());
        if (null != output.html)
        {
            final String page = ComparisonPage.of(runs, ProjectVersion.version());
            write(output.html, (stream) -> stream.write(page.getBytes(StandardCharsets.UTF_8)));
        }
        out.print(output.isJson ? CompareJson.of(runs) + "\n" : CompareSummary.of(runs));
        out.flush();
        return status(runs);
    }

    private void check()
    {
        if (duration.isZero() || output.perfettoDuration.isZero())
        {
            throw new SchedulerException(Category.USAGE, "--duration and --perfetto-duration must be longer than 0");
        }
        final Set<String> seen = new HashSet<>();
        for (final String policy : policies)
        {
            if (!seen.add(policy))
            {
                throw new SchedulerException(Category.USAGE, "--policies names '" + policy + "' twice");
            }
        }
    }

    private List<PolicyRun> runAll(final PrintWriter err)
    {
        if (null == output.perfetto)
        {
            return runAll(err, null);
        }
        final List<PolicyRun> runs = new ArrayList<>();
        write(output.perfetto, (stream) ->
        {
            try (PerfettoTrace trace = new PerfettoTrace(stream, output.perfettoDuration.toNanos()))
            {
                runs.addAll(runAll(err, trace));
            }
        });
        return runs;
    }

    private List<PolicyRun> runAll(final PrintWriter err, final PerfettoTrace trace)
    {
        final SimPlan plan = SimPlan.of(
            workload, spec.commandLine().getParseResult(), shape, kernel, seed, duration, onDamage, err);
        final List<String> names = plan.workload().classes().stream().map(TaskClass::name).toList();
        final int nrCpus = plan.settings().shape().nrCpus();
        final PolicyCatalog catalog = PolicyCatalog.of(classPath);
        final List<PolicyRun> runs = new ArrayList<>();
        for (final String policy : policies)
        {
            final RunRecorder recorder =
                new RunRecorder(names.size(), nrCpus, TIMELINE_NS, TIMELINE_SLICES);
            final SimulationListener listener = null == trace ? recorder :
                new SimulationListeners(recorder, trace.policy(policy, nrCpus, names));
            final PolicyErrors errors = new PolicyErrors(err, false);
            final Simulation simulation = new Simulation(plan.settings(), plan.workload(), catalog.create(policy),
                policy, Map.of(), listener, errors);
            errors.onStart();
            new SimProgress(err, machine.isErrTerminal(), SystemNanoClock.INSTANCE)
                .run(simulation, plan.durationNs());
            runs.add(new PolicyRun(simulation.report(), recorder));
            if (null != simulation.report().violation())
            {
                err.println("scx4j: policy " + policy + ": " + simulation.report().violationLine());
                err.flush();
            }
        }
        return runs;
    }

    /** What is written to a file. */
    private interface Content
    {
        void writeTo(OutputStream out) throws IOException;
    }

    /** A file that is there is replaced when the new one is whole. */
    private static void write(final Path file, final Content content)
    {
        final Path unfinished = file.resolveSibling(file.getFileName() + ".part");
        try
        {
            try (OutputStream out = Files.newOutputStream(unfinished))
            {
                content.writeTo(out);
            }
            Files.move(unfinished, file, StandardCopyOption.REPLACE_EXISTING);
        }
        catch (final IOException | UncheckedIOException ex)
        {
            throw new SchedulerException(Category.ENVIRONMENT, "can't write " + file + ": " + ex.getMessage() +
                ": name a file in a folder that you may write to", ex);
        }
        finally
        {
            unfinished.toFile().delete();
        }
    }

    /** The worst of all. */
    private static int status(final List<PolicyRun> runs)
    {
        return runs.stream().map((run) -> ExitCode.of(run.report())).max(ExitCode::compareTo).orElse(ExitCode.OK)
            .status();
    }
}
