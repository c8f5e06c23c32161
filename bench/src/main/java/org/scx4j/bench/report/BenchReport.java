// SPDX-License-Identifier: Apache-2.0
package org.scx4j.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Puts together what {@code bin/bench} has measured, and compares runs. See {@code bin/bench --help}.
 */
@Command(name = "bin/bench", subcommands = {BenchReport.Collect.class, BenchReport.Compare.class})
public final class BenchReport
{
    private static final int WORSE = 1;
    private static final int USAGE = 2;
    private static final int FAILED = 4;

    private BenchReport()
    {
    }

    /**
     * The program.
     *
     * @param args {@code collect …} or {@code compare OLD NEW}.
     */
    public static void main(final String[] args)
    {
        System.exit(run(args));
    }

    /**
     * The program without its end.
     *
     * @param args see {@link #main}.
     * @return exit status.
     */
    static int run(final String... args)
    {
        return new CommandLine(new BenchReport()).setExecutionExceptionHandler((ex, command, parsed) ->
        {
            command.getErr().println("bench: " + ex.getMessage());
            return ex instanceof IllegalArgumentException ? USAGE : FAILED;
        }).execute(args);
    }

    /** Makes one file and one page of the files of a run. */
    @Command(name = "collect")
    static final class Collect implements Callable<Integer>
    {
        private final List<Figure> figures = new ArrayList<>();

        @Option(names = "--output", required = true)
        private Path output;

        @Option(names = "--jmh")
        private Path jmh;

        @Option(names = "--round-trip")
        private Path roundTrip;

        @Option(names = "--start-up")
        private Path startUp;

        @Option(names = "--machine")
        private Map<String, String> machine = new LinkedHashMap<>();

        /** For picocli. */
        Collect()
        {
        }

        @Override
        public Integer call() throws IOException
        {
            if (isThere(startUp))
            {
                figures.addAll(Results.read(startUp).figures());
            }
            if (isThere(roundTrip))
            {
                figures.addAll(RoundTripFile.read(roundTrip));
            }
            if (isThere(jmh))
            {
                figures.addAll(JmhFile.read(jmh));
            }
            final Results results = new Results(machine, figures);
            results.write(output.resolve("results.json"));
            new ResultsPage(results).write(output.resolve("results.html"));
            return 0;
        }

        private static boolean isThere(final Path file)
        {
            return null != file && Files.exists(file);
        }
    }

    /** Sets two runs side by side. */
    @Command(name = "compare")
    static final class Compare implements Callable<Integer>
    {
        @Parameters(index = "0")
        private Path before;

        @Parameters(index = "1")
        private Path after;

        /** For picocli. */
        Compare()
        {
        }

        @Override
        public Integer call()
        {
            final ResultsComparison comparison = new ResultsComparison(Results.read(before), Results.read(after));
            comparison.lines().forEach(System.out::println);
            return comparison.isWorse() ? WORSE : 0;
        }
    }
}
