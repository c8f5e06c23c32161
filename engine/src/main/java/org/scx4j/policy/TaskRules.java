// SPDX-License-Identifier: Apache-2.0
package org.scx4j.policy;

import java.util.Arrays;
import org.scx4j.api.QueuedTask;
import org.scx4j.protocol.NiceWeight;

/**
 * Rules that say something about tasks, by name, cgroup or nice value; the first that matches counts.
 * <p>
 * What a rule says, its outcome, is a number of the policy's own. A rule is three pairs of numbers to compare with, so
 * matching is linear in the number of rules and allocates nothing; {@link RuledTasks} remembers what came out.
 * {@link RulesFile} reads rules from text.
 * <p>
 * Thread safety: for one thread.
 */
final class TaskRules
{
    /** The outcome if no rule matches. */
    static final long NONE = Long.MIN_VALUE;

    private static final int COMM = 0;
    private static final int CGROUP = 1;
    private static final int WEIGHT = 2;
    private static final int INITIAL_CAPACITY = 8;

    private int[] kinds = new int[INITIAL_CAPACITY];
    /** commLow, cgroup id, smallest weight. */
    private long[] lows = new long[INITIAL_CAPACITY];
    /** commHigh, nothing, greatest weight. */
    private long[] highs = new long[INITIAL_CAPACITY];
    private long[] lowMasks = new long[INITIAL_CAPACITY];
    private long[] highMasks = new long[INITIAL_CAPACITY];
    private long[] outcomes = new long[INITIAL_CAPACITY];
    private int size;

    /** No rules yet. */
    TaskRules()
    {
    }

    /**
     * Appends a rule for tasks of a name.
     *
     * @param name     bytes of the name.
     * @param isPrefix whether more may follow them.
     * @param outcome  what the rule says.
     */
    void addComm(final byte[] name, final boolean isPrefix, final long outcome)
    {
        final long[] words = new long[2];
        final long[] masks = new long[2];
        for (int i = 0; i < name.length; i++)
        {
            words[i / Long.BYTES] |= (name[i] & 0xffL) << i % Long.BYTES * Byte.SIZE;
            masks[i / Long.BYTES] |= 0xffL << i % Long.BYTES * Byte.SIZE;
        }
        if (!isPrefix)
        {
            Arrays.fill(masks, -1L);
        }
        add(COMM, words[0], words[1], outcome);
        lowMasks[size - 1] = masks[0];
        highMasks[size - 1] = masks[1];
    }

    /**
     * Appends a rule for the tasks of a cgroup, without those of its children.
     *
     * @param cgroupId of the cgroup.
     * @param outcome  what the rule says.
     */
    void addCgroup(final long cgroupId, final long outcome)
    {
        add(CGROUP, cgroupId, 0, outcome);
    }

    /**
     * Appends a rule for the tasks of some nice values.
     *
     * @param lowest  nice value, from -20 on.
     * @param highest nice value, to 19.
     * @param outcome what the rule says.
     */
    void addNice(final int lowest, final int highest, final long outcome)
    {
        add(WEIGHT, NiceWeight.of(highest), NiceWeight.of(lowest), outcome);
    }

    private void add(final int kind, final long low, final long high, final long outcome)
    {
        if (size == kinds.length)
        {
            kinds = Arrays.copyOf(kinds, 2 * size);
            lows = Arrays.copyOf(lows, 2 * size);
            highs = Arrays.copyOf(highs, 2 * size);
            lowMasks = Arrays.copyOf(lowMasks, 2 * size);
            highMasks = Arrays.copyOf(highMasks, 2 * size);
            outcomes = Arrays.copyOf(outcomes, 2 * size);
        }
        kinds[size] = kind;
        lows[size] = low;
        highs[size] = high;
        outcomes[size] = outcome;
        size++;
    }

    /**
     * Applies the rules.
     *
     * @param task to judge.
     * @return the outcome of the first rule that matches, or {@link #NONE}.
     */
    long match(final QueuedTask task)
    {
        for (int i = 0; i < size; i++)
        {
            if (matches(i, task))
            {
                return outcomes[i];
            }
        }
        return NONE;
    }

    private boolean matches(final int i, final QueuedTask task)
    {
        switch (kinds[i])
        {
            case COMM:
                return (task.commLow() & lowMasks[i]) == lows[i] && (task.commHigh() & highMasks[i]) == highs[i];

            case CGROUP:
                return task.cgroupId() == lows[i];

            default:
                return task.weight() >= lows[i] && task.weight() <= highs[i];
        }
    }
}
