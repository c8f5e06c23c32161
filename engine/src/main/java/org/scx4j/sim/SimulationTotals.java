// SPDX-License-Identifier: Apache-2.0
package org.scx4j.sim;

import org.HdrHistogram.Histogram;

/**
 * What is added up while a simulation runs.
 * <p>
 * Thread safety: none. Allocates nothing once made.
 */
final class SimulationTotals
{
    private static final long WAIT_MAX_NS = 3_600_000_000_000L;
    private static final int DIGITS = 2;
    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    final Histogram[] waits;
    final long[] cpuNs;
    final long[] nrTasks;
    final long[] nrTurns;
    long nrWakes;
    long nrEnqueues;
    long nrDecisions;
    long nrRuns;
    long nrStops;
    long nrSwitches;
    long nrMigrations;
    long nrLlcMigrations;
    long nrNodeMigrations;
    long nrForksRefused;
    long overheadNs;
    long busyNs;
    /** CPU time that was not used although tasks waited. */
    long idleWhileWaitingNs;
    int nrBusy;
    int nrWaiting;
    private long digest = FNV_OFFSET;

    SimulationTotals(final int nrClasses)
    {
        waits = new Histogram[nrClasses];
        for (int i = 0; i < nrClasses; i++)
        {
            waits[i] = new Histogram(1, WAIT_MAX_NS, DIGITS);
        }
        cpuNs = new long[nrClasses];
        nrTasks = new long[nrClasses];
        nrTurns = new long[nrClasses];
    }

    /** Time goes on: adds up what does not change until then. */
    void pass(final long durationNs, final int nrCpus)
    {
        busyNs += nrBusy * durationNs;
        idleWhileWaitingNs += Math.min(nrCpus - nrBusy, nrWaiting) * durationNs;
    }

    void waited(final int taskClass, final long waitNs)
    {
        waits[taskClass].recordValue(Math.min(waitNs, WAIT_MAX_NS));
    }

    /** What a trace would have: wake-ups, enqueues, decisions, and tasks put on a CPU and taken off it. */
    long nrEvents()
    {
        return nrWakes + nrEnqueues + nrDecisions + nrRuns + nrStops;
    }

    /** Any difference in any decision, or in their order or times, makes another digest. */
    void digest(final long value)
    {
        digest = (digest ^ value) * FNV_PRIME;
        digest ^= digest >>> 32;
    }

    long digest()
    {
        return digest;
    }
}
