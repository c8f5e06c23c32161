// SPDX-License-Identifier: Apache-2.0
package org.scx4j.bench;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.scx4j.bench.report.Figure;
import org.scx4j.bench.report.Results;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * How long {@code bin/scx4j run} takes from the start of its process until it is attached, and how long the first task
 * then waits for its decision: with the archive of classes that the build makes, and by turns without it.
 * <pre>
 *   java -cp bench/target/benchmarks.jar org.scx4j.bench.StartUpBenchmark [--rounds N] [--backend shadow|sched_ext]
 * </pre>
 * Needs root and a kernel with BPF and BTF; the backend {@code shadow} needs no sched_ext. Run it in the checkout.
 * <p>
 * Not measured: the BPF programs of {@code sched_ext}, which are more than those of {@code shadow}, unless that is the
 * backend.
 */
@Command(name = "StartUpBenchmark", sortOptions = false,
    description = "Measures how long scx4j run takes to attach, and the first task to be decided.")
public final class StartUpBenchmark implements Callable<Integer>
{
    private static final int FAILED = 1;
    private static final double NS_PER_MS = 1e6;
    private static final double NS_PER_US = 1e3;
    private static final String BASE_ARCHIVE = "lib/server/classes.jsa";

    @Option(names = "--rounds", paramLabel = "N", defaultValue = "9",
        description = "Starts of each kind. Default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(names = "--backend", paramLabel = "NAME", defaultValue = "shadow",
        description = "What it attaches: shadow or sched_ext. Default: ${DEFAULT-VALUE}.")
    private String backend;

    @Option(names = "--output", paramLabel = "FILE", description = "Also write the figures into this file, as JSON.")
    private Path output;

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help and exit.")
    private boolean help;

    /** One start. */
    private record Start(double attachedMs, double firstDecisionUs)
    {
    }

    /** For picocli. */
    public StartUpBenchmark()
    {
    }

    /**
     * The program.
     *
     * @param args see {@code --help}.
     */
    public static void main(final String[] args)
    {
        System.exit(new CommandLine(new StartUpBenchmark()).setExecutionExceptionHandler((ex, command, parsed) ->
        {
            command.getErr().println("StartUpBenchmark: " + ex.getMessage());
            return FAILED;
        }).execute(args));
    }

    @Override
    public Integer call() throws IOException, InterruptedException
    {
        final List<Start> with = new ArrayList<>();
        final List<Start> without = new ArrayList<>();
        start(true); // the build, if that is due, and files into memory
        for (int round = 0; round < rounds; round++)
        {
            without.add(start(false));
            with.add(start(true));
        }
        final List<Figure> figures = List.of(
            attached("StartUp attached", "StartUp attached, without the archive", with),
            attached("StartUp attached, without the archive", "", without),
            firstDecision("StartUp first decision", "StartUp first decision, without the archive", with),
            firstDecision("StartUp first decision, without the archive", "", without));
        for (final Figure figure : figures)
        {
            System.out.printf(Locale.ROOT, "%-45s %8.1f %s (%.1f to %.1f, %d starts)%n", figure.name(),
                figure.median(), figure.unit(), figure.min(), figure.max(), figure.nrSamples());
        }
        if (null != output)
        {
            new Results(Map.of(), figures).write(output);
        }
        return 0;
    }

    private static Figure attached(final String name, final String baseline, final List<Start> starts)
    {
        return Figure.of(name, "ms", false, baseline, starts.stream().mapToDouble(Start::attachedMs).toArray());
    }

    private static Figure firstDecision(final String name, final String baseline, final List<Start> starts)
    {
        return Figure.of(name, "us", false, baseline, starts.stream().mapToDouble(Start::firstDecisionUs).toArray());
    }

    private Start start(final boolean hasArchive) throws IOException, InterruptedException
    {
        final String home = System.getProperty("java.home");
        final ProcessBuilder builder = new ProcessBuilder(
            "bin/scx4j", "run", "--backend", backend, "--duration", "300ms", "--classpath", classPath(),
            "--policy", FirstDecision.class.getName());
        builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("SCX4J_JAVA_HOME", home);
        if (!hasArchive)
        {
            builder.environment().put("SCX4J_JAVA_OPTS", "-XX:SharedArchiveFile=" + Path.of(home, BASE_ARCHIVE));
        }
        final long beginNs = System.nanoTime();
        final Process process = builder.start();
        long attachedNs = 0;
        long firstDecisionNs = 0;
        final List<String> lines = new ArrayList<>();
        try (BufferedReader err = new BufferedReader(
            new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8)))
        {
            for (String line = err.readLine(); null != line; line = err.readLine())
            {
                lines.add(line);
                if (line.contains(" attached ("))
                {
                    attachedNs = System.nanoTime();
                }
                else if (line.startsWith(FirstDecision.PREFIX))
                {
                    firstDecisionNs = Long.parseLong(line.substring(FirstDecision.PREFIX.length()));
                }
            }
        }
        if (0 != process.waitFor() || 0 == attachedNs || 0 == firstDecisionNs)
        {
            throw new IOException(String.join(" ", builder.command()) + ": " + String.join(" ", lines));
        }
        return new Start((attachedNs - beginNs) / NS_PER_MS, firstDecisionNs / NS_PER_US);
    }

    private static String classPath()
    {
        final Path classes = Path.of("bench", "target", "classes");
        return Files.isDirectory(classes) ? classes.toString() :
            System.getProperty("java.class.path").split(File.pathSeparator)[0];
    }
}
