// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import java.util.EnumMap;
import java.util.Map;
import org.scx4j.protocol.KernelCounter;
import org.scx4j.status.ExitInfo;
import org.scx4j.status.LeaseLosses;
import org.scx4j.status.PolicyChanges;
import org.scx4j.status.RunReport;
import org.scx4j.status.Succession;

/**
 * Reports made by hand.
 */
final class Reports
{
    private Reports()
    {
    }

    /* Adds up. */
    static Map<KernelCounter, Long> counters()
    {
        final Map<KernelCounter, Long> counters = new EnumMap<>(KernelCounter.class);
        counters.put(KernelCounter.NR_QUEUED, 1_000_000L);
        counters.put(KernelCounter.NR_DECIDED, 999_000L);
        counters.put(KernelCounter.NR_EXITED, 600L);
        counters.put(KernelCounter.NR_KERNEL, 300L);
        counters.put(KernelCounter.NR_HELD, 100L);
        counters.put(KernelCounter.NR_HELPERS_BOUNDED, 8L);
        counters.put(KernelCounter.NR_RESCUED, 9L);
        counters.put(KernelCounter.NR_PREEMPTS, 10L);
        counters.put(KernelCounter.NR_CANCELLED, 11L);
        counters.put(KernelCounter.NR_BOUNCED, 12L);
        counters.put(KernelCounter.NR_CONGESTED, 13L);
        counters.put(KernelCounter.NR_DIRECT, 14L);
        counters.put(KernelCounter.NR_ENGINE, 15L);
        counters.put(KernelCounter.NR_WAKEUPS, 16L);
        counters.put(KernelCounter.NR_RESUMED, 17L);
        counters.put(KernelCounter.NR_LAPSED, 5L);
        return counters;
    }

    static RunReport report(final ExitInfo exit)
    {
        return report(counters(), 999_000, exit);
    }

    static RunReport report(
        final Map<KernelCounter, Long> counters, final long allocationEvents, final ExitInfo exit)
    {
        return report(counters, allocationEvents, new PolicyChanges(3, "", false), exit);
    }

    static RunReport failed(final String failure)
    {
        return report(counters(), 999_000, new PolicyChanges(1, failure, true), FakeKernel.UNREGISTERED);
    }

    static RunReport report(
        final Map<KernelCounter, Long> counters,
        final long allocationEvents,
        final PolicyChanges changes,
        final ExitInfo exit)
    {
        return new RunReport(
            "sched_ext", "fifo", "scx4j_fifo", "pipelined", new int[]{7, 6, 5}, "spin", 10_000_000_000L, counters,
            new LeaseLosses(3, 40_000_000L, 30_000_000L, "scx4j-policy"),
            new RunReport.Latency(950, 12_345, 1_500_000, 2_250_000_000L),
            21, 22, 23, 24, 499_500, allocationEvents, 25, 17, changes, Succession.FRESH, exit, null, null);
    }

    static RunReport with(final KernelCounter counter, final long value)
    {
        final Map<KernelCounter, Long> counters = counters();
        counters.put(counter, value);
        return report(counters, 1, FakeKernel.UNREGISTERED);
    }
}
