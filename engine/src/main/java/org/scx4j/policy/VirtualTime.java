// SPDX-License-Identifier: Apache-2.0
package org.scx4j.policy;

import java.util.Arrays;
import org.scx4j.api.QueuedTask;
import org.scx4j.protocol.SchedAbi;

/**
 * Weighted virtual time: how much of its share each task has had.
 * <p>
 * A task's virtual time advances by the CPU time it uses, times 100 / weight. If the task with the smallest runs
 * next, all that want to run advance at the same pace, so each gets CPU time in proportion to its weight.
 * <p>
 * <b>The clock.</b> Whoever comes back from a sleep needs to be placed among the others. As in start-time fair queuing
 * (Goyal 1996) a queue's clock is the greatest virtual time at which one of its tasks was seen to start a run. Each
 * queue of the kernel has its own: one for the tasks that may use any CPU, one per CPU for those pinned to it, since
 * two pinned tasks that share a CPU advance slower than one that has its CPU for itself. A task that moves between
 * queues keeps its distance from the clock.
 * <p>
 * <b>Bounds.</b> A waking task may be behind the clock by one slice: enough to run soon, too little to make up for the
 * whole sleep. Any task may be behind by {@value #MAX_BEHIND_SLICES} slices, or ahead by {@value #MAX_AHEAD_SLICES}
 * (the kernel lets a task run on for 20 ms while nothing is queued, which is a lot for a small weight); what is more
 * comes from having been alone, or confined to busy CPUs, and would make one or the other wait for as long. A task
 * seen for the first time starts at the clock, whatever it has used before.
 * <p>
 * <b>Slices.</b> As a slice ends the kernel takes the next task before it queues the one that ran, which is thus not
 * among the choices: of two tasks on one CPU each runs every other time, whatever the order in the queue. So the
 * slice too is in proportion to the weight; and as the kernel ends slices at timer ticks only, one that was too long
 * is made good by the next. Bounds keep it within a quarter of the default and {@value #MAX_SLICES} defaults: between
 * two tasks alone on a CPU, shares more uneven than those bounds are not reached.
 * <p>
 * Virtual times wrap around: compare by the sign of the difference, as the kernel does.
 * <p>
 * Thread safety: for one thread.
 */
final class VirtualTime
{
    static final int MAX_BEHIND_SLICES = 8;
    static final int MAX_AHEAD_SLICES = 16;
    static final int MAX_SLICES = 8;
    private static final int MIN_SLICE_FRACTION = 4;
    private static final int WEIGHT_DEFAULT = 100;

    private final TaskTable table;
    private final long[] clocks;
    private final long sliceNs;
    private boolean fresh;
    private long distance;

    /**
     * Nobody has run yet.
     *
     * @param nrCpuIds CPU numbers are smaller.
     * @param sliceNs  the default slice.
     * @param startsAt what the clocks show.
     */
    VirtualTime(final int nrCpuIds, final long sliceNs, final long startsAt)
    {
        this.table = new TaskTable(TaskTable.DEFAULT_CAPACITY);
        this.clocks = new long[nrCpuIds + 1];
        this.sliceNs = sliceNs;
        Arrays.fill(clocks, startsAt);
    }

    /**
     * CPU time as this task's virtual time.
     *
     * @param cpuNs CPU time.
     * @param task  whose weight counts.
     * @return virtual time.
     */
    static long weighted(final long cpuNs, final QueuedTask task)
    {
        return cpuNs * WEIGHT_DEFAULT / Math.max(1, task.weight());
    }

    /**
     * Charges a queued task for what it has used since it was queued last.
     *
     * @param task that was queued.
     * @return its virtual time.
     */
    long charge(final QueuedTask task)
    {
        final int queue = isConfined(task) ? task.prevCpu() : clocks.length - 1;
        final long sumExecNs = task.sumExecRuntimeNs();
        final int known = table.find(task.pid());
        final int row = TaskTable.NONE == known ? table.add(task.pid()) : known;
        final long usedNs = sumExecNs - table.sumExecNs(row);
        /* One that has used less than before is another task: its exit event was lost. */
        fresh = TaskTable.NONE == known || usedNs < 0;
        distance = fresh ? 0 : bounded(distanceAfter(row, usedNs, task), task);

        final long virtualTime = clocks[queue] + distance;
        table.write(row, queue, virtualTime, sumExecNs, task.enqueueNs());
        return virtualTime;
    }

    /** The distance from the clock of the queue that the task has been in. */
    private long distanceAfter(final int row, final long usedNs, final QueuedTask task)
    {
        final int queue = table.queue(row);
        final long startedAt = table.virtualTime(row);
        if (usedNs > 0 && startedAt - clocks[queue] > 0)
        {
            clocks[queue] = startedAt;
        }
        return startedAt + weighted(usedNs, task) - clocks[queue];
    }

    private long bounded(final long unbounded, final QueuedTask task)
    {
        final long maxBehind = isWaking(task) ? sliceNs : MAX_BEHIND_SLICES * sliceNs;
        return Math.max(-maxBehind, Math.min(unbounded, MAX_AHEAD_SLICES * sliceNs));
    }

    /** Whether it waits in a CPU's own queue, whatever the decision says. */
    private static boolean isConfined(final QueuedTask task)
    {
        return 1 == task.nrCpusAllowed() || 0 != (task.flags() & SchedAbi.SCHED_QUEUED_CONFINED);
    }

    private static boolean isWaking(final QueuedTask task)
    {
        return 0 != (task.flags() & SchedAbi.SCHED_QUEUED_WAKEUP);
    }

    /**
     * The slice of the task that was charged last.
     *
     * @param task that was charged last.
     * @return nanoseconds, to be run when those before it have run.
     */
    long sliceNs(final QueuedTask task)
    {
        /* Who has run for exactly its slice is one slice ahead. */
        final long owed = fresh || isWaking(task) ? sliceNs : 2 * sliceNs - distance;
        final long owedNs = owed * task.weight() / WEIGHT_DEFAULT;
        final long mostNs = Math.min(2 * sliceNs * task.weight() / WEIGHT_DEFAULT, MAX_SLICES * sliceNs);
        return Math.max(sliceNs / MIN_SLICE_FRACTION, Math.min(owedNs, mostNs));
    }

    /**
     * Forgets a task.
     *
     * @param pid of the task.
     */
    void forget(final int pid)
    {
        table.remove(pid);
    }
}
