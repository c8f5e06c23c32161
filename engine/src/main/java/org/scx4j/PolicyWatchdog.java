// SPDX-License-Identifier: Apache-2.0
package org.scx4j;

import java.util.concurrent.TimeUnit;

/**
 * Finds a policy that does not return, always throws, or has the garbage collector run all the time, by looking again
 * and again at what its thread does.
 * <p>
 * <b>Does not return:</b> the lease is lost because of its thread for longer than the limit. Only time in which the
 * watching thread runs as well counts: between two looks no more than {@value #LONGEST_LOOK_NS} ns. So a JVM that is
 * stopped as a whole, by SIGSTOP, a debugger or the collector, does not blame its policy.
 * <p>
 * <b>Throws:</b> within the limit or longer there was an exception for every second task, of {@value #FEWEST_TASKS}
 * tasks or more.
 * <p>
 * <b>Collector:</b> in each of two periods of the limit or longer it took half of the time, in
 * {@value #FEWEST_COLLECTIONS} collections or more, and the policy's thread is among those that allocate. A single long
 * collection blames nobody.
 * <p>
 * Thread safety: one thread at a time.
 */
final class PolicyWatchdog
{
    static final long LONGEST_LOOK_NS = 50_000_000L;
    static final long FEWEST_TASKS = 10;
    static final long FEWEST_COLLECTIONS = 2;
    static final long FEWEST_ALLOCATED_BYTES = 1 << 20;
    static final int PERIODS = 2;

    private final long limitNs;
    private final String thread;
    private Look last;
    private long silentNs;
    private Look throwingSince;
    private long watchedNs;
    private Look collectingSince;
    private int nrCollectingPeriods;

    /**
     * What a look sees.
     *
     * @param nowNs          time of the look.
     * @param isSilent       whether the lease is lost because of the policy's thread.
     * @param nrLosses       of the lease so far.
     * @param nrErrors       exceptions out of the policy so far.
     * @param nrTasks        queued so far.
     * @param allocatedBytes by the policy's thread so far.
     * @param nrCollections  of garbage so far.
     * @param collectionMs   time that they took.
     */
    record Look(
        long nowNs, boolean isSilent, long nrLosses, long nrErrors, long nrTasks, long allocatedBytes,
        long nrCollections, long collectionMs)
    {
    }

    /**
     * Has seen nothing yet.
     *
     * @param limitNs how long a policy may fail.
     * @param thread  of the policy, for the message.
     */
    PolicyWatchdog(final long limitNs, final String thread)
    {
        this.limitNs = limitNs;
        this.thread = thread;
    }

    /**
     * Looks.
     *
     * @param look at the policy and its thread.
     * @return how the policy has failed; null if it has not. Told once, and again when it has gone on for as long.
     */
    PolicyFailure look(final Look look)
    {
        if (null == last)
        {
            last = look;
            throwingSince = look;
            collectingSince = look;
            return null;
        }
        final long sinceLastNs = Math.min(look.nowNs - last.nowNs, LONGEST_LOOK_NS);
        PolicyFailure failure = silence(look, sinceLastNs);
        failure = null == failure ? exceptions(look, sinceLastNs) : failure;
        failure = null == failure ? collections(look) : failure;
        last = look;
        return failure;
    }

    private PolicyFailure silence(final Look look, final long sinceLastNs)
    {
        final long before = silentNs;
        final boolean isStill = look.isSilent && last.isSilent && look.nrLosses == last.nrLosses;
        silentNs = isStill ? silentNs + sinceLastNs : 0;
        return silentNs >= limitNs && before < limitNs ?
            new PolicyFailure("did not return for " + ms(silentNs) + " ms (thread " + thread + ")", true) : null;
    }

    private PolicyFailure exceptions(final Look look, final long sinceLastNs)
    {
        watchedNs += sinceLastNs;
        final long nrErrors = look.nrErrors - throwingSince.nrErrors;
        final long nrTasks = look.nrTasks - throwingSince.nrTasks;
        if (watchedNs < limitNs || nrTasks < FEWEST_TASKS)
        {
            return null;
        }
        final long ms = ms(watchedNs);
        throwingSince = look;
        watchedNs = 0;
        return 2 * nrErrors < nrTasks ? null : new PolicyFailure(
            "threw " + nrErrors + " exceptions at " + nrTasks + " tasks in " + ms + " ms (thread " + thread + ")",
            false);
    }

    /** A period with a long collection is not over before there were enough of them, or time without any. */
    private PolicyFailure collections(final Look look)
    {
        final long elapsedNs = look.nowNs - collectingSince.nowNs;
        final long collectionMs = look.collectionMs - collectingSince.collectionMs;
        final long allocatedBytes = look.allocatedBytes - collectingSince.allocatedBytes;
        final boolean isBusy = 2 * collectionMs >= ms(elapsedNs);
        if (elapsedNs < limitNs ||
            isBusy && look.nrCollections - collectingSince.nrCollections < FEWEST_COLLECTIONS)
        {
            return null;
        }
        collectingSince = look;
        nrCollectingPeriods = isBusy && allocatedBytes >= FEWEST_ALLOCATED_BYTES ? nrCollectingPeriods + 1 : 0;
        if (nrCollectingPeriods < PERIODS)
        {
            return null;
        }
        nrCollectingPeriods = 0;
        return new PolicyFailure("allocated " + allocatedBytes + " bytes in " + ms(elapsedNs) + " ms, of which the " +
            "garbage collector took " + collectionMs + " ms (thread " + thread + ")", false);
    }

    private static long ms(final long ns)
    {
        return TimeUnit.NANOSECONDS.toMillis(ns);
    }
}
