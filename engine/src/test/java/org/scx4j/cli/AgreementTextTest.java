// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.scx4j.protocol.ShadowCounter;
import org.scx4j.status.Agreement;
import org.scx4j.status.RunReport;

@Timeout(30)
class AgreementTextTest
{
    private static final RunReport.Latency WAIT = new RunReport.Latency(1_000, 20_000, 300_000, 4_000_000);

    private static Agreement agreement(final long nrNamedCpu)
    {
        return new Agreement(1_000, 250, 100, 50, nrNamedCpu, nrNamedCpu / 2, 8, 6, WAIT, WAIT,
            Map.of(ShadowCounter.NR_WAKEUPS, 1_200L, ShadowCounter.NR_WAKEUPS_NEW, 34L));
    }

    private static Map<String, Object> json(final Agreement agreement)
    {
        return JsonValue.object(JsonText.of((json) ->
        {
            json.writeStartObject();
            AgreementText.write(json, agreement);
            json.writeEndObject();
        }));
    }

    @Test
    void shouldSayNothingWhenTheKernelHadToObey()
    {
        assertThat(AgreementText.of(null)).isEmpty();
        assertThat(json(null)).isEmpty();
    }

    @Test
    void shouldPrintSharesWithWhatTheyAreSharesOf()
    {
        assertThat(AgreementText.of(agreement(850))).startsWith("shadow\n").contains(
            "  wake-ups               1,234  seen, of all tasks\n",
            "  in time                25.0%  of 1,000 were there as the kernel ran it\n",
            "  same CPU               50.0%  of 850 that named one of several CPUs\n",
            "  same first             75.0%  of 8 runs while another decided task waited\n",
            "  kernel waits  1.00 us p50, 20.0 us p99, 4.00 ms max, from runnable to its CPU\n");
        assertThat(AgreementText.of(agreement(0))).contains(
            "  same CPU                   -  of 0 that named one of several CPUs\n");
    }

    @Test
    void shouldWriteTheSameForPrograms()
    {
        assertThat(json(agreement(850)).get("agreement")).asString()
            .contains("cpu=0.5", "first=0.75", "in_time=0.25", "nr_compared=1000", "nr_seen=1234", "nr_wakeups_new=34",
                "kernel={p50=1000, p99=20000, p99_9=300000, max=4000000}");
        assertThat(json(agreement(0)).get("agreement")).asString().contains("cpu=null");
    }
}
