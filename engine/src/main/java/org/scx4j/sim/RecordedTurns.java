// SPDX-License-Identifier: Apache-2.0
package org.scx4j.sim;

import org.scx4j.protocol.QueuedTaskFlyweight;
import org.scx4j.protocol.SchedAbi;

/**
 * One task of a recording while it is read. A turn goes from a wake-up to the next: what the kernel had booked of CPU
 * time at one is subtracted from what it had at the other, and the sleep is the time from when the task had left its
 * CPU until it was woken.
 * <p>
 * Thread safety: none.
 */
final class RecordedTurns
{
    /** Nothing that was recorded takes longer. */
    static final long MAX_NS = 3_600_000_000_000L;

    private static final long LONG_RUN_NS = 50_000_000L;
    private static final long LONG_WAIT_NS = 200_000_000L;
    private static final long SHORT_RUN_NS = 10_000L;
    /** What CPUs do is recorded this often, if anything is. */
    private static final long LOOK_NS = 1_000_000L;

    private final TurnLog turns = new TurnLog();
    private final long birthNs;
    private long commLow;
    private long commHigh;
    private int weight;
    private long queuedNs;
    private long sumNs;
    private boolean isWoken;
    private long turnBeginNs;
    private long turnSumNs;
    private long turnSwitches;
    private long runNs;
    private long nrTurns;
    private long nrMissed;

    /**
     * Begins with the first record.
     *
     * @param record of the task.
     * @param timeNs of its enqueue, since the recording's begin.
     */
    RecordedTurns(final QueuedTaskFlyweight record, final long timeNs)
    {
        birthNs = timeNs;
        beginTurn(record, timeNs);
        see(record, timeNs);
        isWoken = true;
    }

    private void beginTurn(final QueuedTaskFlyweight record, final long timeNs)
    {
        turnBeginNs = timeNs;
        turnSumNs = record.sumExecRuntimeNs();
        turnSwitches = record.nvcsw();
    }

    private void see(final QueuedTaskFlyweight record, final long timeNs)
    {
        queuedNs = timeNs;
        sumNs = record.sumExecRuntimeNs();
        isWoken = 0 != (record.flags() & SchedAbi.SCHED_QUEUED_WAKEUP);
        commLow = record.commLow();
        commHigh = record.commHigh();
        weight = Math.max(1, Math.min(TaskClass.WEIGHT_MAX, record.weight()));
    }

    /** Whether a record can be of this task: its CPU time never gets less, that of another one begins anew. */
    boolean isSame(final QueuedTaskFlyweight record)
    {
        return record.sumExecRuntimeNs() >= sumNs;
    }

    /**
     * Takes the next record.
     *
     * @param timeNs of its enqueue, since the recording's begin.
     * @param stopNs when the task left its CPU, by the same clock; negative if that is not known.
     * @return bytes of memory that this took.
     */
    int add(final QueuedTaskFlyweight record, final long timeNs, final long stopNs)
    {
        final long nowNs = Math.max(timeNs, queuedNs);
        int grownBytes = 0;
        if (0 != (record.flags() & SchedAbi.SCHED_QUEUED_WAKEUP))
        {
            final long usedNs = limited(record.sumExecRuntimeNs() - turnSumNs);
            final long sleptNs = stopNs >= queuedNs && stopNs <= nowNs ?
                nowNs - stopNs : nowNs - queuedNs - (record.sumExecRuntimeNs() - sumNs);
            grownBytes = endTurn(usedNs, limited(sleptNs), nowNs - turnBeginNs, record.nvcsw() - turnSwitches - 1);
            beginTurn(record, nowNs);
        }
        see(record, nowNs);
        return grownBytes;
    }

    /** Turns of which there is no record are one, which sleeps for as long as is left. */
    private int endTurn(final long usedNs, final long sleptNs, final long elapsedNs, final long missed)
    {
        int grownBytes = 0;
        long lastNs = usedNs;
        if (missed > 0)
        {
            lastNs = usedNs / (1 + missed);
            nrMissed += missed;
            grownBytes = turns.add(usedNs - lastNs) + turns.add(limited(elapsedNs - usedNs - sleptNs));
        }
        runNs += usedNs;
        nrTurns++;
        return grownBytes + turns.add(lastNs) + turns.add(sleptNs);
    }

    private static long limited(final long ns)
    {
        return Math.max(0, Math.min(ns, MAX_NS));
    }

    /** CPU time of the last turn that its records tell of. */
    private long knownNs()
    {
        return limited(sumNs - turnSumNs);
    }

    private long meanNs()
    {
        return 0 == nrTurns ? SHORT_RUN_NS : runNs / nrTurns;
    }

    /** When the last record was made. */
    long queuedNs()
    {
        return queuedNs;
    }

    /**
     * The task has exited. No record says how long it has computed at last.
     *
     * @param timeNs     of the exit.
     * @param startNs    when it was seen on a CPU last, or a time before its last record.
     * @param lookNs     when CPUs were looked at before.
     * @param meanWaitNs of all tasks.
     */
    RecordedTask exited(final long timeNs, final long startNs, final long lookNs, final long meanWaitNs)
    {
        final long sinceNs = timeNs - queuedNs;
        final long restNs = startNs >= queuedNs ? timeNs - startNs : Math.max(
            Math.min(sinceNs - meanWaitNs, timeNs - lookNs + LOOK_NS), Math.min(sinceNs, LOOK_NS / 2) / 2);
        return end(limited(knownNs() + limited(restNs)), RecordedTask.End.EXITS);
    }

    /**
     * The recording is over. A task that has been computing for long goes on so; of another one the last turn is like
     * the ones before.
     *
     * @param timeNs  of the end.
     * @param startNs since when it is on a CPU, or a time before its last record if it is on none.
     */
    RecordedTask left(final long timeNs, final long startNs)
    {
        final boolean isOnCpu = startNs >= queuedNs;
        final long lastNs = limited(knownNs() + (isOnCpu ? limited(timeNs - startNs) : 0));
        final boolean isComputing = lastNs >= LONG_RUN_NS && (isOnCpu || !isWoken && timeNs - queuedNs < LONG_WAIT_NS);
        return isComputing ? end(lastNs, RecordedTask.End.COMPUTES) :
            end(Math.max(lastNs, meanNs()), RecordedTask.End.SLEEPS);
    }

    private RecordedTask end(final long lastNs, final RecordedTask.End end)
    {
        turns.add(lastNs);
        runNs += lastNs;
        nrTurns++;
        return new RecordedTask(0, commLow, commHigh, weight, birthNs, turns, end);
    }

    /** CPU time of all turns, nanoseconds. */
    long runNs()
    {
        return runNs;
    }

    long nrTurns()
    {
        return nrTurns;
    }

    /** Turns of which there was no record. */
    long nrMissed()
    {
        return nrMissed;
    }
}
