// SPDX-License-Identifier: Apache-2.0
package org.scx4j.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Collection;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Runs each benchmark for a moment: it works, which says nothing of its figures.
 */
@Timeout(60)
class BenchmarksRunTest
{
    private static final Class<?>[] BENCHMARKS = {QueuedRingBenchmark.class, DispatchedRingBenchmark.class};

    @Test
    void shouldRunEveryBenchmarkWithoutAnError() throws RunnerException
    {
        System.setProperty("jmh.ignoreLock", "true"); // nothing is measured here
        final Options options = new OptionsBuilder()
            .include("org\\.scx4j\\.bench\\..*")
            .forks(0)
            .warmupIterations(0)
            .measurementIterations(1)
            .measurementTime(TimeValue.milliseconds(10))
            .verbosity(VerboseMode.SILENT)
            .shouldFailOnError(true)
            .build();

        final Collection<RunResult> results = new Runner(options).run();

        assertThat(results).hasSize((int)Arrays.stream(BENCHMARKS).flatMap(type -> Stream.of(type.getMethods()))
            .filter(method -> method.isAnnotationPresent(Benchmark.class)).count());
        assertThat(results).allMatch(result -> result.getPrimaryResult().getScore() > 0);
    }
}
