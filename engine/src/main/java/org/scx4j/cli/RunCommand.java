// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.scx4j.BackendChoice;
import org.scx4j.BackendSelection;
import org.scx4j.Context;
import org.scx4j.PolicyGuard;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.exceptions.SchedulerException.Category;
import org.scx4j.jni.LibBpf;
import org.scx4j.jni.NativeLibrary;
import org.scx4j.journal.JournalOptions;
import org.scx4j.status.RunReport;
import org.scx4j.status.Succession;
import org.scx4j.topology.CpuList;
import org.scx4j.transport.Keeping;
import org.scx4j.transport.KernelTransport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * {@code scx4j run}: schedules this machine until told otherwise, and says how it went.
 */
@Command(
    name = "run",
    sortOptions = false,
    description = "Schedule this machine with a policy, until the time is up, Ctrl-C or SIGTERM. However it ends, " +
    "the kernel goes back to its own scheduler. SIGHUP loads the policy and its files anew, and replaces it. Where " +
    "the kernel can't be had, it is watched, or tasks are simulated: see --backend.")
class RunCommand implements Callable<Integer>
{
    /** Name of the command. */
    static final String NAME = "run";

    private static final long DEFAULT_STATS_NS = TimeUnit.SECONDS.toNanos(1);

    private final Machine machine;
    private final Supplier<KernelTransport> transportFactory;
    private final StopSignal stop;

    @Spec
    private CommandSpec spec;

    @Mixin
    private HelpOption help;

    @Mixin
    private RunOptions options;

    RunCommand(
        final Machine machine, final Supplier<KernelTransport> transportFactory, final StopSignal stop)
    {
        this.machine = machine;
        this.transportFactory = transportFactory;
        this.stop = stop;
    }

    /**
     * Whether stack traces are wanted.
     *
     * @return true with {@code --verbose}.
     */
    final boolean isVerbose()
    {
        return options.output.isVerbose;
    }

    @Override
    public final Integer call() throws InterruptedException
    {
        final PrintWriter out = spec.commandLine().getOut();
        final PrintWriter err = spec.commandLine().getErr();
        final BackendSelection selection = KernelAccess.select(choice(), machine);
        if (BackendChoice.SIM == selection.backend())
        {
            return simulate(selection, out, err);
        }
        final PolicyErrors errors = new PolicyErrors(err, isVerbose());
        final Context context = context().errorHandler(errors);
        tellBackend(selection, err);
        if (isVerbose())
        {
            context.conclude();
            err.println("scx4j: options: " + context);
            err.flush();
            if (NativeLibrary.isAvailable())
            {
                LibBpf.setVerbose(true);
            }
        }

        final EngineRun run = new EngineRun(
            context, journal(), stop, durationNs(), new LiveStatistics(err, statsNs()), (engine) ->
            {
                errors.onStart();
                err.println(startLine(engine.report()));
                if (isVerbose())
                {
                    err.println("scx4j: " + engine.memorySettings());
                }
                err.flush();
            }, (restart) ->
            {
                err.println("scx4j: " + (restart.cause().isHotplug() ? "CPU hotplug" : "the kernel asked for it") +
                    ": restarted in " + TimeUnit.NANOSECONDS.toMillis(restart.durationNs()) + " ms");
                err.flush();
            }, (failure) ->
            {
                err.println("scx4j: " + failure);
                err.flush();
            }, reload(err));
        final RunReport report = run.execute();
        print(report, out, err);
        if (null != run.restartFailure())
        {
            err.println("scx4j: " + run.restartFailure());
            err.flush();
        }
        return ExitCode.of(report).status();
    }

    private int simulate(final BackendSelection selection, final PrintWriter out, final PrintWriter err)
    {
        final boolean isAskedFor = BackendChoice.AUTO != choice();
        if (null != journal())
        {
            throw SimulatorRun.refusal(selection, isAskedFor, "only what a kernel does is recorded: a simulation " +
                "does the same again by its seed, see scx4j sim --help");
        }
        SimulatorRun.check(spec.commandLine().getParseResult(), selection, isAskedFor);
        final long durationNs = durationNs();
        final SimulatorRun run = new SimulatorRun(options, machine, stop, out, err);
        tellBackend(selection, err);
        return run.execute(durationNs, statsNs());
    }

    /**
     * Where the run is recorded.
     *
     * @return null for nowhere.
     */
    JournalOptions journal()
    {
        return null;
    }

    private PolicyReload reload(final PrintWriter err)
    {
        final RunOptions.Subject subject = options.subject;
        return new PolicyReload(stop.reload(), () -> PolicyCatalog.of(subject.classPath).create(subject.policy),
            policyName(subject.policy), subject.policyOptions, err);
    }

    /** Shipped policies go by the name that the user gave. */
    static String policyName(final String name)
    {
        return new PolicyCatalog().names().contains(name) ? name : null;
    }

    private static int[] cpus(final String text)
    {
        try
        {
            return null == text ? new int[0] : CpuList.parse(text);
        }
        catch (final IllegalArgumentException ex)
        {
            throw new SchedulerException(Category.USAGE, "--cpus: " + ex.getMessage(), ex);
        }
    }

    private static Keeping keeping(final RunOptions.Kernel kernel)
    {
        if (kernel.isTakeOver && !kernel.isKept)
        {
            throw new SchedulerException(
                Category.USAGE, "--take-over needs --keep: only a kept scheduler has a next one");
        }
        return kernel.isTakeOver ? Keeping.TAKE_OVER : kernel.isKept ? Keeping.KEEP : Keeping.NO;
    }

    private Context context()
    {
        final String name = options.subject.policy;
        final PolicyCatalog catalog = PolicyCatalog.of(options.subject.classPath);
        final RunOptions.Kernel kernel = options.kernel;
        final Context context = new Context()
            .policy(catalog.create(name))
            .policyName(policyName(name))
            .policyGuard(policyGuard(catalog))
            .sliceNs(options.subject.slice.toNanos())
            .layout(options.threads.layout.layout())
            .waitMode(options.threads.wait.mode())
            .cpus(cpus(options.threads.cpus))
            .lockMemory(!options.threads.isMemoryUnlocked)
            .timeoutMs((int)Math.min(Integer.MAX_VALUE, kernel.timeout.toMillis()))
            .pollNs(kernel.poll.toNanos())
            .partial(kernel.isPartial)
            .builtinIdle(!kernel.isFullUser)
            .lowPower(kernel.isLowPower)
            .perCpuLocal(kernel.isPerCpuLocal)
            .restart(!kernel.isRestartUnwanted)
            .keep(keeping(kernel))
            .opsName(kernel.opsName)
            .ringBytes(kernel.ringBytes)
            .exitDumpBytes(kernel.exitDumpBytes)
            .object(kernel.object)
            .sysfs(machine.sys())
            .backend(choice())
            .transportFactory(transportFactory);
        options.subject.policyOptions.forEach(context::policyOption);
        if (null != kernel.rescue)
        {
            context.rescueNs(kernel.rescue.toNanos());
        }
        return null == kernel.lease ? context : context.leaseNs(kernel.lease.toNanos());
    }

    private BackendChoice choice()
    {
        return null == options.kernel.backend ? BackendChoice.AUTO : options.kernel.backend;
    }

    /** Says what was chosen, unless it is what everybody expects. */
    private void tellBackend(final BackendSelection selection, final PrintWriter err)
    {
        if (BackendChoice.AUTO == options.kernel.backend ||
            null == options.kernel.backend && BackendChoice.SCHED_EXT != selection.backend())
        {
            err.println("scx4j: " + selection);
            err.flush();
        }
    }

    private PolicyGuard policyGuard(final PolicyCatalog catalog)
    {
        final RunOptions.Failure failure = options.failure;
        return new PolicyGuard(failure.action.action(), failure.limit.toNanos(), catalog.create(failure.fallback),
            policyName(failure.fallback));
    }

    private long durationNs()
    {
        final Duration duration = options.subject.duration;
        if (null != duration && duration.isZero())
        {
            throw new SchedulerException(
                Category.USAGE, "--duration must be longer than 0; leave it out to run until Ctrl-C");
        }
        return null == duration ? Long.MAX_VALUE : duration.toNanos();
    }

    private long statsNs()
    {
        final Duration interval = options.output.stats;
        if (null != interval)
        {
            return interval.toNanos();
        }
        return machine.isErrTerminal() ? DEFAULT_STATS_NS : 0;
    }

    private String startLine(final RunReport started)
    {
        final Duration duration = options.subject.duration;
        return "scx4j: " + started.ops() + ' ' + succession(started.succession()) + " (" + started.backend() +
            "): policy " + started.policy() +
            ", " + RunSummary.threads(started.layout(), started.cpus()) +
            (null == duration ? "; " : ", for " + TimeFormat.format(duration.toNanos()) + "; ") + "Ctrl-C stops it";
    }

    private static String succession(final Succession succession)
    {
        return switch (succession.kind())
        {
            case FRESH -> "attached";
            case ADOPTED -> "adopted";
            case REPLACED -> "attached in place of one of another build or other settings, after " +
                TimeFormat.format(succession.windowNs()) + " of the kernel's own scheduler";
        };
    }

    private void print(final RunReport report, final PrintWriter out, final PrintWriter err)
    {
        final String dump = report.isEvicted() ? report.exit().dump() : "";
        final String whereDumpIs = dump.isEmpty() ? "" : new DumpFile(machine).write(dump);
        if (options.output.isJson)
        {
            out.println(RunJson.of(report, whereDumpIs));
        }
        else
        {
            out.print(RunSummary.of(report, whereDumpIs));
        }
        out.flush();
        if (isVerbose() && !dump.isEmpty())
        {
            err.println(dump);
            err.flush();
        }
    }
}
