// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ResultsTest
{
    private static final Metric RATE = Metric.rate("jobs/s");
    private static final Metric TIME = Metric.time("wake-up p99");

    private static Sample sample(final double rate, final double timeNs)
    {
        return new Sample(Map.of(RATE, rate, TIME, timeNs), 1, 2);
    }

    private static Results results(final int rounds)
    {
        final Results results = new Results(rounds);
        results.add(Turn.KERNELS_OWN, 0, "build", sample(100, 1_000));
        results.add("fifo", 0, "build", sample(75, 3_000));
        results.add(Turn.KERNELS_OWN, 1, "build", sample(200, 2_000));
        return results;
    }

    @Test
    void shouldCompareARoundWithTheMeanOfTheTurnsAroundIt()
    {
        final Results results = results(1);

        assertThat(results.ratios("fifo", "build", RATE)).containsExactly(0.5);
        assertThat(results.ratios("fifo", "build", TIME)).containsExactly(0.5);
    }

    @Test
    void shouldLeaveOutARoundThatLacksATurn()
    {
        final Results results = results(2);
        results.add("fifo", 1, "build", sample(100, 1_000));

        assertThat(results.ratios("fifo", "build", RATE)).containsExactly(0.5);
        results.add(Turn.KERNELS_OWN, 2, "build", sample(200, 2_000));
        assertThat(results.ratios("fifo", "build", RATE)).containsExactly(0.5, 0.5);
        assertThat(results.ratios("tier", "build", RATE)).isEmpty();
    }

    @Test
    void shouldTakeTheMiddleOrTheMeanOfTheMiddleTwo()
    {
        assertThat(Results.median(List.of(3.0, 1.0, 9.0))).isEqualTo(3);
        assertThat(Results.median(List.of(4.0, 1.0, 9.0, 2.0))).isEqualTo(3);
        assertThat(Results.median(List.of())).isNaN();
    }

    @Test
    void shouldCallLessTimeAndMoreWorkBetter()
    {
        assertThat(RATE.ratio(300, 100)).isCloseTo(3, within(1e-9));
        assertThat(TIME.ratio(300, 100)).isCloseTo(1 / 3.0, within(1e-9));
    }

    @Test
    void shouldWriteThreeDigitsAndTheUnitOfATime()
    {
        assertThat(RATE.format(12_345.6)).isEqualTo("12,346");
        assertThat(RATE.format(12.345)).isEqualTo("12.3");
        assertThat(TIME.format(999)).isEqualTo("999 ns");
        assertThat(TIME.format(1_250_000)).isEqualTo("1.25 ms");
        assertThat(TIME.format(2e12)).isEqualTo("2,000 s");
    }

    @Test
    void shouldFindFaultWithBooksThatDoNotBalance()
    {
        assertThat(Turn.faults(books(10, 7, 0, 0))).isEmpty();
        assertThat(Turn.faults(books(11, 7, 0, 0)))
            .containsExactly("of 11 queued tasks 10 are accounted for");
        assertThat(Turn.faults(books(10, 7, 1, 2))).containsExactly("nr_lost is 1", "nr_twice is 2");
        assertThat(Turn.faults(books(0, -3, 0, 0))).containsExactly("of 0 queued tasks 0 are accounted for");
    }

    private static Map<String, Long> books(final long queued, final long decided, final long lost, final long twice)
    {
        return Map.of("nr_queued", queued, "nr_decided", decided, "nr_exited", 1L, "nr_kernel", 2L, "nr_held", 0L,
            "nr_lost", lost, "nr_twice", twice, "nr_restarts", 0L);
    }
}
