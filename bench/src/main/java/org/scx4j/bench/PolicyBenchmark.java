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
import org.scx4j.api.SchedulingPolicy;
import org.scx4j.bench.report.Baseline;
import org.scx4j.policy.Deadline;
import org.scx4j.policy.Edf;
import org.scx4j.policy.Fifo;
import org.scx4j.policy.Stride;
import org.scx4j.policy.Tier;

/**
 * What a task costs from the queued ring through the Disruptor ring and a policy to the dispatched ring, by the number
 * of tasks that are runnable.
 * <p>
 * One operation: one queued task comes in and one decision leaves, in bursts of 64, through the three stages on one
 * thread, rings on plain memory. {@link RunnableTasks} tells which tasks these are; with {@code edf} and {@code tier} a
 * quarter of them looks at all 64 CPUs for one to preempt, and finds none. 1,024 operations at a time; the queued ring
 * is filled and the dispatched ring drained between them, outside the measured time.
 * <p>
 * The baselines: {@code dispatch} is the same path with a policy that does nothing but dispatch, and {@code
 * priorityQueue} with one that keeps as many tasks as are runnable in a {@link java.util.PriorityQueue} of objects, by
 * the keys of {@code deadline}.
 * <pre>
 *   java -jar bench/target/benchmarks.jar org.scx4j.bench.PolicyBenchmark -p runnable=1000 -prof gc
 * </pre>
 * Not measured: the order itself where a policy leaves it to the kernel's queues by a vtime, which all but {@code
 * priorityQueue} do; the real rings; another CPU's cache. From 65,536 tasks on the policies' tables are full, and a
 * task takes the row of another.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 3, jvmArgsPrepend = "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED")
@Baseline("dispatch")
public class PolicyBenchmark
{
    private static final int TASKS = 1024;

    /** Which policy decides. */
    @Param({"dispatch", "fifo", "stride", "deadline", "edf", "tier", "priorityQueue"})
    private String policy;

    /** How many tasks are runnable. */
    @Param({"10", "1000", "100000", "1000000"})
    private int runnable;

    private RunnableTasks tasks;
    private long nrHeld;

    /** Set up by JMH. */
    public PolicyBenchmark()
    {
    }

    private static SchedulingPolicy policy(final String name, final int runnable)
    {
        switch (name)
        {
            case "dispatch":
                return (task, out) -> out.dispatch(task).commit();

            case "fifo":
                return new Fifo();

            case "stride":
                return new Stride();

            case "deadline":
                return new Deadline();

            case "edf":
                return new Edf();

            case "tier":
                return new Tier();

            case "priorityQueue":
                return new PriorityQueuePolicy(runnable, true);

            default:
                throw new IllegalArgumentException("no such policy: " + name);
        }
    }

    /** Has every task decided once. */
    @Setup(Level.Trial)
    public void start()
    {
        tasks = new RunnableTasks(policy(policy, runnable), runnable,
            "edf".equals(policy) ? RunnableTasks.periodOfSleepers() : Map.of());
        tasks.turn(runnable + TASKS);
        nrHeld = tasks.nrHeld();
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
        if (nrHeld != tasks.nrHeld() || 0 != tasks.nrErrors())
        {
            throw new IllegalStateException("undecided=" + (tasks.nrHeld() - nrHeld) + ", errors=" + tasks.nrErrors());
        }
    }

    /**
     * Has all tasks decided.
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
