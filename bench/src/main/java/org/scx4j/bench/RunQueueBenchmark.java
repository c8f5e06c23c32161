// SPDX-License-Identifier: Apache-2.0
package org.scx4j.bench;

import java.util.PriorityQueue;
import java.util.Random;
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
import org.openjdk.jmh.annotations.Warmup;
import org.scx4j.bench.report.Baseline;
import org.scx4j.policy.RunQueue;

/**
 * The run queue of a policy that binds late, by the number of tasks in it.
 * <p>
 * One operation: take the first task out, and add it again with a key that is greater by a random number, so that the
 * order is mixed and the number of tasks stays the same. The baseline {@link #priorityQueue} is a {@link PriorityQueue}
 * of objects, the best that one can do with it: the object that was taken out is used again, and nothing finds a task
 * by its pid, which {@link RunQueue} can.
 * <pre>
 *   java -jar bench/target/benchmarks.jar RunQueueBenchmark -p tasks=1000 -prof gc
 * </pre>
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 3, jvmArgsPrepend = "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED")
public class RunQueueBenchmark
{
    private static final int TASKS = 1024;
    private static final int FIRST_PID = 1000;
    private static final int STEPS = 1 << 12;
    private static final long SEED = 1;

    /** How many tasks are queued. */
    @Param({"10", "1000", "100000", "1000000"})
    private int tasks;

    private final int[] steps = new Random(SEED).ints(STEPS, 1, 1 << 24).toArray();
    private final PriorityQueue<Task> objects = new PriorityQueue<>();
    private RunQueue queue;
    private int next;

    /** Set up by JMH. */
    public RunQueueBenchmark()
    {
    }

    /** A task of the baseline. */
    private static final class Task implements Comparable<Task>
    {
        private long key;

        private Task(final long key)
        {
            this.key = key;
        }

        @Override
        public int compareTo(final Task other)
        {
            return Long.compare(key, other.key);
        }
    }

    /** Adds all tasks. */
    @Setup(Level.Trial)
    public void fill()
    {
        final Random random = new Random(SEED);
        queue = new RunQueue(tasks);
        for (int i = 0; i < tasks; i++)
        {
            final int key = random.nextInt(1 << 24);
            queue.add(key, FIRST_PID + i, i, i);
            objects.add(new Task(key));
        }
    }

    private long nextStep()
    {
        return steps[next++ & STEPS - 1];
    }

    /**
     * First out, and in again.
     *
     * @return how many tasks there are.
     */
    @Benchmark
    @OperationsPerInvocation(TASKS)
    @Baseline("priorityQueue")
    public int runQueue()
    {
        for (int i = 0; i < TASKS; i++)
        {
            final long key = queue.key();
            final int pid = queue.pid();
            final long token = queue.token();
            queue.removeFirst();
            queue.add(key + nextStep(), pid, token, key);
        }
        return queue.size();
    }

    /**
     * First out, and in again.
     *
     * @return how many tasks there are.
     */
    @Benchmark
    @OperationsPerInvocation(TASKS)
    public int priorityQueue()
    {
        for (int i = 0; i < TASKS; i++)
        {
            final Task task = objects.poll();
            task.key += nextStep();
            objects.add(task);
        }
        return objects.size();
    }
}
