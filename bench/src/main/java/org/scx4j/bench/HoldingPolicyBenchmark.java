// SPDX-License-Identifier: Apache-2.0
package org.scx4j.bench;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.scx4j.bench.report.Baseline;
import org.scx4j.policy.Central;

/**
 * What a task costs if the policy holds the tasks itself and binds late, as {@code central} does; else as in
 * {@link PolicyBenchmark}.
 * <p>
 * One operation: one queued task comes in and is held, one of 64 idle CPUs is picked for the first of those that are
 * held, and that task's decision leaves. The baseline {@code priorityQueue} holds as many tasks, by the same keys, in a
 * {@link java.util.PriorityQueue} of objects; it picks no CPU. {@code central} has room for 16,384 tasks.
 * <pre>
 *   java -jar bench/target/benchmarks.jar HoldingPolicyBenchmark -prof gc
 * </pre>
 * Not measured: what {@link PolicyBenchmark} does not measure; that {@code hold} is told to the kernel, a store; ticks,
 * but for a look at the clock.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 3, jvmArgsPrepend = "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED")
@Baseline("priorityQueue")
public class HoldingPolicyBenchmark
{
    private static final int TASKS = 1024;

    /** Which policy decides. */
    @Param({"central", "priorityQueue"})
    private String policy;

    /** How many tasks are held, a multiple of a burst. */
    @Param({"64", "1024", "10240"})
    private int held;

    private RunnableTasks tasks;

    /** Set up by JMH. */
    public HoldingPolicyBenchmark()
    {
    }

    /** Has tasks held while no CPU is idle; then all CPUs are. */
    @Setup(Level.Trial)
    public void start()
    {
        final boolean isCentral = "central".equals(policy);
        tasks = new RunnableTasks(isCentral ? new Central() : new PriorityQueuePolicy(held, false),
            held + TASKS, isCentral ? Map.of("bound", "1s") : Map.of());
        tasks.turn(held);
        if (held != tasks.nrHeld())
        {
            throw new IllegalStateException("not held: tasks=" + (held - tasks.nrHeld()));
        }
        tasks.showIdle();
    }

    /** Queues the next tasks. */
    @Setup(Level.Invocation)
    public void queue()
    {
        tasks.queue(TASKS);
    }

    /** Looks whether a decision came for each. */
    @TearDown(Level.Trial)
    public void check()
    {
        if (held != tasks.nrHeld() || 0 != tasks.nrErrors())
        {
            throw new IllegalStateException("held=" + tasks.nrHeld() + ", errors=" + tasks.nrErrors());
        }
    }

    /**
     * Has as many tasks decided as come in.
     *
     * @return where the decisions are.
     */
    @Benchmark
    @OperationsPerInvocation(TASKS)
    public Object task()
    {
        tasks.decide(TASKS);
        return tasks;
    }
}
