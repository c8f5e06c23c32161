// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.scx4j.protocol.SchedAbi;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code scx4j version}: what is running here.
 */
@Command(name = "version", description = "Show the versions of scx4j, its ABI, Java and the kernel.")
final class VersionCommand implements Callable<Integer>
{
    /** Name of the command. */
    static final String NAME = "version";

    private final Machine machine;

    @Spec
    private CommandSpec spec;

    @Mixin
    private HelpOption help;

    @Option(names = "--json", description = "Print one JSON object instead.")
    private boolean isJson;

    VersionCommand(final Machine machine)
    {
        this.machine = machine;
    }

    @Override
    public Integer call()
    {
        final PrintWriter out = spec.commandLine().getOut();
        final String layoutHash = String.format(Locale.ROOT, "%016x", SchedAbi.LAYOUT_HASH);
        if (isJson)
        {
            out.println(JsonText.of((json) ->
            {
                json.writeStartObject();
                json.writeStringField("version", ProjectVersion.version());
                json.writeNumberField("abi", SchedAbi.SCHED_ABI_VERSION);
                json.writeStringField("layout_hash", layoutHash);
                json.writeStringField("java", machine.java().version());
                json.writeStringField("kernel", machine.kernelRelease());
                json.writeEndObject();
            }));
        }
        else
        {
            out.println("scx4j   " + ProjectVersion.version());
            out.println("abi     " + SchedAbi.SCHED_ABI_VERSION + ", layout " + layoutHash);
            out.println("java    " + machine.java().version());
            out.println("kernel  " + machine.kernelRelease());
        }
        return ExitCode.OK.status();
    }
}
