// SPDX-License-Identifier: Apache-2.0
package org.scx4j.policy;

import org.scx4j.api.Cpu;
import org.scx4j.api.CpuStates;
import org.scx4j.api.Dispatcher;
import org.scx4j.api.EngineContext;
import org.scx4j.api.QueuedTask;
import org.scx4j.api.SchedulingPolicy;
import org.scx4j.protocol.SchedAbi;
import org.scx4j.topology.CpuMask;

/**
 * Earliest deadline first, with a period for each task that has one (Liu and Layland, "Scheduling Algorithms for
 * Multiprogramming in a Hard-Real-Time Environment", 1973).
 * <p>
 * <b>Jobs.</b> A task's job is <i>released</i> as the task wakes up, and its <i>deadline</i> is
 * <pre>    release + period</pre>
 * as if each job had to be done before the next is due. The job keeps its deadline, however often it is preempted or
 * runs out of slice, until the task sleeps. The job with the earliest deadline runs. On one CPU this meets all
 * deadlines whenever any order does, which is if the jobs' CPU times over their periods add up to 1 at most. On several
 * CPUs it is <i>global</i> EDF, without such a guarantee for short deadlines (Dhall and Liu, "On a Real-Time Scheduling
 * Problem", 1978); but if there is CPU time enough for all, no job is late by more than a bound (Devi and Anderson,
 * "Tardiness Bounds under Global EDF Scheduling on a Multiprocessor", 2005).
 * <p>
 * <b>Rules</b> say which task has which period (option {@code rules}, a file as {@link RulesFile} reads it, with {@code
 * period 10ms} or {@code background} as outcome). A task without a rule is background. Without the option every task
 * is, and they take turns as under {@link Fifo}.
 * <p>
 * <b>Nobody starves.</b> A background task has a deadline too: its turn is released as it wakes, or has used up a
 * slice, and is due after the time that the option {@code background} tells, 1 s by default. Among each other such
 * tasks are first in, first out. And a job that is late by a whole period, since it never sleeps or there is too little
 * CPU time, is released anew: so a deadline lies at most one period in the past. A task that waits is thus overtaken by
 * nothing that was queued later than its own deadline plus the longest period.
 * <p>
 * <b>Preemption.</b> A job that finds no CPU idle takes the CPU on which the latest deadline runs, if that is later
 * than its own: also one that ran out of slice, because the kernel takes the next task before it queues that one. A
 * task that may not use every CPU preempts on the CPU it is queued on only, because its record does not tell the
 * others.
 * <p>
 * It decides at once and gives the deadline as vtime; the kernel's queues are ordered by it. O(1) per task, or O(CPUs)
 * if it has a period and no CPU is idle, besides the O(log n) of the kernel's tree; no allocation.
 */
public final class Edf implements SchedulingPolicy
{
    static final long BACKGROUND = 0;
    static final long BACKGROUND_DEFAULT_NS = 1_000_000_000L;

    private static final String BACKGROUND_NAME = "background";
    private static final String PERIOD_NAME = "period ";
    private static final long SHORTEST_NS = 100_000L;
    private static final long LONGEST_NS = 10_000_000_000L;

    private CpuStates states;
    private CpuMask online;
    private UsableCpus usable;
    private RunningTasks running;
    private RuledTasks tasks;
    private long backgroundNs;
    private long turnNs;

    /** A policy that knows no task yet. */
    public Edf()
    {
    }

    /**
     * @throws org.scx4j.exceptions.SchedulerException with category USAGE, if an option or the rules are wrong.
     */
    @Override
    public void onStart(final EngineContext context)
    {
        final TaskRules rules = RulesFile.ofOption(context, Edf::periodNs);
        backgroundNs = TimeSpan.optionNs(
            context, BACKGROUND_NAME, BACKGROUND_DEFAULT_NS, SHORTEST_NS, LONGEST_NS);
        states = context.cpuStates();
        online = context.topology().onlineCpus();
        usable = new UsableCpus(context.topology());
        running = new RunningTasks(states, context.nrCpuIds());
        tasks = new RuledTasks(PidTable.DEFAULT_CAPACITY, null == rules ? new TaskRules() : rules, BACKGROUND);
        turnNs = RuledTasks.turnNs(context.sliceNs());
    }

    private static long periodNs(final String words)
    {
        if (BACKGROUND_NAME.equals(words))
        {
            return BACKGROUND;
        }
        if (words.startsWith(PERIOD_NAME))
        {
            return TimeSpan.parseNs(words.substring(PERIOD_NAME.length()), SHORTEST_NS, LONGEST_NS);
        }
        throw new IllegalArgumentException("the rule says '" + OneLine.of(words) +
            "': allowed are background, and period with a time, such as period 10ms");
    }

    @Override
    public void onTask(final QueuedTask task, final Dispatcher out)
    {
        final int row = tasks.see(task);
        final long periodNs = tasks.outcome(row);
        final long deadline = BACKGROUND == periodNs ? backgroundDeadline(row, task) : deadline(row, task, periodNs);
        final int cpu = BACKGROUND == periodNs || isAnyIdle(task) ? Cpu.ANY : cpuWithLatestDeadline(task, deadline);
        if (Cpu.ANY == cpu)
        {
            out.dispatch(task).vtime(deadline).commit();
        }
        else
        {
            running.promise(cpu, task.pid(), deadline);
            usable.preempt(cpu, task, out.dispatch(task).vtime(deadline), out);
        }
    }

    private long deadline(final int row, final QueuedTask task, final long periodNs)
    {
        final boolean isNewJob = tasks.isReleased() || task.enqueueNs() - tasks.vtime(row) >= periodNs;
        return isNewJob ? tasks.release(row, task, task.enqueueNs() + periodNs) : tasks.vtime(row);
    }

    private long backgroundDeadline(final int row, final QueuedTask task)
    {
        final boolean isNewTurn = tasks.isReleased() || tasks.usedNs(row, task) >= turnNs;
        return isNewTurn ? tasks.release(row, task, task.enqueueNs() + backgroundNs) : tasks.vtime(row);
    }

    /** The kernel wakes the idle CPU that suits the task; the earliest deadline is what it then takes. */
    private boolean isAnyIdle(final QueuedTask task)
    {
        return 0 != (task.flags() & SchedAbi.SCHED_QUEUED_CPU_IDLE) || Cpu.ANY != states.pickIdle(task);
    }

    private int cpuWithLatestDeadline(final QueuedTask task, final long deadline)
    {
        if (!usable.areAll(task))
        {
            return isLater(task.prevCpu(), deadline) ? task.prevCpu() : Cpu.ANY;
        }
        int latestCpu = Cpu.ANY;
        long latest = deadline;
        for (int cpu = online.first(); CpuMask.NONE != cpu; cpu = online.next(cpu))
        {
            if (isLater(cpu, latest))
            {
                latest = running.vtime(cpu);
                latestCpu = cpu;
            }
        }
        return latestCpu;
    }

    private boolean isLater(final int cpu, final long deadline)
    {
        final long other = running.vtime(cpu);
        return 0 != other && other - deadline > 0;
    }

    @Override
    public void onTaskExit(final int pid)
    {
        tasks.remove(pid);
    }
}
