// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.scx4j.protocol.KernelCounter;
import org.scx4j.protocol.ShadowCounter;
import org.scx4j.status.Agreement;
import org.scx4j.status.LeaseLosses;
import org.scx4j.status.PolicyChanges;
import org.scx4j.status.RunReport;
import org.scx4j.status.Succession;

@Timeout(10)
class LiveStatisticsTest
{
    private static RunReport at(final long durationNs, final long nrQueued, final long nrDecided)
    {
        return at(durationNs, nrQueued, nrDecided, null);
    }

    private static RunReport at(
        final long durationNs, final long nrQueued, final long nrDecided, final Agreement agreement)
    {
        final Map<KernelCounter, Long> counters = new EnumMap<>(KernelCounter.class);
        counters.put(KernelCounter.NR_QUEUED, nrQueued);
        counters.put(KernelCounter.NR_DECIDED, nrDecided);
        return new RunReport("sched_ext", "fifo", "scx4j_fifo", "inline", new int[]{3}, "park", durationNs, counters,
            LeaseLosses.NONE, new RunReport.Latency(900, 1_234, 0, 0), 0, 0, 0, 0, 0, 0, 18, 0,
            PolicyChanges.NONE, Succession.FRESH, null, agreement, null);
    }

    @Test
    void shouldHaveRatesSinceTheStartWhenItIsTheFirstLine()
    {
        assertThat(LiveStatistics.line(null, at(2_000_000_000L, 4_000, 3_990))).isEqualTo(
            "   2.0 s  queued 2,000/s  decided 1,995/s  latency p50 900 ns p99 1.23 us  waiting 10  " +
            "kernel lane 0  cancelled 0  congested 0  page faults 18  policy fifo");
    }

    @Test
    void shouldHaveRatesSinceTheLineBeforeWhenThereIsOne()
    {
        assertThat(LiveStatistics.line(at(2_000_000_000L, 4_000, 3_990), at(3_000_000_000L, 5_000, 5_000)))
            .startsWith("   3.0 s  queued 1,000/s  decided 1,010/s  ")
            .contains("waiting 0 ");
    }

    @Test
    void shouldSayHowAShadowAgreesWithTheKernel()
    {
        final RunReport.Latency none = new RunReport.Latency(0, 0, 0, 0);
        final Map<ShadowCounter, Long> observations = Map.of(ShadowCounter.NR_DROPPED, 1_234L);

        assertThat(LiveStatistics.line(null, at(1_000_000_000L, 4_000, 1_000,
            new Agreement(1_000, 745, 1_000, 0, 0, 0, 200, 10, none, none, observations)))).isEqualTo(
            "   1.0 s  queued 4,000/s  decided 1,000/s  latency p50 900 ns p99 1.23 us  in time 74.5 %  " +
            "same first 5.0 %  dropped 1,234  policy fifo");
        assertThat(LiveStatistics.line(null, at(1_000_000_000L, 4_000, 1_000,
            new Agreement(1_000, 745, 500, 0, 500, 250, 0, 0, none, none, observations))))
            .contains("  in time 74.5 %  same CPU 50.0 %  same first -  dropped 1,234  ");
    }
}
