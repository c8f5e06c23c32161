// SPDX-License-Identifier: Apache-2.0
package org.scx4j.pipeline;

/**
 * How the three stages of the event path share threads.
 */
public enum ThreadLayout
{
    /**
     * One pinned thread drives all stages over the same Disruptor ring: no hop between CPUs, for machines that
     * have no three CPUs to give away.
     */
    INLINE(1),

    /** Reader, policy and dispatcher have a pinned, busy-spinning thread and a CPU each. */
    PIPELINED(3);

    /** Fewer CPUs than this and giving three to the scheduler costs the machine too much. */
    public static final int PIPELINED_MIN_CPUS = 8;

    private final int nrThreads;

    ThreadLayout(final int nrThreads)
    {
        this.nrThreads = nrThreads;
    }

    /**
     * Number of hot threads, and of CPUs they are pinned to.
     *
     * @return count.
     */
    public int nrThreads()
    {
        return nrThreads;
    }

    /**
     * The layout for a machine.
     *
     * @param nrCpus that are online.
     * @return {@link #PIPELINED} from {@link #PIPELINED_MIN_CPUS} on.
     */
    public static ThreadLayout forCpus(final int nrCpus)
    {
        return nrCpus >= PIPELINED_MIN_CPUS ? PIPELINED : INLINE;
    }
}
