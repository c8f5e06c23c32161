// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.scx4j.journal.JournalReader;
import org.scx4j.journal.JournalSession;
import org.scx4j.journal.Replay;
import org.scx4j.journal.ReplayOptions;
import org.scx4j.journal.ReplayReport;
import org.scx4j.pipeline.PathWarmUp;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code scx4j replay}: shows a policy what a recorded one has seen, and says what it decided.
 */
@Command(
    name = "replay",
    sortOptions = false,
    description = "Show a policy what was recorded by `record`: the same events in the same order, at the same " +
    "times. The same files, policy and options give the same decisions, byte for byte. Nothing is scheduled, and " +
    "neither root nor sched_ext is needed.")
final class ReplayCommand implements Callable<Integer>
{
    /** Name of the command. */
    static final String NAME = "replay";

    /** What to do about a damaged file. */
    enum DamageChoice
    {
        /** Refuse. */
        ERROR,

        /** Replay what is before. */
        STOP;

        @Override
        public String toString()
        {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** How fast. */
    enum PaceChoice
    {
        /** As fast as possible. */
        MAX,

        /** As recorded. */
        RECORDED;

        @Override
        public String toString()
        {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** How decisions are written. */
    enum FormatChoice
    {
        /** Records. */
        BINARY,

        /** Lines. */
        TEXT;

        @Override
        public String toString()
        {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Machine machine;
    private final StopSignal stop;

    @Spec
    private CommandSpec spec;

    @Mixin
    private HelpOption help;

    @Parameters(paramLabel = "FILE", arity = "1..*",
        description = "File of a recording; several of one recording in the order in which they were written, such " +
        "as FILE.2 FILE.1 FILE.")
    private List<Path> files = new ArrayList<>();

    @Option(names = "--policy", paramLabel = "NAME", order = 1,
        description = "Policy to show it to, named as for `run`. Default: the one that was recorded, with the " +
        "options that it had.")
    private String policy;

    @Option(names = "--classpath", paramLabel = "JARS", order = 2,
        description = "Jars and folders with your own policy, separated by ':'.")
    private String classPath;

    @Option(names = "--option", paramLabel = "NAME=VALUE", order = 3,
        description = "Give the policy an option; repeat it for more.")
    private Map<String, String> policyOptions = new LinkedHashMap<>();

    @Option(names = "--decisions", paramLabel = "OUT", order = 4,
        description = "Write the decisions into this file, which is replaced if it is there. " +
        "Default: only count them.")
    private Path decisions;

    @Option(names = "--format", paramLabel = "FORMAT", defaultValue = "binary", order = 5,
        description = "${COMPLETION-CANDIDATES}: of that file. binary is the record of 64 bytes that the kernel " +
        "would get, text a line with token, pid, CPU (-1 is any), slice in ns, vtime, flags and enqueue time in ns. " +
        "Default: ${DEFAULT-VALUE}.")
    private FormatChoice format = FormatChoice.BINARY;

    @Option(names = "--pace", paramLabel = "PACE", defaultValue = "max", order = 6,
        description = "${COMPLETION-CANDIDATES}: as fast as possible, or as fast as it was recorded. The decisions " +
        "are the same. Default: ${DEFAULT-VALUE}.")
    private PaceChoice pace = PaceChoice.MAX;

    @Option(names = "--on-damage", paramLabel = "ACTION", defaultValue = "error", order = 7,
        description = "${COMPLETION-CANDIDATES}: refuse a file that is damaged or cut off, or replay it up to the " +
        "last block that is whole. Default: ${DEFAULT-VALUE}.")
    private DamageChoice onDamage = DamageChoice.ERROR;

    @Option(names = "--json", order = 8,
        description = "Print no summary, but one JSON object as the last line of stdout.")
    private boolean isJson;

    @Option(names = "--verbose", order = 9, description = "Print the stack traces of exceptions out of the policy.")
    private boolean isVerbose;

    ReplayCommand(final Machine machine, final StopSignal stop)
    {
        this.machine = machine;
        this.stop = stop;
    }

    @Override
    public Integer call()
    {
        final PrintWriter out = spec.commandLine().getOut();
        final PrintWriter err = spec.commandLine().getErr();
        final JournalSession session = JournalReader.sessionOf(files.get(0));
        final String recorded = session.properties().getOrDefault(JournalSession.POLICY, "");
        final String name = null == policy ? recorded : policy;
        final Map<String, String> options = new LinkedHashMap<>(null == policy ? session.policyOptions() : Map.of());
        options.putAll(policyOptions);

        final List<Supplier<JournalReader>> readers = new ArrayList<>();
        files.forEach((file) -> readers.add(() -> JournalReader.open(file)));
        final PolicyErrors errors = new PolicyErrors(err, isVerbose);
        errors.onStart();
        final ReplayProgress progress = new ReplayProgress(files, machine.isErrTerminal() ? err : null, stop);
        final Replay replay = new Replay(
            readers, PolicyCatalog.of(classPath).create(name),
            new ReplayOptions(name, options, decisions, FormatChoice.TEXT == format, DamageChoice.STOP == onDamage,
                PaceChoice.RECORDED == pace),
            errors, progress);
        PathWarmUp.run();
        final ReplayReport report;
        try
        {
            report = replay.run();
        }
        finally
        {
            progress.end();
        }
        if (!report.damage().isEmpty())
        {
            err.println("scx4j: stopped at the damage: " + report.damage());
            err.flush();
        }
        if (isJson)
        {
            out.println(ReplayText.json(report));
        }
        else
        {
            out.print(ReplayText.summary(report));
        }
        out.flush();
        return ExitCode.OK.status();
    }
}
