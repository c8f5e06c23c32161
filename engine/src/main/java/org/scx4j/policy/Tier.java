// SPDX-License-Identifier: Apache-2.0
package org.scx4j.policy;

import org.scx4j.api.Cpu;
import org.scx4j.api.CpuStates;
import org.scx4j.api.Dispatcher;
import org.scx4j.api.EngineContext;
import org.scx4j.api.QueuedTask;
import org.scx4j.api.SchedulingPolicy;
import org.scx4j.protocol.NiceWeight;
import org.scx4j.protocol.SchedAbi;
import org.scx4j.topology.CpuMask;

/**
 * Three tiers: interactive tasks go ahead of normal ones, and these ahead of batch, by a bounded time.
 * <p>
 * It is first in, first out with the arrival shifted. A task's place in the queue is that of its turn's start,
 * <pre>
 *    enqueue - shift     interactive
 *    enqueue             normal
 *    enqueue + shift     batch
 * </pre>
 * and the earliest runs next. So an interactive task goes ahead of all normal tasks that were queued within the last
 * shift, and of all batch tasks within the last two. As with the aging of priorities that linear functions of the
 * waiting time give (Kleinrock, "A delay dependent queue discipline", 1964), a lead is never lost by waiting: what was
 * queued more than two shifts after a task does not overtake it, so nobody starves, whatever the other tiers do. The
 * option {@code shift} sets it, 500 ms by default.
 * <p>
 * <b>Preemption.</b> An interactive task that wakes and finds no CPU idle takes the CPU of a batch task, else of a
 * normal one, by the same order: of those that are behind it, the last. Never that of another interactive task. Who is
 * preempted keeps its place until it has used up its slice, so it too moves forward with time, and is left alone then.
 * A task that may not use every CPU preempts on the CPU it is queued on only, because its record does not tell the
 * others.
 * <p>
 * <b>Slices.</b> Half of the default for interactive tasks, twice the default for batch.
 * <p>
 * <b>Rules</b> say which task is in which tier (option {@code rules}, a file as {@link RulesFile} reads it, with {@code
 * interactive}, {@code normal} or {@code batch} as outcome); who matches none is normal. Without the option the nice
 * value decides: below 0 is interactive, above 0 batch.
 * <p>
 * It decides at once; the kernel's queues are ordered by vtime. O(1) per task, or O(CPUs) if it is interactive and no
 * CPU is idle, besides the O(log n) of the kernel's tree; no allocation.
 */
public final class Tier implements SchedulingPolicy
{
    static final int INTERACTIVE = 0;
    static final int NORMAL = 1;
    static final int BATCH = 2;
    static final long SHIFT_DEFAULT_NS = 500_000_000L;

    private static final String SHIFT_OPTION = "shift";
    private static final long SHORTEST_NS = 1_000_000L;
    private static final long LONGEST_NS = 1_000_000_000L;

    private final long[] shiftsNs = new long[BATCH + 1];
    private final long[] slicesNs = new long[BATCH + 1];
    private final long[] turnsNs = new long[BATCH + 1];
    private CpuStates states;
    private CpuMask online;
    private UsableCpus usable;
    private RunningTasks running;
    private RuledTasks tasks;

    /** A policy that knows no task yet. */
    public Tier()
    {
    }

    /**
     * @throws org.scx4j.exceptions.SchedulerException with category USAGE, if an option or the rules are wrong.
     */
    @Override
    public void onStart(final EngineContext context)
    {
        final TaskRules rules = RulesFile.ofOption(context, Tier::tier);
        final long shiftNs = TimeSpan.optionNs(context, SHIFT_OPTION, SHIFT_DEFAULT_NS, SHORTEST_NS, LONGEST_NS);
        for (int tier = INTERACTIVE; tier <= BATCH; tier++)
        {
            shiftsNs[tier] = (tier - NORMAL) * shiftNs;
            slicesNs[tier] = (context.sliceNs() << tier) / 2;
            turnsNs[tier] = RuledTasks.turnNs(slicesNs[tier]);
        }
        states = context.cpuStates();
        online = context.topology().onlineCpus();
        usable = new UsableCpus(context.topology());
        running = new RunningTasks(states, context.nrCpuIds());
        tasks = new RuledTasks(PidTable.DEFAULT_CAPACITY, null == rules ? byNice() : rules, NORMAL);
    }

    private static TaskRules byNice()
    {
        final TaskRules rules = new TaskRules();
        rules.addNice(NiceWeight.MIN_NICE, -1, INTERACTIVE);
        rules.addNice(1, NiceWeight.MAX_NICE, BATCH);
        return rules;
    }

    private static long tier(final String words)
    {
        switch (words)
        {
            case "interactive":
                return INTERACTIVE;

            case "normal":
                return NORMAL;

            case "batch":
                return BATCH;

            default:
                throw new IllegalArgumentException("the rule says '" + OneLine.of(words) +
                    "': allowed are interactive, normal and batch");
        }
    }

    @Override
    public void onTask(final QueuedTask task, final Dispatcher out)
    {
        final int row = tasks.see(task);
        final int tier = (int)tasks.outcome(row);
        final boolean isNewTurn = tasks.isReleased() || tasks.usedNs(row, task) >= turnsNs[tier];
        final long vtime = isNewTurn ? tasks.release(row, task, task.enqueueNs() + shiftsNs[tier]) : tasks.vtime(row);
        final int cpu = INTERACTIVE == tier && isWithoutCpu(task) ? cpuToPreempt(task, vtime) : Cpu.ANY;
        if (Cpu.ANY == cpu)
        {
            out.dispatch(task).sliceNs(slicesNs[tier]).vtime(vtime).commit();
        }
        else
        {
            running.promise(cpu, task.pid(), vtime);
            usable.preempt(cpu, task, out.dispatch(task).sliceNs(slicesNs[tier]).vtime(vtime), out);
        }
    }

    /** Woken, and there is no idle CPU; if there is one, the kernel wakes it. */
    private boolean isWithoutCpu(final QueuedTask task)
    {
        final long how = task.flags() & (SchedAbi.SCHED_QUEUED_WAKEUP | SchedAbi.SCHED_QUEUED_CPU_IDLE);
        return SchedAbi.SCHED_QUEUED_WAKEUP == how && Cpu.ANY == states.pickIdle(task);
    }

    private int cpuToPreempt(final QueuedTask task, final long vtime)
    {
        if (!usable.areAll(task))
        {
            return INTERACTIVE == tierBehind(task.prevCpu(), vtime) ? Cpu.ANY : task.prevCpu();
        }
        int lastCpu = Cpu.ANY;
        int lastTier = INTERACTIVE;
        for (int cpu = online.first(); CpuMask.NONE != cpu; cpu = online.next(cpu))
        {
            final int tier = tierBehind(cpu, vtime);
            if (tier > lastTier ||
                tier == lastTier && INTERACTIVE != tier && running.vtime(cpu) - running.vtime(lastCpu) > 0)
            {
                lastCpu = cpu;
                lastTier = tier;
            }
        }
        return lastCpu;
    }

    /** The tier of the task that has a CPU; interactive also if it is none of ours, or not behind. */
    private int tierBehind(final int cpu, final long vtime)
    {
        final long other = running.vtime(cpu);
        if (0 == other || other - vtime <= 0)
        {
            return INTERACTIVE;
        }
        final int row = tasks.find(running.pid(cpu));
        return PidTable.NONE == row ? INTERACTIVE : (int)tasks.outcome(row);
    }

    @Override
    public void onTaskExit(final int pid)
    {
        tasks.remove(pid);
    }
}
