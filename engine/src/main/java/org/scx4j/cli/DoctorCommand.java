// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code scx4j doctor}: whether sched_ext can run here, and what to do about it if not.
 */
@Command(name = "doctor", description = "Check whether a scheduler can run here, and say what to do if not. Changes " +
    "nothing.")
final class DoctorCommand implements Callable<Integer>
{
    /** Name of the command. */
    static final String NAME = "doctor";

    private static final List<Check> CHECKS = List.of(
        new KernelCheck(), new SchedExtCheck(), new PrivilegeCheck(), new InstallationCheck(),
        new KernelFunctionCheck(), new ShadowCheck(), new JavaCheck(), new CpuCheck());

    private final Machine machine;

    @Spec
    private CommandSpec spec;

    @Mixin
    private HelpOption help;

    @Option(names = "--json", description = "Print one JSON array instead.")
    private boolean isJson;

    DoctorCommand(final Machine machine)
    {
        this.machine = machine;
    }

    @Override
    public Integer call()
    {
        final Findings findings = new Findings();
        for (final Check check : CHECKS)
        {
            check.examine(machine, findings);
        }
        final PrintWriter out = spec.commandLine().getOut();
        if (isJson)
        {
            out.println(json(findings));
        }
        else
        {
            print(findings, out);
        }
        out.flush();
        return (0 == findings.count(Finding.Level.FAIL) ? ExitCode.OK : ExitCode.ENVIRONMENT).status();
    }

    private static void print(final Findings findings, final PrintWriter out)
    {
        for (final Finding finding : findings.all())
        {
            out.println(String.format(
                Locale.ROOT, "%-4s  %-22s  %s", finding.level().label(), finding.what(), finding.detail()));
            if (!finding.fix().isEmpty())
            {
                out.println("        fix: " + finding.fix());
            }
        }
        final long failures = findings.count(Finding.Level.FAIL);
        final long warnings = findings.count(Finding.Level.WARN);
        out.println((0 == failures ? "sched_ext can run here" : "sched_ext can't run here: " + failures +
            " thing(s) to fix") + (0 == warnings ? "" : ", " + warnings + " warning(s)"));
    }

    private static String json(final Findings findings)
    {
        return JsonText.of((json) ->
        {
            json.writeStartArray();
            for (final Finding finding : findings.all())
            {
                json.writeStartObject();
                json.writeStringField("level", finding.level().label().toLowerCase(Locale.ROOT));
                json.writeStringField("what", finding.what());
                json.writeStringField("detail", finding.detail());
                json.writeStringField("fix", finding.fix());
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }
}
