// SPDX-License-Identifier: Apache-2.0
package org.scx4j.status;

import java.util.EnumMap;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.scx4j.protocol.KernelCounter;

/**
 * What a run did, so far or in all. After a restart everything that counts adds up over all attachments; names, threads
 * and the exit are those of the last.
 *
 * @param backend            kind of kernel, such as {@code sched_ext}.
 * @param policy             class or name of the policy.
 * @param ops                name of the scheduler in the kernel.
 * @param layout             thread layout, lower case.
 * @param cpus               of the hot threads: reader, policy, dispatcher; one for the inline layout.
 * @param waitMode           of hot threads that have nothing to do, lower case.
 * @param durationNs         attached, until now or the detach.
 * @param counters           of the kernel's side.
 * @param leaseLosses        times without the lease.
 * @param latency            engine latency, from enqueue stamp to commit.
 * @param nrPolicyErrors     exceptions out of the policy.
 * @param nrBackPressure     duty cycles in which decisions had to wait for room.
 * @param nrDoorbells        CPUs woken by a system call.
 * @param nrParks            sleeps of the reader, one system call each.
 * @param allocatedBytes     allocated by the hot threads since the warm-up ended.
 * @param allocationEvents   tasks decided meanwhile; 0 if the warm-up has not ended yet.
 * @param pageFaults         of the hot threads since they started; exact after the end.
 * @param nrRestarts         attachments but the first, as after a CPU came or went.
 * @param policyChanges      policies that were replaced, or failed.
 * @param succession         what was there before the first attachment.
 * @param exit               why the kernel's side ended, null while it runs.
 * @param agreement          with what the kernel did, null if it had to obey.
 * @param recording          what was recorded of it, null if it was not.
 */
public record RunReport(
    String backend,
    String policy,
    String ops,
    String layout,
    int[] cpus,
    String waitMode,
    long durationNs,
    Map<KernelCounter, Long> counters,
    LeaseLosses leaseLosses,
    Latency latency,
    long nrPolicyErrors,
    long nrBackPressure,
    long nrDoorbells,
    long nrParks,
    long allocatedBytes,
    long allocationEvents,
    long pageFaults,
    long nrRestarts,
    PolicyChanges policyChanges,
    Succession succession,
    ExitInfo exit,
    Agreement agreement,
    Recording recording)
{
    /**
     * Percentiles of a latency, nanoseconds; all 0 if nothing was recorded.
     *
     * @param p50   median.
     * @param p99   99th percentile.
     * @param p999  99.9th percentile.
     * @param maxNs the largest.
     */
    public record Latency(long p50, long p99, long p999, long maxNs)
    {
        /**
         * Takes the percentiles.
         *
         * @param histogram of nanoseconds.
         * @return its percentiles.
         */
        public static Latency of(final Histogram histogram)
        {
            return new Latency(
                histogram.getValueAtPercentile(50), histogram.getValueAtPercentile(99),
                histogram.getValueAtPercentile(99.9), histogram.getMaxValue());
        }
    }

    /**
     * This report and that of the attachments before, as one.
     *
     * @param before to add.
     * @return sums of all that counts; the rest as it is here, percentiles, restarts and policy changes among it.
     */
    public RunReport plus(final RunReport before)
    {
        final Map<KernelCounter, Long> sums = new EnumMap<>(KernelCounter.class);
        for (final KernelCounter counter : KernelCounter.values())
        {
            sums.put(counter, counter(counter) + before.counter(counter));
        }
        return new RunReport(
            backend, policy, ops, layout, cpus, waitMode, durationNs + before.durationNs, sums,
            leaseLosses.plus(before.leaseLosses), latency,
            nrPolicyErrors + before.nrPolicyErrors, nrBackPressure + before.nrBackPressure,
            nrDoorbells + before.nrDoorbells, nrParks + before.nrParks,
            allocatedBytes + before.allocatedBytes, allocationEvents + before.allocationEvents,
            pageFaults + before.pageFaults, nrRestarts, policyChanges, before.succession, exit,
            null == agreement ? null : agreement.plus(before.agreement), recording);
    }

    /**
     * CPUs of the hot threads.
     *
     * @return a copy.
     */
    @Override
    public int[] cpus()
    {
        return cpus.clone();
    }

    /**
     * A counter of the kernel's side.
     *
     * @param counter which one.
     * @return its value.
     */
    public long counter(final KernelCounter counter)
    {
        return counters.getOrDefault(counter, 0L);
    }

    /**
     * Tokens that nobody can account for: queued but neither decided, exited, scheduled by the kernel's lane nor held,
     * plus those that were overwritten. After a detach anything but 0 is a broken invariant; during a run it counts
     * what is under way.
     *
     * @return count.
     */
    public long nrLost()
    {
        return counter(KernelCounter.NR_QUEUED) - counter(KernelCounter.NR_DECIDED) -
            counter(KernelCounter.NR_EXITED) - counter(KernelCounter.NR_KERNEL) - counter(KernelCounter.NR_HELD);
    }

    /**
     * Decisions that took effect, per second of the run.
     *
     * @return rate.
     */
    public double decisionsPerSecond()
    {
        final long nrDecided = counter(KernelCounter.NR_DECIDED) - succession.nrDecidedBefore();
        return 0 == durationNs ? 0 : nrDecided * 1e9 / durationNs;
    }

    /**
     * What the hot threads allocated for each task.
     *
     * @return bytes; 0 also if the warm-up has not ended yet.
     */
    public double allocatedBytesPerEvent()
    {
        return 0 == allocationEvents ? 0 : (double)allocatedBytes / allocationEvents;
    }

    /**
     * Whether somebody else ended the scheduler.
     *
     * @return true if the kernel or an administrator did.
     */
    public boolean isEvicted()
    {
        return null != exit && exit.isEviction();
    }
}
