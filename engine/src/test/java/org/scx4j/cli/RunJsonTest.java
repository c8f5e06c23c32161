// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.scx4j.protocol.KernelCounter;
import org.scx4j.status.RunReport;

@Timeout(10)
class RunJsonTest
{
    private static Map<String, Object> json(final RunReport report)
    {
        final String text = RunJson.of(report, "");
        assertThat(text).doesNotContain("\n");
        return JsonValue.object(text);
    }

    @Test
    void shouldHaveTheAgreedFieldsWhenWritten()
    {
        assertThat(json(Reports.report(FakeKernel.UNREGISTERED)))
            .containsEntry("backend", "sched_ext")
            .containsEntry("policy", "fifo")
            .containsEntry("ops", "scx4j_fifo")
            .containsEntry("duration_ns", 10_000_000_000L)
            .containsEntry("nr_queued", 1_000_000L)
            .containsEntry("nr_decided", 999_000L)
            .containsEntry("nr_cancelled", 11L)
            .containsEntry("nr_exited", 600L)
            .containsEntry("nr_bounced", 12L)
            .containsEntry("nr_congested", 13L)
            .containsEntry("nr_kernel", 300L)
            .containsEntry("nr_held", 100L)
            .containsEntry("nr_lost", 0L)
            .containsEntry("nr_twice", 0L)
            .containsEntry("decisions_per_s", 99_900.0)
            .containsEntry("latency_ns",
                Map.of("p50", 950L, "p99", 12_345L, "p99_9", 1_500_000L, "max", 2_250_000_000L))
            .containsEntry("alloc_bytes_per_event", 0.5)
            .containsEntry("page_faults", 25L)
            .containsEntry("nr_leases_lost", 3L)
            .containsEntry("lease_lost_ns", 40_000_000L)
            .containsEntry("lease_lost_max_ns", 30_000_000L)
            .containsEntry("lease_lost_thread", "scx4j-policy")
            .containsEntry("nr_restarts", 17L)
            .containsEntry("succession", "fresh")
            .containsEntry("succession_window_ns", 0L)
            .containsEntry("nr_policy_swaps", 3L)
            .containsEntry("policy_failure", "")
            .containsEntry("evicted", false)
            .containsEntry("exit",
                Map.of("kind", 64L, "code", 0L, "reason", "unregistered from user space", "message", ""));
    }

    @Test
    void shouldHaveTheRestWhenWritten()
    {
        final Map<String, Object> json = json(Reports.report(null));

        assertThat(json)
            .containsEntry("layout", "pipelined")
            .containsEntry("cpus", List.of(7L, 6L, 5L))
            .containsEntry("wait", "spin")
            .containsEntry("policy_errors", 21L)
            .containsEntry("back_pressure", 22L)
            .containsEntry("doorbells", 23L)
            .containsEntry("parks", 24L)
            .containsEntry("java", System.getProperty("java.version"));
        for (final KernelCounter counter : KernelCounter.values())
        {
            assertThat(json).containsKey(counter.memberName());
        }
    }

    @Test
    void shouldAddBothKindsOfLossWhenSomethingIsLost()
    {
        assertThat(json(Reports.with(KernelCounter.NR_LOST, 2))).containsEntry("nr_lost", 2L);
        assertThat(json(Reports.with(KernelCounter.NR_HELD, 97))).containsEntry("nr_lost", 3L);
    }

    @Test
    void shouldHaveNullWhenThereIsNoExitRecordAndNoMeasurement()
    {
        assertThat(json(Reports.report(Reports.counters(), 0, null)))
            .containsEntry("exit", null)
            .containsEntry("alloc_bytes_per_event", null)
            .containsEntry("evicted", false);
    }

    @Test
    void shouldSayHowThePolicyHasFailed()
    {
        assertThat(json(Reports.failed("policy mine threw"))).containsEntry("policy_failure", "policy mine threw");
    }

    @Test
    void shouldSayWhyWhenEvicted()
    {
        assertThat(json(Reports.report(FakeKernel.STALLED)))
            .containsEntry("evicted", true)
            .containsEntry("exit", Map.of("kind", 1026L, "code", 0L, "reason", "runnable task stall",
                "message", "burn[42] failed to run for 5.1s"));
    }
}
