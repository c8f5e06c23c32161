// SPDX-License-Identifier: Apache-2.0
package org.scx4j.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.scx4j.policy.Fifo;
import org.scx4j.protocol.KernelCounter;
import org.scx4j.transport.MemoryTransport;
import org.scx4j.transport.QueuedRecordHandler;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RingReaderTest
{
    private static final int EVENTS = 64;
    private static final int RING_BYTES = 1 << 16;

    private final Stages stages = Stages.of(new Fifo(), RING_BYTES, EVENTS, 256);

    @Test
    void shouldDoNothingWhenNothingIsQueued()
    {
        assertThat(stages.reader.doWork()).isZero();
        assertThat(stages.reader.nrRead()).isZero();
        assertThat(stages.ringBuffer.getCursor()).isEqualTo(-1);
    }

    @Test
    void shouldPublishCopiesInOrderWhenTasksAreQueued()
    {
        stages.enqueue(1, 3);

        assertThat(stages.reader.doWork()).isEqualTo(3);
        assertThat(stages.ringBuffer.getCursor()).isEqualTo(2);
        stages.enqueue(4, 480);
        assertThat(tokens(0, 2)).containsExactly(1L, 2L, 3L);
        assertThat(stages.reader.nrRead()).isEqualTo(3);
    }

    @Test
    void shouldTakeNoMoreThanABatchWhenThereIsMore()
    {
        final Stages large = Stages.of(new Fifo(), RING_BYTES, 1024, 1024);
        large.enqueue(1, 200);

        assertThat(large.reader.doWork()).isEqualTo(RingReader.BATCH_LIMIT);
        assertThat(large.reader.doWork()).isEqualTo(RingReader.BATCH_LIMIT);
        assertThat(large.reader.doWork()).isEqualTo(RingReader.BATCH_LIMIT);
        assertThat(large.reader.doWork()).isEqualTo(200 - 3 * RingReader.BATCH_LIMIT);
        assertThat(large.reader.doWork()).isZero();
        assertThat(large.ringBuffer.getCursor()).isEqualTo(199);
    }

    @Test
    void shouldNeverOverrunTheDisruptorRingWhenThePolicyIsBehind()
    {
        stages.enqueue(1, 200);

        assertThat(stages.reader.doWork()).isEqualTo(EVENTS);
        for (int i = 0; i < 10; i++)
        {
            assertThat(stages.reader.doWork()).isZero();
        }
        assertThat(stages.ringBuffer.getCursor()).isEqualTo(EVENTS - 1);
        assertThat(tokens(0, EVENTS - 1)).startsWith(1L).endsWith((long)EVENTS);

        stages.decide();
        assertThat(stages.reader.doWork()).as("the dispatcher gates the ring, not the policy").isZero();
        stages.settle();
        assertThat(stages.decided).hasSize(200).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void shouldTakeWhatThereIsRoomForWhenTheRingIsAlmostFull()
    {
        stages.enqueue(1, 60);
        assertThat(stages.reader.doWork()).isEqualTo(60);
        stages.enqueue(61, 100);
        assertThat(stages.reader.doWork()).isEqualTo(4);
        assertThat(stages.reader.doWork()).isZero();
        assertThat(stages.reader.nrRead()).isEqualTo(64);
    }

    @Test
    void shouldLeaveTasksInTheKernelsRingWhenThereIsNoRoom()
    {
        long token = 0;
        while (stages.enqueue(token + 1))
        {
            token++;
        }
        stages.reader.doWork();
        for (int i = 0; i < EVENTS; i++)
        {
            assertThat(stages.enqueue(++token)).isTrue();
        }
        assertThat(stages.reader.doWork()).isZero();
        assertThat(stages.enqueue(token + 1)).isFalse();
        assertThat(stages.kernel.counter(KernelCounter.NR_CONGESTED)).isEqualTo(2);
    }

    /** The kernel has the room of these records back: they must not be lost. */
    @Test
    void shouldPublishWhatItTookWhenTheTransportThrowsHalfWay()
    {
        final MemoryTransport kernel = new MemoryTransport(RING_BYTES);
        final Stages torn = new Stages(new Fifo(), kernel, new WrappedTransport(kernel, (timeoutMs) -> { })
        {
            @Override
            public int poll(final QueuedRecordHandler handler, final int limit)
            {
                super.poll(handler, 3);
                throw new IllegalStateException("foreign record");
            }
        }, EVENTS, 256);
        torn.enqueue(1, 5);

        assertThatThrownBy(torn.reader::doWork).hasMessage("foreign record");

        assertThat(torn.ringBuffer.getCursor()).isEqualTo(2);
        assertThat(torn.reader.nrRead()).isEqualTo(3);
    }

    private List<Long> tokens(final long first, final long last)
    {
        final List<Long> tokens = new ArrayList<>();
        for (long sequence = first; sequence <= last; sequence++)
        {
            tokens.add(stages.ringBuffer.get(sequence).token());
        }
        return tokens;
    }
}
