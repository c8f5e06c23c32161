// SPDX-License-Identifier: Apache-2.0
package org.scx4j.policy;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.agrona.BitUtil;
import org.agrona.collections.Long2ObjectHashMap;
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

/**
 * What a policy remembers of each task: looking it up, and replacing a task that is gone by a new one.
 * <p>
 * One operation: {@code find}: find a task by its pid and read its virtual time. {@code replace}: remove a task, and
 * add one of the same pid. The tasks are asked for in a shuffled order, which does not change; their pids are in
 * sequence, as the kernel hands them out. The table has twice as many rows as there are tasks, or four times.
 * <p>
 * The baselines: Agrona's {@link Long2ObjectHashMap}, and {@link HashMap} with boxed keys, to an object a task that is
 * made before. Not measured: the table's own way out of being full.
 * <pre>
 *   java -jar bench/target/benchmarks.jar TaskTableBenchmark -p tasks=1000 -prof gc
 * </pre>
 * It is in this package because the table is not for others.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 3, jvmArgsPrepend = "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED")
public class TaskTableBenchmark
{
    private static final int TASKS = 1024;
    private static final int FIRST_PID = 1000;
    private static final long SEED = 1;

    /** How many tasks there are. */
    @Param({"10", "1000", "100000", "1000000"})
    private int tasks;

    private final Long2ObjectHashMap<Task> agrona = new Long2ObjectHashMap<>();
    private final Map<Integer, Task> boxed = new HashMap<>();
    private TaskTable table;
    private int[] pids;
    private int next;

    /** Set up by JMH. */
    public TaskTableBenchmark()
    {
    }

    /** What the maps know of a task. */
    private static final class Task
    {
        private final long virtualTime;

        private Task(final long virtualTime)
        {
            this.virtualTime = virtualTime;
        }
    }

    /** Adds all tasks. */
    @Setup(Level.Trial)
    public void fill()
    {
        final Random random = new Random(SEED);
        table = new TaskTable(Math.max(PidTable.WAYS, 2 * BitUtil.findNextPositivePowerOfTwo(tasks)));
        pids = new int[tasks];
        for (int i = 0; i < tasks; i++)
        {
            final int pid = FIRST_PID + i;
            final int other = random.nextInt(i + 1);
            pids[i] = pids[other];
            pids[other] = pid;
            table.write(table.add(pid), 0, pid, 0, 1);
            agrona.put(pid, new Task(pid));
            boxed.put(pid, new Task(pid));
        }
    }

    private int nextPid()
    {
        next = next + 1 < pids.length ? next + 1 : 0;
        return pids[next];
    }

    /**
     * Finds tasks in the table.
     *
     * @return sum of what was read.
     */
    @Benchmark
    @OperationsPerInvocation(TASKS)
    @Baseline("agronaFind")
    public long find()
    {
        long sum = 0;
        for (int i = 0; i < TASKS; i++)
        {
            sum += table.virtualTime(table.find(nextPid()));
        }
        return sum;
    }

    /**
     * Finds tasks in Agrona's map.
     *
     * @return sum of what was read.
     */
    @Benchmark
    @OperationsPerInvocation(TASKS)
    public long agronaFind()
    {
        long sum = 0;
        for (int i = 0; i < TASKS; i++)
        {
            sum += agrona.get(nextPid()).virtualTime;
        }
        return sum;
    }

    /**
     * Finds tasks in the JDK's map.
     *
     * @return sum of what was read.
     */
    @Benchmark
    @OperationsPerInvocation(TASKS)
    public long hashMapFind()
    {
        long sum = 0;
        for (int i = 0; i < TASKS; i++)
        {
            sum += boxed.get(nextPid()).virtualTime;
        }
        return sum;
    }

    /**
     * Replaces tasks in the table.
     *
     * @return the last row.
     */
    @Benchmark
    @OperationsPerInvocation(TASKS)
    @Baseline("agronaReplace")
    public int replace()
    {
        int row = PidTable.NONE;
        for (int i = 0; i < TASKS; i++)
        {
            final int pid = nextPid();
            table.remove(pid);
            row = table.add(pid);
            table.write(row, 0, pid, 0, i);
        }
        return row;
    }

    /**
     * Replaces tasks in Agrona's map.
     *
     * @return the last task.
     */
    @Benchmark
    @OperationsPerInvocation(TASKS)
    public Object agronaReplace()
    {
        Task task = null;
        for (int i = 0; i < TASKS; i++)
        {
            final int pid = nextPid();
            task = agrona.remove(pid);
            agrona.put(pid, task);
        }
        return task;
    }

    /**
     * Replaces tasks in the JDK's map.
     *
     * @return the last task.
     */
    @Benchmark
    @OperationsPerInvocation(TASKS)
    public Object hashMapReplace()
    {
        Task task = null;
        for (int i = 0; i < TASKS; i++)
        {
            final int pid = nextPid();
            task = boxed.remove(pid);
            boxed.put(pid, task);
        }
        return task;
    }
}
