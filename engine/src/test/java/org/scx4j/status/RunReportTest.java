// SPDX-License-Identifier: Apache-2.0
package org.scx4j.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.scx4j.protocol.KernelCounter;

@Timeout(10)
class RunReportTest
{
    private static final ExitInfo EXIT = new ExitInfo(ExitInfo.KIND_UNREG, 0, "unregistered", "", "");

    private static RunReport report(final int factor, final int[] cpus, final ExitInfo exit)
    {
        final Map<KernelCounter, Long> counters = new EnumMap<>(KernelCounter.class);
        for (final KernelCounter counter : KernelCounter.values())
        {
            counters.put(counter, (long)factor * counter.ordinal());
        }
        return new RunReport("sched_ext", "fifo", "scx4j_fifo", "inline", cpus, "park", 10L * factor, counters,
            new LeaseLosses(factor, 2L * factor, 3L * factor, 3 == factor ? "" : "t" + factor),
            new RunReport.Latency(factor, factor, factor, factor), 11L * factor, 12L * factor, 13L * factor,
            14L * factor, 15L * factor, 16L * factor, 17L * factor, factor,
            new PolicyChanges(factor, "f" + factor, false), Succession.adopted(factor), exit, null, null);
    }

    @Test
    void shouldAddWhatCountsAndKeepTheRestOfTheLast()
    {
        final RunReport sum = report(3, new int[]{1}, EXIT).plus(report(100, new int[]{2}, null));

        for (final KernelCounter counter : KernelCounter.values())
        {
            assertThat(sum.counter(counter)).as(counter.memberName()).isEqualTo(103L * counter.ordinal());
        }
        assertThat(sum.durationNs()).isEqualTo(1030);
        assertThat(sum.leaseLosses()).isEqualTo(new LeaseLosses(103, 206, 300, "t100"));
        assertThat(sum.nrPolicyErrors()).isEqualTo(1133);
        assertThat(sum.nrBackPressure()).isEqualTo(1236);
        assertThat(sum.nrDoorbells()).isEqualTo(1339);
        assertThat(sum.nrParks()).isEqualTo(1442);
        assertThat(sum.allocatedBytes()).isEqualTo(1545);
        assertThat(sum.allocationEvents()).isEqualTo(1648);
        assertThat(sum.pageFaults()).isEqualTo(1751);
        assertThat(sum.cpus()).containsExactly(1);
        assertThat(sum.latency().maxNs()).isEqualTo(3);
        assertThat(sum.nrRestarts()).isEqualTo(3);
        assertThat(sum.policyChanges()).isEqualTo(new PolicyChanges(3, "f3", false));
        assertThat(sum.exit()).isSameAs(EXIT);
    }
}
