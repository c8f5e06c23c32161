// SPDX-License-Identifier: Apache-2.0
package org.scx4j.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.exceptions.SchedulerException.Category;
import org.scx4j.sim.TaskClass;
import org.scx4j.sim.TaskScript;
import org.scx4j.sim.Workload;

/**
 * Does the workload of a simulation for real: a thread for each task, of its name, which uses CPU time and sleeps, for
 * the times that {@code scx4j sim} draws of the same seed.
 * <pre>
 *   java -cp bench/target/benchmarks.jar org.scx4j.bench.WorkloadRunner WORKLOAD CPUS SECONDS SEED
 * </pre>
 * It prints the turns and the CPU time of the tasks of each name. Steps that need other tasks are refused, and so are
 * weights and CPUs that are not the usual ones. A thread looks at its CPU time every few microseconds, so that is how
 * exact {@code run} is.
 */
public final class WorkloadRunner
{
    private static final int ARGUMENTS = 4;
    private static final int USUAL_WEIGHT = 100;
    private static final int ROUNDS = 2000;
    private static final long FACTOR = 6_364_136_223_846_793_005L;

    private final List<TaskScript> scripts;
    private final ThreadMXBean clocks = ManagementFactory.getThreadMXBean();
    private final CountDownLatch ready;
    private final CountDownLatch start = new CountDownLatch(1);
    private final AtomicLongArray runs;
    private final AtomicLongArray cpuNs;
    private volatile boolean isOver;
    private volatile long product;

    /**
     * Prepares it.
     *
     * @param workload to do.
     * @param nrCpus   by which counts such as {@code 2x} are multiplied.
     * @param seed     of what is random.
     * @throws SchedulerException with category USAGE, if threads can't do it.
     */
    public WorkloadRunner(final Workload workload, final int nrCpus, final long seed)
    {
        for (final TaskClass taskClass : workload.classes())
        {
            if (USUAL_WEIGHT != taskClass.weight() || null != taskClass.cpus())
            {
                throw new SchedulerException(Category.USAGE, "workload " + workload.name() + ": task " +
                    taskClass.name() + " has a weight or CPUs of its own, which is simulated only; take that away");
            }
        }
        scripts = TaskScript.of(workload, nrCpus, seed);
        ready = new CountDownLatch(scripts.size());
        runs = new AtomicLongArray(scripts.size());
        cpuNs = new AtomicLongArray(scripts.size());
    }

    /**
     * The program.
     *
     * @param arguments workload, CPUs, seconds and seed.
     * @throws InterruptedException if the main thread is interrupted.
     */
    public static void main(final String[] arguments) throws InterruptedException
    {
        if (ARGUMENTS != arguments.length)
        {
            System.err.println("usage: WorkloadRunner WORKLOAD CPUS SECONDS SEED");
            System.exit(2);
        }
        try
        {
            final WorkloadRunner runner = new WorkloadRunner(
                Workload.of(arguments[0]), Integer.parseInt(arguments[1]), Long.parseLong(arguments[3]));
            runner.run(TimeUnit.SECONDS.toNanos(Integer.parseInt(arguments[2])));
            System.out.print(runner.summary());
        }
        catch (final SchedulerException | NumberFormatException ex)
        {
            System.err.println("WorkloadRunner: " + ex.getMessage());
            System.exit(2);
        }
    }

    /**
     * Does it; may be called once.
     *
     * @param durationNs for how long, nanoseconds, unless all tasks exit before; then they are ended, whatever they do.
     * @throws InterruptedException if the calling thread is interrupted.
     */
    public void run(final long durationNs) throws InterruptedException
    {
        final List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < scripts.size(); i++)
        {
            final int task = i;
            final Thread thread = new Thread(() -> follow(task), scripts.get(i).taskClass().name());
            thread.setDaemon(true);
            threads.add(thread);
            thread.start();
        }
        ready.await();
        start.countDown();
        final long endNs = System.nanoTime() + durationNs;
        for (final Thread thread : threads)
        {
            TimeUnit.NANOSECONDS.timedJoin(thread, endNs - System.nanoTime());
        }
        isOver = true;
        for (final Thread thread : threads)
        {
            LockSupport.unpark(thread);
            thread.join();
        }
    }

    private void follow(final int task)
    {
        final TaskScript script = scripts.get(task);
        Thread.currentThread().setName(script.taskClass().name()); // by the thread itself: so the kernel knows it, too
        ready.countDown();
        try
        {
            start.await();
        }
        catch (final InterruptedException ex)
        {
            Thread.currentThread().interrupt();
            return;
        }
        final long bornNs = System.nanoTime() + script.taskClass().startNs();
        final long beginNs = clocks.getCurrentThreadCpuTime();
        sleepUntil(bornNs);
        TaskScript.Action action = script.next();
        while (!isOver && TaskScript.Action.EXIT != action)
        {
            act(task, action, script.timeNs(), bornNs);
            action = script.next();
        }
        cpuNs.set(task, clocks.getCurrentThreadCpuTime() - beginNs);
    }

    private void act(final int task, final TaskScript.Action action, final long timeNs, final long bornNs)
    {
        switch (action)
        {
            case RUN:
                burn(timeNs);
                runs.addAndGet(task, isOver ? 0 : 1);
                break;

            case SLEEP:
                sleepUntil(System.nanoTime() + timeNs);
                break;

            default:
                final long livedNs = System.nanoTime() - bornNs;
                sleepUntil(bornNs + (livedNs / timeNs + 1) * timeNs);
                break;
        }
    }

    private void burn(final long ns)
    {
        final long untilNs = clocks.getCurrentThreadCpuTime() + ns;
        long value = ns;
        while (!isOver && clocks.getCurrentThreadCpuTime() < untilNs)
        {
            for (int i = 0; i < ROUNDS; i++) // no pause: an emulated CPU that pauses gives its turn away
            {
                value = value * FACTOR + 1;
            }
        }
        product = value;
    }

    private void sleepUntil(final long timeNs)
    {
        for (long leftNs = timeNs - System.nanoTime(); leftNs > 0 && !isOver; leftNs = timeNs - System.nanoTime())
        {
            LockSupport.parkNanos(leftNs);
        }
    }

    /**
     * What the tasks did.
     *
     * @return a line for each name: tasks, ends of {@code run}, and their CPU time.
     */
    public String summary()
    {
        final Map<String, long[]> sums = new HashMap<>();
        final StringBuilder text = new StringBuilder();
        for (int i = 0; i < scripts.size(); i++)
        {
            final long[] sum = sums.computeIfAbsent(scripts.get(i).taskClass().name(), (name) -> new long[3]);
            sum[0]++;
            sum[1] += runs.get(i);
            sum[2] += cpuNs.get(i);
        }
        sums.forEach((name, sum) -> text.append(String.format("%-15s %d tasks, %d runs, %.3f s of CPU time%n",
            name, sum[0], sum[1], sum[2] / (double)TimeUnit.SECONDS.toNanos(1))));
        return text.toString();
    }
}
