// SPDX-License-Identifier: Apache-2.0
package org.scx4j.model;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Runs the kernel model on the BPF program, or on one with a defect: {@code make -C native model} has built them.
 */
final class TokenModel
{
    static final Path PROGRAM = Path.of("target/model/scx4j.so");
    private static final Path MODEL = Path.of("target/model/token_model");
    private static final Path MUTANTS = Path.of("target/model/mutants");
    private static final Path MUTANT_SOURCES = Path.of("src/test/model/mutants");
    private static final String CHOICES = "choices: ";

    private TokenModel()
    {
    }

    /**
     * What the model said.
     *
     * @param status 0 if everything held, 1 if a check failed.
     * @param output all of it.
     */
    record Verdict(int status, List<String> output)
    {
        String lastLine()
        {
            return output.isEmpty() ? "" : output.get(output.size() - 1);
        }

        /** What has happened in all runs, by name. */
        Map<String, Long> totals()
        {
            final Map<String, Long> totals = new TreeMap<>();
            for (final String word : lastLine().split(" "))
            {
                final int equals = word.indexOf('=');
                if (equals > 0)
                {
                    totals.put(word.substring(0, equals), Long.valueOf(word.substring(equals + 1)));
                }
            }
            return totals;
        }

        /** The choices of the run that failed. */
        String choices()
        {
            return output.stream().filter(line -> line.startsWith(CHOICES)).findFirst().orElse(CHOICES)
                .substring(CHOICES.length());
        }
    }

    /**
     * The programs with a defect, by name.
     */
    static Stream<String> mutants() throws IOException
    {
        try (Stream<Path> files = Files.list(MUTANT_SOURCES))
        {
            return files.map(file -> file.getFileName().toString().replace(".sed", "")).sorted().toList().stream();
        }
    }

    static Path mutant(final String name)
    {
        return MUTANTS.resolve(name + ".so");
    }

    static Verdict run(final Path program, final String... arguments) throws IOException, InterruptedException
    {
        return start(program, "", List.of(arguments));
    }

    /** One run, by the choices of an earlier one. */
    static Verdict replay(final Path program, final String choices) throws IOException, InterruptedException
    {
        return start(program, choices, List.of("--replay"));
    }

    private static Verdict start(final Path program, final String input, final List<String> arguments)
        throws IOException, InterruptedException
    {
        final List<String> command = new ArrayList<>(List.of(MODEL.toString(), program.toString()));
        command.addAll(arguments);
        final Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try
        {
            process.getOutputStream().write(input.getBytes(StandardCharsets.US_ASCII));
            process.getOutputStream().close();
            final String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Verdict(process.waitFor(), output.lines().toList());
        }
        finally
        {
            process.destroyForcibly();
        }
    }
}
