// SPDX-License-Identifier: Apache-2.0
package org.scx4j.policy;

import org.scx4j.api.QueuedTask;
import org.scx4j.protocol.SchedAbi;

/**
 * What {@link TaskRules} say of each task, and since when it has its turn.
 * <p>
 * The rules are applied when a task is seen for the first time, and again when what they look at has changed: its name
 * (after an exec), its cgroup, its weight.
 * <p>
 * A task's <i>release</i> is the start of its turn: it woke up, is new, or another rule applies to it. The vtime that
 * it got then is kept while it is preempted, so its place in the order does not get worse by that.
 * <pre>
 *    0       4       8              16              24              32              40              48              56
 *    +-------+-------+---------------+---------------+---------------+---------------+---------------+---------------+
 *    |  pid  | weight| last seen (ns)|   comm, low   |   comm, high  |  cgroup id    |    outcome    |     vtime     |
 *    +-------+-------+---------------+---------------+---------------+---------------+---------------+---------------+
 *   56              64
 *    +---------------+
 *    | sum exec (ns) |   at the release
 *    +---------------+
 * </pre>
 * Thread safety: for one thread.
 */
final class RuledTasks extends PidTable
{
    private static final int WEIGHT_OFFSET = INT_OFFSET;
    private static final int COMM_LOW_OFFSET = LONGS_OFFSET;
    private static final int COMM_HIGH_OFFSET = COMM_LOW_OFFSET + Long.BYTES;
    private static final int CGROUP_ID_OFFSET = COMM_HIGH_OFFSET + Long.BYTES;
    private static final int OUTCOME_OFFSET = CGROUP_ID_OFFSET + Long.BYTES;
    private static final int VTIME_OFFSET = OUTCOME_OFFSET + Long.BYTES;
    private static final int SUM_EXEC_OFFSET = VTIME_OFFSET + Long.BYTES;
    private static final int NR_LONGS = 6;

    private final TaskRules rules;
    private final long otherwise;
    private boolean isReleased;

    /**
     * No task is known.
     *
     * @param capacity  number of rows, a power of two and at least {@link #WAYS}.
     * @param rules     to apply.
     * @param otherwise the outcome for a task that no rule matches.
     */
    RuledTasks(final int capacity, final TaskRules rules, final long otherwise)
    {
        super(capacity, NR_LONGS);
        this.rules = rules;
        this.otherwise = otherwise;
    }

    /**
     * What counts as a used up slice. A slice ends when the kernel has charged it to the task, and the task's own time
     * may lag behind by a little.
     *
     * @param sliceNs that a decision gives.
     * @return CPU time in nanoseconds, after which a task has had its turn.
     */
    static long turnNs(final long sliceNs)
    {
        return sliceNs - sliceNs / 4;
    }

    /**
     * Takes note of a queued task.
     *
     * @param task that was queued.
     * @return its row.
     */
    int see(final QueuedTask task)
    {
        final int known = find(task.pid());
        final int row = NONE == known ? add(task.pid()) : known;
        /* One that has used less than before is another task: its exit event was lost. */
        final boolean isNew = NONE == known || usedNs(row, task) < 0;
        isReleased = isNew || 0 != (task.flags() & (SchedAbi.SCHED_QUEUED_WAKEUP | SchedAbi.SCHED_QUEUED_NEW));
        lastSeenNs(row, task.enqueueNs());
        if (isNew || isChanged(row, task))
        {
            judge(row, task, isNew);
        }
        return row;
    }

    private boolean isChanged(final int row, final QueuedTask task)
    {
        return task.commLow() != rows.getLong(row + COMM_LOW_OFFSET) ||
            task.commHigh() != rows.getLong(row + COMM_HIGH_OFFSET) ||
            task.cgroupId() != rows.getLong(row + CGROUP_ID_OFFSET) ||
            task.weight() != rows.getInt(row + WEIGHT_OFFSET);
    }

    private void judge(final int row, final QueuedTask task, final boolean isNew)
    {
        final long matched = rules.match(task);
        final long outcome = TaskRules.NONE == matched ? otherwise : matched;
        isReleased |= isNew || outcome != outcome(row);
        rows.putLong(row + COMM_LOW_OFFSET, task.commLow());
        rows.putLong(row + COMM_HIGH_OFFSET, task.commHigh());
        rows.putLong(row + CGROUP_ID_OFFSET, task.cgroupId());
        rows.putInt(row + WEIGHT_OFFSET, task.weight());
        rows.putLong(row + OUTCOME_OFFSET, outcome);
    }

    /**
     * Whether the task that was seen last begins its turn.
     *
     * @return true if so: it then needs a {@link #release}.
     */
    boolean isReleased()
    {
        return isReleased;
    }

    /**
     * Begins a turn.
     *
     * @param row   of the task.
     * @param task  that was seen last.
     * @param vtime to be kept.
     * @return the vtime.
     */
    long release(final int row, final QueuedTask task, final long vtime)
    {
        rows.putLong(row + VTIME_OFFSET, vtime);
        rows.putLong(row + SUM_EXEC_OFFSET, task.sumExecRuntimeNs());
        return vtime;
    }

    /**
     * CPU time that a task has used in its turn.
     *
     * @param row  of the task.
     * @param task that was seen last.
     * @return nanoseconds.
     */
    long usedNs(final int row, final QueuedTask task)
    {
        return task.sumExecRuntimeNs() - rows.getLong(row + SUM_EXEC_OFFSET);
    }

    /**
     * What the rules say.
     *
     * @param row of a task.
     * @return the outcome.
     */
    long outcome(final int row)
    {
        return rows.getLong(row + OUTCOME_OFFSET);
    }

    /**
     * The vtime of a task's turn.
     *
     * @param row of the task.
     * @return vtime of its last {@link #release}.
     */
    long vtime(final int row)
    {
        return rows.getLong(row + VTIME_OFFSET);
    }
}
