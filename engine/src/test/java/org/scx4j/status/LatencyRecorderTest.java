// SPDX-License-Identifier: Apache-2.0
package org.scx4j.status;

import static org.assertj.core.api.Assertions.assertThat;

import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class LatencyRecorderTest
{
    private final LatencyRecorder recorder = new LatencyRecorder();

    @Test
    void shouldCountAsAHistogramOfThreeDigitsDoes()
    {
        final Histogram expected = new Histogram(1, LatencyRecorder.MAX_NS, 3);
        long value = 1;
        while (value < LatencyRecorder.MAX_NS)
        {
            for (long near = value - 1; near <= value + 1; near++)
            {
                expected.recordValue(Math.max(1, near));
                recorder.record(near);
            }
            value += 1 + value / 1000;
        }

        assertThat(recorder.takeInterval()).isEqualTo(expected);
        assertThat(recorder.total()).isEqualTo(expected);
    }

    @Test
    void shouldCountWhatIsOutOfRangeAtTheNearestEnd()
    {
        recorder.record(-5);
        recorder.record(0);
        recorder.record(Long.MAX_VALUE);

        final Histogram interval = recorder.takeInterval();

        assertThat(interval.getCountAtValue(1)).isEqualTo(2);
        assertThat(interval.getCountAtValue(LatencyRecorder.MAX_NS)).isEqualTo(1);
        assertThat(interval.getTotalCount()).isEqualTo(3);
    }

    @Test
    void shouldGiveEachIntervalWhatWasRecordedInIt()
    {
        recorder.record(100);
        assertThat(recorder.takeInterval().getTotalCount()).isEqualTo(1);

        recorder.record(100);
        recorder.record(5_000);

        final Histogram interval = recorder.takeInterval();
        assertThat(interval.getCountAtValue(100)).isEqualTo(1);
        assertThat(interval.getCountAtValue(5_000)).isEqualTo(1);
        assertThat(recorder.total().getCountAtValue(100)).isEqualTo(2);
        assertThat(recorder.takeInterval().getTotalCount()).isZero();
    }

    @Test
    void shouldForgetWhatWasRecordedBeforeAReset()
    {
        recorder.record(100);

        recorder.reset();
        recorder.record(200);

        assertThat(recorder.takeInterval().getTotalCount()).isEqualTo(1);
        assertThat(recorder.total().getMaxValue()).isEqualTo(200);
    }
}
