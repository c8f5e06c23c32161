// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.exceptions.SchedulerException.Category;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * {@code scx4j vm}: passes everything on to {@code bench/vm/run}. {@link Main} gives it the arguments unparsed; picocli
 * knows it for the list of commands.
 */
@Command(name = "vm", description = "Run a command of scx4j, or any other, in a VM with a sched_ext kernel.")
final class VmCommand implements Callable<Integer>
{
    /** Name of the command. */
    static final String NAME = "vm";

    private static final String HOME_VARIABLE = "SCX4J_HOME";

    private final Machine machine;

    @Parameters(description = "Options of the VM, and the command: see scx4j vm --help.")
    private List<String> arguments = new ArrayList<>();

    VmCommand(final Machine machine)
    {
        this.machine = machine;
    }

    @Override
    public Integer call()
    {
        return forward(arguments);
    }

    /**
     * Runs the script in this process's place: its input, output and errors are ours, a signal reaches it, and we wait
     * for it.
     *
     * @param unparsed its arguments.
     * @return its exit status.
     * @throws SchedulerException if there is no script to run.
     */
    int forward(final List<String> unparsed)
    {
        final List<String> command = new ArrayList<>();
        command.add(script().toString());
        command.addAll(unparsed);
        try
        {
            final Process process = new ProcessBuilder(command).inheritIO().start();
            final Thread hook = new Thread(() -> end(process), "scx4j-vm-stop");
            Runtime.getRuntime().addShutdownHook(hook);
            final int status = process.waitFor();
            release(hook);
            return status;
        }
        catch (final IOException ex)
        {
            throw new SchedulerException(
                Category.ENVIRONMENT, "can't run " + command.get(0) + ": " + ex.getMessage(), ex);
        }
        catch (final InterruptedException ex)
        {
            Thread.currentThread().interrupt();
            return ExitCode.INTERNAL.status();
        }
    }

    private Path script()
    {
        if (!machine.isSet(HOME_VARIABLE))
        {
            throw new SchedulerException(Category.ENVIRONMENT, HOME_VARIABLE +
                " is not set, so there is no VM runner: start from a checkout, with its bin/scx4j");
        }
        final Path script = Path.of(machine.environment().get(HOME_VARIABLE), "bench", "vm", "run");
        if (!Files.isExecutable(script))
        {
            throw new SchedulerException(Category.ENVIRONMENT, "there is no VM runner at " + script +
                ": set " + HOME_VARIABLE + " to a whole checkout, or start its bin/scx4j");
        }
        return script;
    }

    private static void end(final Process process)
    {
        process.destroy();
        try
        {
            process.waitFor();
        }
        catch (final InterruptedException ex)
        {
            Thread.currentThread().interrupt();
        }
    }

    private static void release(final Thread hook)
    {
        try
        {
            Runtime.getRuntime().removeShutdownHook(hook);
        }
        catch (final IllegalStateException ignore)
        {
            // a signal came: the JVM is ending, and the hook has nothing left to do
        }
    }
}
