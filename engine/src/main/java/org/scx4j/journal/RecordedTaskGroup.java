// SPDX-License-Identifier: Apache-2.0
package org.scx4j.journal;

import org.HdrHistogram.Histogram;

/**
 * What a recording tells of the tasks of one name.
 * <p>
 * Thread safety: immutable, but for the histogram, which is the caller's.
 *
 * @param name      of the tasks, as the kernel has it: up to 15 letters.
 * @param weight    of the last of them that was recorded.
 * @param nrTasks   threads that had this name when one of their records was made.
 * @param nrQueued  records of them: how often one was handed to the policy.
 * @param nrUnknown of these: the wait can't be told.
 * @param nrOpen    of these: no later record of the task tells how long it waited.
 * @param cpuNs     CPU time that they had between their records, nanoseconds.
 * @param waits     from a record's enqueue time to getting a CPU, nanoseconds; as many as can be told.
 */
public record RecordedTaskGroup(
    String name,
    int weight,
    long nrTasks,
    long nrQueued,
    long nrUnknown,
    long nrOpen,
    long cpuNs,
    Histogram waits)
{
    private static final double P50 = 50;
    private static final double P99 = 99;
    private static final double P999 = 99.9;

    /**
     * How many waits can be told.
     *
     * @return count.
     */
    public long nrWaits()
    {
        return waits.getTotalCount();
    }

    /**
     * The usual wait.
     *
     * @return nanoseconds that half of the waits do not exceed; 0 if there are none.
     */
    public long waitP50Ns()
    {
        return waits.getValueAtPercentile(P50);
    }

    /**
     * A long wait.
     *
     * @return nanoseconds that 99 % of the waits do not exceed; 0 if there are none.
     */
    public long waitP99Ns()
    {
        return waits.getValueAtPercentile(P99);
    }

    /**
     * A very long wait.
     *
     * @return nanoseconds that 99.9 % of the waits do not exceed; 0 if there are none.
     */
    public long waitP999Ns()
    {
        return waits.getValueAtPercentile(P999);
    }

    /**
     * The longest wait.
     *
     * @return nanoseconds; 0 if there are none.
     */
    public long waitMaxNs()
    {
        return waits.getMaxValue();
    }
}
