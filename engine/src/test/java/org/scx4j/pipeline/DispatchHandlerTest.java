// SPDX-License-Identifier: Apache-2.0
package org.scx4j.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.scx4j.protocol.BpfRingBufferDescriptor.recordBytes;

import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.scx4j.policy.Fifo;
import org.scx4j.protocol.DispatchedTaskDescriptor;

@Timeout(60)
class DispatchHandlerTest
{
    private static final int RING_BYTES = 4096;
    private static final int ROOM = RING_BYTES / recordBytes(DispatchedTaskDescriptor.RECORD_BYTES);

    private final Stages stages = Stages.of(new Fifo(), RING_BYTES, 64, 1024);

    @Test
    void shouldDoNothingWhenNothingIsDecided()
    {
        assertThat(stages.dispatch()).isZero();
        assertThat(stages.drain()).isZero();
        assertThat(stages.dispatchHandler.nrDispatched()).isZero();
        assertThat(stages.dispatchHandler.nrBackPressure()).isZero();
    }

    @Test
    void shouldPublishDecisionsInOrderWhenTheyAreFlushed()
    {
        commit(1, 10);
        assertThat(stages.dispatch()).as("nothing is flushed yet").isZero();
        stages.writer.flush();

        assertThat(stages.dispatch()).isEqualTo(10);
        assertThat(stages.drain()).isEqualTo(10);
        assertThat(stages.decided).isEqualTo(numbers(1, 10));
        assertThat(stages.log.headAcquire()).isEqualTo(10);
        assertThat(stages.dispatch()).isZero();
    }

    @Test
    void shouldTakeNoMoreThanABatchWhenThereIsMore()
    {
        final Stages large = Stages.of(new Fifo(), 1 << 16, 64, 1024);
        for (int token = 1; token <= 200; token++)
        {
            large.writer.dispatch(token, token, 1).commit();
        }
        large.writer.flush();

        assertThat(large.dispatch()).isEqualTo(DispatchHandler.BATCH_LIMIT);
        assertThat(large.drain()).isEqualTo(DispatchHandler.BATCH_LIMIT);
        assertThat(large.dispatch()).isEqualTo(DispatchHandler.BATCH_LIMIT);
        assertThat(large.dispatch()).isEqualTo(DispatchHandler.BATCH_LIMIT);
        assertThat(large.dispatch()).isEqualTo(200 - 3 * DispatchHandler.BATCH_LIMIT);
        large.drain();
        assertThat(large.decided).isEqualTo(numbers(1, 200));
        assertThat(large.dispatchHandler.nrBackPressure()).isZero();
    }

    @Test
    void shouldHoldBackAndDeliverInOrderWhenTheKernelsRingIsFull()
    {
        commit(1, 300);
        stages.writer.flush();

        assertThat(stages.dispatch()).isEqualTo(ROOM);
        assertThat(stages.dispatchHandler.nrBackPressure()).isEqualTo(1);
        for (int i = 0; i < 10; i++)
        {
            assertThat(stages.dispatch()).isZero();
        }
        assertThat(stages.dispatchHandler.nrBackPressure()).isEqualTo(11);
        assertThat(stages.log.headAcquire()).isEqualTo(ROOM);

        while (stages.drain() > 0)
        {
            stages.dispatch();
        }
        assertThat(stages.decided).isEqualTo(numbers(1, 300));
        assertThat(stages.dispatchHandler.nrDispatched()).isEqualTo(300);
    }

    @Test
    void shouldHoldThePolicyBackWhenTheKernelDoesNotDrain()
    {
        final Stages held = Stages.of(new Fifo(), RING_BYTES, 64, 256);
        long token = 0;
        int idle = 0;
        while (idle < 10)
        {
            final boolean queued = held.enqueue(token + 1);
            token += queued ? 1 : 0;
            idle = held.doWork() + (queued ? 1 : 0) > 0 ? 0 : idle + 1;
        }
        assertThat(held.dispatchHandler.nrDispatched()).isEqualTo(ROOM);
        assertThat(held.writer.position()).isLessThanOrEqualTo(ROOM + 256);

        held.settle();
        assertThat(held.decided).isEqualTo(numbers(1, (int)token));
        assertThat(held.errors).isEmpty();
    }

    @Test
    void shouldRecordTheLatencyFromEnqueueToPublication()
    {
        stages.clock.update(10_000);
        stages.writer.dispatch(1, 1, 4_000).commit();
        stages.writer.dispatch(2, 2, 9_000).commit();
        stages.writer.dispatch(3, 3, 0).commit();
        stages.writer.flush();

        stages.dispatch();

        final Histogram interval = stages.latency.takeInterval();
        assertThat(interval.getTotalCount()).as("a decision without a stamp is left out").isEqualTo(2);
        assertThat(interval.valuesAreEquivalent(interval.getMinNonZeroValue(), 1_000)).isTrue();
        assertThat(interval.valuesAreEquivalent(interval.getMaxValue(), 6_000)).isTrue();
    }

    private void commit(final int first, final int last)
    {
        for (int token = first; token <= last; token++)
        {
            assertThat(stages.writer.dispatch(token, token, 1).commit()).isTrue();
        }
    }

    private static List<Long> numbers(final int first, final int last)
    {
        final List<Long> numbers = new ArrayList<>();
        for (long i = first; i <= last; i++)
        {
            numbers.add(i);
        }
        return numbers;
    }
}
