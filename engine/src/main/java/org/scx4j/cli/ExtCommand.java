// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.scx4j.scheduling.SchedExtClass;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code scx4j ext}: puts tasks into the class SCHED_EXT, for a scheduler in partial mode.
 */
@Command(
    name = "ext",
    customSynopsis = {
        "scx4j ext --pid PID[,PID...] [--off]",
        "       scx4j ext [--] COMMAND [ARG...]"},
    description = "Put tasks into the class SCHED_EXT: a scheduler in partial mode schedules these only. What they " +
        "start is in it too. The exit status of a COMMAND is its own; 128 + n if the signal n ended it.",
    footer = {
        "",
        "Examples:",
        "  scx4j ext -- stress-ng --cpu 4      run a command in the class",
        "  scx4j ext --pid $(pidof -s java)    put a running process into it",
        "  scx4j ext --pid 4711,4712 --off     take two out of it"})
final class ExtCommand implements Callable<Integer>
{
    /** Name of the command. */
    static final String NAME = "ext";

    private final SchedExtClass schedExtClass;

    @Spec
    private CommandSpec spec;

    @Mixin
    private HelpOption help;

    @Option(names = "--pid", split = ",", paramLabel = "PID", description =
        "Processes, with all of their ordinary threads; real-time ones stay what they are.")
    private List<Integer> processIds = new ArrayList<>();

    @Option(names = "--off", description = "Take the processes out instead: back to SCHED_OTHER.")
    private boolean isOff;

    @Parameters(paramLabel = "COMMAND", description = "A command to run, and its arguments.")
    private List<String> command = new ArrayList<>();

    ExtCommand(final SchedExtClass schedExtClass)
    {
        this.schedExtClass = schedExtClass;
    }

    @Override
    public Integer call()
    {
        if (processIds.isEmpty() == command.isEmpty())
        {
            throw new ParameterException(spec.commandLine(), command.isEmpty() ?
                "nothing to put into the class: give --pid PID or a COMMAND" :
                "--pid and a COMMAND at once: give one of them");
        }
        if (command.isEmpty())
        {
            change();
            return ExitCode.OK.status();
        }
        if (isOff)
        {
            throw new ParameterException(spec.commandLine(), "--off takes processes out: give --pid PID with it");
        }
        return run();
    }

    private void change()
    {
        final Map<Integer, Integer> counts =
            isOff ? schedExtClass.leave(processIds) : schedExtClass.enter(processIds);
        final PrintWriter out = spec.commandLine().getOut();
        counts.forEach((processId, count) -> out.println("process " + processId + ": " + count + " thread(s) " +
            (isOff ? "back in SCHED_OTHER" : "in SCHED_EXT")));
        out.flush();
    }

    private int run()
    {
        try (SignalRelay relay = new SignalRelay())
        {
            final Process process = schedExtClass.start(new ProcessBuilder(command).inheritIO());
            relay.to(process);
            return process.waitFor();
        }
        catch (final InterruptedException ex)
        {
            Thread.currentThread().interrupt();
            return ExitCode.INTERNAL.status();
        }
    }
}
