// SPDX-License-Identifier: Apache-2.0
package org.scx4j.sim;

import java.util.ArrayList;
import java.util.List;

/**
 * Tasks of a workload that are alike: a name, how many there are at the start, what they may use, and the program that
 * each of them follows.
 * <p>
 * Thread safety: immutable once its workload is made.
 */
public final class TaskClass
{
    static final int LOOP = 0;
    static final int LOOP_END = 1;
    static final int RUN = 2;
    static final int SLEEP = 3;
    static final int EVERY = 4;
    static final int WAKE = 5;
    static final int WAKE_PEER = 6;
    static final int WAKE_ALL = 7;
    static final int REPLY = 8;
    static final int WAIT = 9;
    static final int FORK = 10;
    static final int EXIT = 11;
    static final int WAIT_REPLY = 12;
    /** Until the next time of a timer that goes on from step to step; nothing if that has passed. */
    static final int TIMER = 13;
    /** Until somebody resumes the condition. */
    static final int SUSPEND = 14;
    /** Wakes all that are suspended on the condition, and nobody else. */
    static final int RESUME = 15;
    /** What the task did in a recording, from its first turn to its last. */
    static final int PLAY = 16;
    /** Loops within loops. */
    static final int MAX_DEPTH = 8;
    static final int WEIGHT_DEFAULT = 100;
    static final int WEIGHT_MAX = 10_000;
    static final int FOREVER = -1;

    /**
     * A number of tasks or turns.
     *
     * @param value    1 or more, or {@link #FOREVER} of a loop; 0 of tasks at the start.
     * @param isPerCpu whether it is multiplied by the number of CPUs.
     */
    record Count(int value, boolean isPerCpu)
    {
        static final Count ONE = new Count(1, false);

        int of(final int nrCpus)
        {
            return isPerCpu ? Math.multiplyExact(value, nrCpus) : value;
        }
    }

    /** One step of a program; what does not apply is null, 0 or false. */
    static final class Step
    {
        final int code;
        final Count count;
        final Distribution time;
        final boolean isSync;
        /**
         * Of {@link #LOOP_END}: the loop's first step. Of a step that names a class: its index. Of {@link #SUSPEND} and
         * {@link #RESUME}: the condition. Of {@link #TIMER}: the timer that all tasks share, or the complement of the
         * number among the task's own.
         */
        int target;
        /** Of {@link #TIMER}: whether it makes up for times that have passed. */
        boolean isAbsolute;
        /** Of a loop: how many are around it. */
        int depth;

        Step(final int code, final Count count, final Distribution time, final boolean isSync)
        {
            this.code = code;
            this.count = count;
            this.time = time;
            this.isSync = isSync;
        }
    }

    final List<Step> steps = new ArrayList<>();
    private final String name;
    private Count count = Count.ONE;
    private int weight = WEIGHT_DEFAULT;
    private int[] cpus;
    private long startNs;
    private long delayNs;

    TaskClass(final String name)
    {
        this.name = name;
    }

    TaskClass count(final Count count)
    {
        this.count = count;
        return this;
    }

    TaskClass weight(final int weight)
    {
        this.weight = weight;
        return this;
    }

    TaskClass cpus(final int... cpus)
    {
        this.cpus = cpus;
        return this;
    }

    TaskClass startNs(final long startNs)
    {
        this.startNs = startNs;
        return this;
    }

    /** After its birth a task sleeps this long, and its timers begin then. */
    TaskClass delayNs(final long delayNs)
    {
        this.delayNs = delayNs;
        return this;
    }

    long delayNs()
    {
        return delayNs;
    }

    /**
     * What its tasks are called.
     *
     * @return 1 to 15 letters.
     */
    public String name()
    {
        return name;
    }

    /**
     * How many there are from the start.
     *
     * @param nrCpus of the machine.
     * @return 0 or more.
     */
    public int count(final int nrCpus)
    {
        return count.of(nrCpus);
    }

    /**
     * Their share.
     *
     * @return 1 to 10000, 100 is the usual; 0 if they are of several.
     */
    public int weight()
    {
        return weight;
    }

    /**
     * The CPUs that they may use.
     *
     * @return a new array; null for all.
     */
    public int[] cpus()
    {
        return null == cpus ? null : cpus.clone();
    }

    /**
     * When those that are there from the start begin.
     *
     * @return nanoseconds since the start.
     */
    public long startNs()
    {
        return startNs;
    }
}
