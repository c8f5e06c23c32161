// SPDX-License-Identifier: Apache-2.0
package org.scx4j.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class LatencyRecorderTest
{
    private static final int SIGNIFICANT_DIGITS = 3;

    private final LatencyRecorder recorder = new LatencyRecorder();
    private final Histogram expected = new Histogram(1, LatencyRecorder.MAX_NS, SIGNIFICANT_DIGITS);

    @Test
    void shouldCountEveryValueAsAHistogramDoes()
    {
        for (long value = 1; value <= LatencyRecorder.MAX_NS; value = value * 9 / 8 + 1)
        {
            record(value - 1);
            record(value);
        }
        final Random random = new Random(1);
        for (int i = 0; i < 100_000; i++)
        {
            record(random.nextLong() >>> 28 + random.nextInt(36));
        }
        record(LatencyRecorder.MAX_NS);

        assertThat(recorder.takeInterval()).isEqualTo(expected);
        assertThat(recorder.total()).isEqualTo(expected);
    }

    private void record(final long value)
    {
        recorder.record(value);
        expected.recordValue(Math.max(1, Math.min(value, LatencyRecorder.MAX_NS)));
    }

    @Test
    void shouldCountAValueOutOfRangeAsTheNearestInIt()
    {
        recorder.record(Long.MIN_VALUE);
        recorder.record(0);
        recorder.record(Long.MAX_VALUE);

        final Histogram interval = recorder.takeInterval();

        assertThat(interval.getCountAtValue(1)).isEqualTo(2);
        assertThat(interval.getCountAtValue(LatencyRecorder.MAX_NS)).isOne();
        assertThat(interval.getTotalCount()).isEqualTo(3);
    }

    @Test
    void shouldTakeEachValueOnceAndKeepAllInTheTotal()
    {
        recorder.record(5);
        recorder.takeInterval();
        recorder.record(7_000);
        recorder.record(7_000);

        final Histogram interval = recorder.takeInterval();

        assertThat(interval.getTotalCount()).isEqualTo(2);
        assertThat(interval.getMinValue()).isEqualTo(interval.lowestEquivalentValue(7_000));
        assertThat(recorder.total().getTotalCount()).isEqualTo(3);
        assertThat(recorder.takeInterval().getTotalCount()).isZero();
    }

    @Test
    void shouldForgetWhatWasRecordedBeforeAReset()
    {
        recorder.record(5);
        recorder.reset();
        recorder.record(6);
        recorder.takeInterval();

        assertThat(recorder.total().getTotalCount()).isOne();
        assertThat(recorder.total().getMaxValue()).isEqualTo(6);
    }

    @Test
    void shouldLoseNothingWhenIntervalsAreTakenWhileAnotherThreadRecords() throws InterruptedException
    {
        final int count = 1_000_000;
        final Thread writer = new Thread(() ->
        {
            for (int i = 0; i < count; i++)
            {
                recorder.record(i);
            }
        });
        writer.start();
        long taken = 0;
        while (writer.isAlive())
        {
            taken += recorder.takeInterval().getTotalCount();
        }
        writer.join();
        taken += recorder.takeInterval().getTotalCount();

        assertThat(taken).isEqualTo(count);
        assertThat(recorder.total().getTotalCount()).isEqualTo(count);
    }
}
