// SPDX-License-Identifier: Apache-2.0
package org.scx4j.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Arrays;
import java.util.Collection;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import org.scx4j.jni.NativeLibrary;
import org.scx4j.policy.TaskTableBenchmark;

/**
 * Runs each benchmark for a moment: it works, which says nothing of its figures.
 */
@Timeout(120)
class BenchmarksRunTest
{
    private static final Class<?>[] BENCHMARKS = {
        QueuedRingBenchmark.class, DispatchedRingBenchmark.class, ReplayBenchmark.class, StageBenchmark.class,
        IdleCpuBenchmark.class, RunQueueBenchmark.class, TaskTableBenchmark.class};
    private static final int ENQUEUE_COST_PROGRAMS = 6;
    private static final int DECIDING_POLICIES = 7;
    private static final int HOLDING_POLICIES = 2;
    private static final int HOPS = 3;

    @Test
    void shouldRunEveryBenchmarkWithoutAnError() throws RunnerException
    {
        System.setProperty("jmh.ignoreLock", "true"); // nothing is measured here
        final Options options = momentary().include("org\\.scx4j\\..*")
            .exclude(EnqueueCostBenchmark.class.getName()).exclude(MappedRingBenchmark.class.getName())
            .exclude(HopBenchmark.class.getName())
            .param("cpus", "65").param("tasks", "10").param("runnable", "10").param("held", "64").build();

        final Collection<RunResult> results = new Runner(options).run();

        assertThat(results).hasSize(count(BENCHMARKS) + DECIDING_POLICIES + HOLDING_POLICIES);
        assertThat(results).allMatch(result -> result.getPrimaryResult().getScore() > 0);
    }

    @Test
    void shouldReadAndWriteTheRingsOfThisKernelWithoutAnError() throws RunnerException
    {
        assumeTrue(null == BpfResource.obstacle(), BpfResource.obstacle());
        System.setProperty("jmh.ignoreLock", "true");

        final Collection<RunResult> results =
            new Runner(momentary().include(MappedRingBenchmark.class.getName()).build()).run();

        assertThat(results).hasSize(count(MappedRingBenchmark.class));
        assertThat(results).allMatch(result -> result.getPrimaryResult().getScore() > 0);
    }

    @Test
    void shouldMeasureEveryPartOfAnEnqueueWithoutAnError() throws RunnerException
    {
        assumeTrue(null == BpfResource.obstacle(), BpfResource.obstacle());
        System.setProperty("jmh.ignoreLock", "true");

        final Collection<RunResult> results =
            new Runner(momentary().include(EnqueueCostBenchmark.class.getName()).build()).run();

        assertThat(results).hasSize(ENQUEUE_COST_PROGRAMS);
        assertThat(results).allMatch(result -> result.getPrimaryResult().getScore() > 0);
    }

    @Test
    void shouldHopBetweenTwoCpusWithoutAnError() throws RunnerException
    {
        assumeTrue(NativeLibrary.isAvailable(), "needs the native library, which pins threads");
        assumeTrue(Runtime.getRuntime().availableProcessors() > 1, "needs two CPUs");
        System.setProperty("jmh.ignoreLock", "true");

        final Collection<RunResult> results =
            new Runner(momentary().include(HopBenchmark.class.getName()).build()).run();

        assertThat(results).hasSize(HOPS);
        assertThat(results).allMatch(result -> result.getPrimaryResult().getScore() > 0);
    }

    private static int count(final Class<?>... types)
    {
        return (int)Arrays.stream(types).flatMap(type -> Stream.of(type.getMethods()))
            .filter(method -> method.isAnnotationPresent(Benchmark.class)).count();
    }

    private static ChainedOptionsBuilder momentary()
    {
        return new OptionsBuilder()
            .forks(0)
            .warmupIterations(0)
            .measurementIterations(1)
            .measurementTime(TimeValue.milliseconds(10))
            .verbosity(VerboseMode.SILENT)
            .shouldFailOnError(true);
    }
}
