// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import java.io.PrintWriter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.scheduling.SchedExtClass;
import org.scx4j.transport.KernelTransport;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The command line: {@code scx4j}. Every error is one line on stderr and an {@link ExitCode}.
 */
@Command(
    name = "scx4j",
    description = "Linux CPU schedulers whose policy is plain Java.",
    versionProvider = ProjectVersion.class,
    footer = {"", "Set SCX4J_DEBUG to get the stack traces of errors."})
public final class Main implements Runnable
{
    private static final int HELP_WIDTH = 100;
    private static final String HELP = "help";
    /** Commands that a signal ends in order. */
    private static final Set<String> ENDED_BY_SIGNAL = Set.of(RunCommand.NAME, RecordCommand.NAME, ReplayCommand.NAME);
    private static final String DEBUG_VARIABLE = "SCX4J_DEBUG";

    private final Machine machine;
    private final CommandLine commandLine;
    private final VmCommand vm;
    private final Map<String, Supplier<Object>> commands = new LinkedHashMap<>();

    @Mixin
    private HelpOption help;

    @Option(names = {"-V", "--version"}, versionHelp = true, description = "Show the version and exit.")
    private boolean isVersionRequested;

    /**
     * Prepares the command line.
     *
     * @param machine          where it runs.
     * @param transportFactory the kernel, null for the real one.
     * @param stop             ends a run early.
     */
    Main(final Machine machine, final Supplier<KernelTransport> transportFactory, final StopSignal stop)
    {
        this(machine, transportFactory, stop, new SchedExtClass());
    }

    /**
     * Prepares the command line, with another class for tasks.
     *
     * @param machine          where it runs.
     * @param transportFactory the kernel, null for the real one.
     * @param stop             ends a run early.
     * @param schedExtClass    what puts tasks into the class SCHED_EXT.
     */
    Main(
        final Machine machine,
        final Supplier<KernelTransport> transportFactory,
        final StopSignal stop,
        final SchedExtClass schedExtClass)
    {
        this.machine = machine;
        this.vm = new VmCommand(machine);
        this.commandLine = new CommandLine(this);
        commands.put(RunCommand.NAME, () -> new RunCommand(machine, transportFactory, stop));
        commands.put(RecordCommand.NAME, () -> new RecordCommand(machine, transportFactory, stop));
        commands.put(ReplayCommand.NAME, () -> new ReplayCommand(machine, stop));
        commands.put(ExtCommand.NAME,
            () -> new CommandLine(new ExtCommand(schedExtClass)).setStopAtPositional(true));
        commands.put(DetachCommand.NAME, () -> new DetachCommand(machine));
        commands.put(SimCommand.NAME, () -> new SimCommand(machine));
        commands.put(CompareCommand.NAME, () -> new CompareCommand(machine));
        commands.put(VmCommand.NAME, () -> vm);
        commands.put(DoctorCommand.NAME, () -> new DoctorCommand(machine));
        commands.put(VersionCommand.NAME, () -> new VersionCommand(machine));
        commands.put(HELP, CommandLine.HelpCommand::new);
    }

    /** Only the command that is wanted, if that is known: to look at the options of all takes a third of a second. */
    private void addCommands(final String... args)
    {
        final boolean isKnown = args.length > 0 && !HELP.equals(args[0]) && commands.containsKey(args[0]);
        commands.forEach((name, command) ->
        {
            if ((!isKnown || name.equals(args[0])) && !commandLine.getSubcommands().containsKey(name))
            {
                commandLine.addSubcommand(command.get());
            }
        });
        commandLine.setCaseInsensitiveEnumValuesAllowed(true)
            .setExpandAtFiles(false)
            .setUsageHelpWidth(HELP_WIDTH)
            .setParameterExceptionHandler(this::onUsageError)
            .setExecutionExceptionHandler(this::onFailure)
            .setOut(commandLine.getOut())
            .setErr(commandLine.getErr());
        describeExitCodes(commandLine);
        commandLine.getSubcommands().values().forEach(Main::describeExitCodes);
    }

    private static void describeExitCodes(final CommandLine command)
    {
        command.getCommandSpec().usageMessage().exitCodeListHeading("%nExit codes:%n");
        command.getCommandSpec().usageMessage().exitCodeList(ExitCode.meanings());
    }

    /**
     * Runs a command and ends the JVM with its exit code.
     *
     * @param args the command line.
     */
    public static void main(final String[] args)
    {
        final StopSignal stop = new StopSignal();
        if (args.length > 0 && ENDED_BY_SIGNAL.contains(args[0]))
        {
            stop.install();
        }
        stop.exit(new Main(Machine.current(), null, stop).execute(args));
    }

    /**
     * Redirects what is printed.
     *
     * @param out instead of stdout.
     * @param err instead of stderr.
     * @return this.
     */
    Main print(final PrintWriter out, final PrintWriter err)
    {
        commandLine.setOut(out);
        commandLine.setErr(err);
        return this;
    }

    /**
     * Runs a command.
     *
     * @param args the command line.
     * @return exit status of the process.
     */
    int execute(final String... args)
    {
        try
        {
            if (args.length > 0 && VmCommand.NAME.equals(args[0]))
            {
                return vm.forward(List.of(args).subList(1, args.length));
            }
            addCommands(args);
            return commandLine.execute(args);
        }
        catch (final Throwable thrown)
        {
            return fail(thrown, machine.isSet(DEBUG_VARIABLE));
        }
    }

    /** Without a command. */
    @Override
    public void run()
    {
        throw new ParameterException(commandLine, "no command");
    }

    private int onUsageError(final ParameterException ex, final String[] args)
    {
        final PrintWriter err = commandLine.getErr();
        if (0 == args.length)
        {
            commandLine.usage(err);
        }
        else
        {
            final String command = ex.getCommandLine().getCommandSpec().qualifiedName();
            print(describe(ex) + " (see " + command + " --help)");
            printStackTrace(ex, machine.isSet(DEBUG_VARIABLE));
        }
        err.flush();
        return ExitCode.USAGE.status();
    }

    private String describe(final ParameterException ex)
    {
        if (ex instanceof UnmatchedArgumentException && commandLine == ex.getCommandLine())
        {
            final String first = ((UnmatchedArgumentException)ex).getUnmatched().get(0);
            if (!first.startsWith("-"))
            {
                return "unknown command '" + first + "': known are " +
                    String.join(", ", commandLine.getSubcommands().keySet());
            }
        }
        final String message = oneLine(ex.getMessage());
        return message.substring(0, 1).toLowerCase(Locale.ROOT) + message.substring(1);
    }

    private int onFailure(final Exception ex, final CommandLine failed, final ParseResult parsed)
    {
        final Object command = failed.getCommand();
        final boolean isVerbose = command instanceof RunCommand && ((RunCommand)command).isVerbose();
        return fail(ex, isVerbose || machine.isSet(DEBUG_VARIABLE));
    }

    private int fail(final Throwable thrown, final boolean isVerbose)
    {
        final ExitCode code = ExitCode.of(thrown);
        final String message = null == thrown.getMessage() ? "" : oneLine(thrown.getMessage());
        final boolean isOwn = message.isEmpty() || ExitCode.INTERNAL == code &&
            !(thrown instanceof SchedulerException);
        print(isOwn ? "internal error: " + oneLine(thrown.toString()) +
            (isVerbose ? "" : " (set " + DEBUG_VARIABLE + "=1 for the stack trace)") : message);
        printStackTrace(thrown, isVerbose);
        return code.status();
    }

    private void print(final String line)
    {
        commandLine.getErr().println("scx4j: " + line);
        commandLine.getErr().flush();
    }

    private void printStackTrace(final Throwable thrown, final boolean isVerbose)
    {
        if (isVerbose)
        {
            thrown.printStackTrace(commandLine.getErr());
            commandLine.getErr().flush();
        }
    }

    private static String oneLine(final String text)
    {
        return String.join(" ", Arrays.asList(text.strip().split("\\s*\\R\\s*")));
    }
}
