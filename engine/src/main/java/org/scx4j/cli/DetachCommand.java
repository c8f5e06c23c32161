// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.scx4j.transport.KeptScheduler;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * {@code scx4j detach}: ends a scheduler that was kept by {@code run --keep} and has no engine any more.
 */
@Command(
    name = "detach",
    description = "End the scheduler that a `run --keep` has left when it died: the kernel goes back to its own. One " +
    "whose engine runs is not touched: stop that one instead.")
final class DetachCommand implements Callable<Integer>
{
    /** Name of the command. */
    static final String NAME = "detach";

    private final Machine machine;

    @Spec
    private CommandSpec spec;

    @Mixin
    private HelpOption help;

    DetachCommand(final Machine machine)
    {
        this.machine = machine;
    }

    @Override
    public Integer call()
    {
        final PrintWriter out = spec.commandLine().getOut();
        if (!KeptScheduler.isThere(machine.sys()))
        {
            out.println("no scheduler is kept");
        }
        else
        {
            try (KeptScheduler kept = KeptScheduler.lock(machine.sys(), false))
            {
                final String ops = kept.ops();
                final long beginNs = System.nanoTime();
                kept.detach();
                out.println(ops.isEmpty() ? "no scheduler was left, only names of one: removed" :
                    ops + ": detached in " + TimeFormat.format(System.nanoTime() - beginNs));
            }
        }
        out.flush();
        return ExitCode.OK.status();
    }
}
