// SPDX-License-Identifier: Apache-2.0
package org.scx4j.sim;

import org.scx4j.protocol.SchedAbi;

/**
 * What user space has not answered, by token modulo its size, and the cursors that find what is overdue: as
 * {@code inflight.bpf.h} does it.
 * <p>
 * Thread safety: none. Allocates nothing once made.
 */
final class InflightTable
{
    static final int FORGOTTEN = 0;
    static final int HELD = 1;
    static final int NR_CURSORS = 2;
    static final int NONE = -1;

    private static final int MASK = SchedAbi.SCHED_INFLIGHT_SLOTS - 1;
    private static final int FOLLOW_SLOTS = 4096;
    private static final int STOP = 0;
    private static final int SKIP = 1;
    private static final int OVERDUE = 2;

    private final long[] tokens = new long[SchedAbi.SCHED_INFLIGHT_SLOTS];
    private final long[] enqueuesNs = new long[SchedAbi.SCHED_INFLIGHT_SLOTS];
    private final int[] tasks = new int[SchedAbi.SCHED_INFLIGHT_SLOTS];
    private final boolean[] isAnswered = new boolean[SchedAbi.SCHED_INFLIGHT_SLOTS];
    private final boolean[] isHeld = new boolean[SchedAbi.SCHED_INFLIGHT_SLOTS];
    private final long[] cursors = new long[NR_CURSORS];
    private final boolean[] isDue = new boolean[NR_CURSORS];
    private final long rescueNs;
    private final long rescueHeldNs;
    private long newest;
    private int nrInflight;

    InflightTable(final long rescueNs, final long rescueHeldNs)
    {
        this.rescueNs = rescueNs;
        this.rescueHeldNs = rescueHeldNs;
    }

    /** Notes a task under a new token; negative if the slot still had one that nobody has answered. */
    long add(final int task, final long nowNs)
    {
        final long token = ++newest;
        final int slot = (int)token & MASK;
        final boolean isLost = 0 != tokens[slot] && !isAnswered[slot];
        tokens[slot] = token;
        enqueuesNs[slot] = nowNs;
        tasks[slot] = task;
        isAnswered[slot] = false;
        isHeld[slot] = false;
        nrInflight++;
        return isLost ? -token : token;
    }

    void answer(final long token)
    {
        final int slot = (int)token & MASK;
        if (tokens[slot] == token)
        {
            isAnswered[slot] = true;
        }
        nrInflight--;
    }

    void hold(final long token)
    {
        final int slot = (int)token & MASK;
        if (tokens[slot] == token)
        {
            isHeld[slot] = true;
        }
    }

    int nrInflight()
    {
        return nrInflight;
    }

    /** The timer's part: moves both cursors on. True if a task is overdue. */
    boolean follow(final long nowNs)
    {
        boolean isAny = false;
        for (int cursor = 0; 0 != rescueNs && cursor < NR_CURSORS; cursor++)
        {
            cursors[cursor] = Math.max(cursors[cursor], newest - SchedAbi.SCHED_INFLIGHT_SLOTS);
            isDue[cursor] = false;
            for (int i = 0; i < FOLLOW_SLOTS && cursors[cursor] < newest; i++)
            {
                final int found = look(cursor, nowNs);
                if (SKIP != found)
                {
                    isDue[cursor] = OVERDUE == found;
                    break;
                }
                cursors[cursor]++;
            }
            isAny |= isDue[cursor];
        }
        return isAny;
    }

    boolean isDue(final int cursor)
    {
        return isDue[cursor];
    }

    /**
     * The dispatch call's part: passes slots, as many as are given, and stops at an overdue one.
     *
     * @return its token, 0 if there is none.
     */
    long nextOverdue(final int cursor, final long nowNs, final int limit)
    {
        for (int i = 0; i < limit && cursors[cursor] < newest; i++)
        {
            final int found = look(cursor, nowNs);
            if (STOP == found)
            {
                isDue[cursor] = false;
                return 0;
            }
            cursors[cursor]++;
            if (OVERDUE == found)
            {
                return cursors[cursor];
            }
        }
        return 0;
    }

    /** The task that a token was given for. */
    int task(final long token)
    {
        return tasks[(int)token & MASK];
    }

    private int look(final int cursor, final long nowNs)
    {
        final long token = cursors[cursor] + 1;
        final int slot = (int)token & MASK;
        if (tokens[slot] != token || isAnswered[slot])
        {
            return SKIP;
        }
        if (FORGOTTEN == cursor && isHeld[slot])
        {
            return SKIP;
        }
        return nowNs - enqueuesNs[slot] >= (FORGOTTEN == cursor ? rescueNs : rescueHeldNs) ? OVERDUE : STOP;
    }
}
