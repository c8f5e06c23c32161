// SPDX-License-Identifier: Apache-2.0
package org.scx4j.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.scx4j.protocol.BpfRingBufferDescriptor.recordBytes;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The reader of the kernel's ring, on plain memory.
 */
@Timeout(60)
class BpfRingBufferTest
{
    private static final int PAYLOAD_BYTES = 128;
    private static final int RECORD_BYTES = recordBytes(PAYLOAD_BYTES);
    private static final int CAPACITY_BYTES = 4096;
    private static final int ROOM = (CAPACITY_BYTES - 1) / RECORD_BYTES;
    private static final int ALL = Integer.MAX_VALUE;

    private final List<Long> read = new ArrayList<>();
    private PlainRing ring = new PlainRing(CAPACITY_BYTES, 0);
    private BpfRingBuffer reader = reader(ring);

    @Test
    void shouldReadNothingWhenTheRingIsEmpty()
    {
        assertThat(reader.isEmpty()).isTrue();
        assertThat(reader.poll(this::onRecord, ALL)).isZero();
        assertThat(read).isEmpty();
        assertThat(ring.consumerPosition()).isZero();
    }

    @Test
    void shouldReadARecordWhenThereIsOne()
    {
        ring.send(PAYLOAD_BYTES, 7);

        assertThat(reader.isEmpty()).isFalse();
        assertThat(reader.poll(this::onRecord, ALL)).isEqualTo(1);
        assertThat(read).containsExactly(7L);
        assertThat(reader.isEmpty()).isTrue();
        assertThat(reader.poll(this::onRecord, ALL)).isZero();
        assertThat(read).containsExactly(7L);
    }

    @Test
    void shouldReadInOrderWhenThereAreMany()
    {
        final int sent = fill(0);

        assertThat(sent).isEqualTo(ROOM);
        assertThat(reader.poll(this::onRecord, ALL)).isEqualTo(sent);
        assertThat(read).isEqualTo(numbers(0, sent));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, (1L << 31) - 17 * 136, (1L << 31) - 8, (1L << 32) - 17 * 136, (1L << 32) - 8, 1L << 45})
    void shouldReadInOrderWhenTheRingWrapsManyTimes(final long start)
    {
        begin(start);
        int sent = 0;
        for (int round = 0; round < 200; round++)
        {
            final int begin = sent;
            sent += fill(begin);
            assertThat(reader.poll(this::onRecord, ALL)).isEqualTo(sent - begin);
            assertThat(ring.consumerPosition()).isEqualTo(start + (long)sent * RECORD_BYTES);
        }
        assertThat(sent).isEqualTo(200 * ROOM);
        assertThat(read).isEqualTo(numbers(0, sent));
        assertThat(reader.isEmpty()).isTrue();
    }

    @Test
    void shouldStopWhenARecordIsStillBeingWritten()
    {
        ring.send(PAYLOAD_BYTES, 1);
        final long busy = ring.reserve(PAYLOAD_BYTES);
        ring.send(PAYLOAD_BYTES, 3);

        assertThat(reader.poll(this::onRecord, ALL)).isEqualTo(1);
        assertThat(reader.poll(this::onRecord, ALL)).isZero();
        assertThat(ring.consumerPosition()).isEqualTo(busy);
        assertThat(reader.isEmpty()).as("a reader must not sleep beside a record under way").isFalse();

        ring.submit(busy, 2);
        assertThat(reader.poll(this::onRecord, ALL)).isEqualTo(2);
        assertThat(read).containsExactly(1L, 2L, 3L);
    }

    @Test
    void shouldSkipARecordWhenItWasDiscarded()
    {
        ring.discard(ring.reserve(PAYLOAD_BYTES));
        ring.send(PAYLOAD_BYTES, 1);
        ring.discard(ring.reserve(40));
        ring.send(PAYLOAD_BYTES, 2);

        assertThat(reader.poll(this::onRecord, ALL)).isEqualTo(2);
        assertThat(read).containsExactly(1L, 2L);
        assertThat(reader.isEmpty()).isTrue();
    }

    @Test
    void shouldGiveRoomBackWhenAllRecordsWereDiscarded()
    {
        for (int i = 0; i < ROOM; i++)
        {
            ring.discard(ring.reserve(PAYLOAD_BYTES));
        }
        assertThat(ring.send(PAYLOAD_BYTES, 1)).isFalse();

        assertThat(reader.poll(this::onRecord, ALL)).isZero();
        assertThat(ring.send(PAYLOAD_BYTES, 1)).isTrue();
        assertThat(reader.poll(this::onRecord, ALL)).isEqualTo(1);
        assertThat(read).containsExactly(1L);
    }

    @Test
    void shouldLoseNothingWhenTheLimitIsReached()
    {
        fill(0);

        assertThat(reader.poll(this::onRecord, 0)).isZero();
        assertThat(ring.consumerPosition()).isZero();
        assertThat(reader.poll(this::onRecord, 5)).isEqualTo(5);
        assertThat(read).isEqualTo(numbers(0, 5));
        assertThat(ring.consumerPosition()).isEqualTo(5L * RECORD_BYTES);
        assertThat(reader.poll(this::onRecord, 1)).isEqualTo(1);
        assertThat(reader.poll(this::onRecord, ALL)).isEqualTo(ROOM - 6);
        assertThat(read).isEqualTo(numbers(0, ROOM));
    }

    @Test
    void shouldGiveBackOnlyTheRoomOfWhatWasRead()
    {
        fill(0);
        assertThat(ring.send(PAYLOAD_BYTES, 100)).isFalse();

        reader.poll(this::onRecord, 2);

        assertThat(ring.send(PAYLOAD_BYTES, 100)).isTrue();
        assertThat(ring.send(PAYLOAD_BYTES, 101)).isTrue();
        assertThat(ring.send(PAYLOAD_BYTES, 102)).isFalse();
    }

    @Test
    void shouldKeepTheRoomWhileTheHandlerLooksAtTheRecords()
    {
        fill(0);

        reader.poll((buffer, offset) -> assertThat(ring.consumerPosition()).isZero(), ALL);

        assertThat(ring.consumerPosition()).isEqualTo((long)ROOM * RECORD_BYTES);
    }

    @Test
    void shouldWriteNothingButTheConsumerPosition()
    {
        fill(0);
        final byte[] data = bytes(ring.data);
        final byte[] producer = bytes(ring.producerPage);
        final byte[] consumer = bytes(ring.consumerPage);

        reader.poll(this::onRecord, ALL);

        assertThat(bytes(ring.data)).isEqualTo(data);
        assertThat(bytes(ring.producerPage)).isEqualTo(producer);
        assertThat(Arrays.copyOfRange(bytes(ring.consumerPage), 8, consumer.length))
            .isEqualTo(Arrays.copyOfRange(consumer, 8, consumer.length));
    }

    @Test
    void shouldThrowOncePerPollWhenARecordHasAForeignLength()
    {
        ring.send(PAYLOAD_BYTES, 1);
        ring.send(PAYLOAD_BYTES - 8, 2);
        ring.send(PAYLOAD_BYTES, 3);

        for (int i = 0; i < 2; i++)
        {
            assertThatThrownBy(() -> reader.poll(this::onRecord, ALL))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("foreign record in the queued ring: lengthBytes=120, expected=128, position=136");
            assertThat(read).containsExactly(1L);
            assertThat(ring.consumerPosition()).isEqualTo(RECORD_BYTES);
        }
    }

    @Test
    void shouldLoseOnlyTheRecordAtHandWhenTheHandlerThrows()
    {
        fill(0);
        final IllegalArgumentException failure = new IllegalArgumentException("of the test");

        assertThatThrownBy(() -> reader.poll((buffer, offset) ->
        {
            if (3 == buffer.getLong(offset))
            {
                throw failure;
            }
            onRecord(buffer, offset);
        }, ALL)).isSameAs(failure);

        assertThat(ring.consumerPosition()).isEqualTo(4L * RECORD_BYTES);
        assertThat(reader.poll(this::onRecord, ALL)).isEqualTo(ROOM - 4);
        final List<Long> expected = numbers(0, ROOM);
        expected.remove(3L);
        assertThat(read).isEqualTo(expected);
    }

    @Test
    void shouldNotReadBeyondTheProducerPositionWhenOldRecordsLieThere()
    {
        begin(0);
        fill(0);
        reader.poll(this::onRecord, ALL);
        fill(100);
        reader.poll(this::onRecord, ALL);
        read.clear();

        ring.send(PAYLOAD_BYTES, 7);

        assertThat(reader.poll(this::onRecord, ALL)).isEqualTo(1);
        assertThat(read).containsExactly(7L);
    }

    @Test
    void shouldGoOnWhereTheLastReaderStopped()
    {
        fill(0);
        reader.poll(this::onRecord, 4);

        assertThat(reader(ring).poll(this::onRecord, ALL)).isEqualTo(ROOM - 4);
        assertThat(read).isEqualTo(numbers(0, ROOM));
    }

    @Test
    void shouldRefuseARingThatIsNoPowerOfTwoMappedTwice()
    {
        final PlainRing other = new PlainRing(CAPACITY_BYTES, 0);

        assertThatThrownBy(() -> new BpfRingBuffer(
            other.consumerPage, other.producerPage, other.data, CAPACITY_BYTES / 2, PAYLOAD_BYTES))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("capacityBytes=2048, mappedBytes=8192");
        assertThatThrownBy(() -> new BpfRingBuffer(
            other.consumerPage, other.producerPage, new UnsafeBuffer(new byte[6000]), 3000, PAYLOAD_BYTES))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("capacityBytes=3000");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 5, 8, 13, 21, 34})
    void shouldDoWhatAQueueDoesWhenDrivenAtRandom(final long seed)
    {
        final Random random = new Random(seed);
        begin((1L << 32) - 8L * random.nextInt(1 << 20));
        final ArrayDeque<Long> model = new ArrayDeque<>();
        final ArrayDeque<Long> seen = new ArrayDeque<>();
        long value = 0;
        for (int step = 0; step < 20_000; step++)
        {
            if (random.nextBoolean())
            {
                final boolean isDiscarded = 0 == random.nextInt(5);
                final long position = ring.reserve(isDiscarded ? 1 + random.nextInt(200) : PAYLOAD_BYTES);
                if (position >= 0 && isDiscarded)
                {
                    ring.discard(position);
                }
                else if (position >= 0)
                {
                    ring.submit(position, ++value);
                    model.add(value);
                }
            }
            else
            {
                final int limit = random.nextInt(8);
                final int count = reader.poll((buffer, offset) -> seen.add(buffer.getLong(offset)), limit);
                assertThat(count).as("seed %d, step %d", seed, step).isEqualTo(Math.min(limit, model.size()));
                assertThat(seen).hasSize(count);
                while (!seen.isEmpty())
                {
                    assertThat(seen.poll()).as("seed %d, step %d", seed, step).isEqualTo(model.poll());
                }
            }
        }
        assertThat(value).isGreaterThan(1_000);
    }

    private void onRecord(final DirectBuffer buffer, final int offset)
    {
        read.add(buffer.getLong(offset));
    }

    private void begin(final long position)
    {
        ring = new PlainRing(CAPACITY_BYTES, position);
        reader = reader(ring);
    }

    private int fill(final int firstValue)
    {
        int sent = 0;
        while (ring.send(PAYLOAD_BYTES, firstValue + sent))
        {
            sent++;
        }
        return sent;
    }

    private static BpfRingBuffer reader(final PlainRing ring)
    {
        return new BpfRingBuffer(
            ring.consumerPage, ring.producerPage, ring.data, ring.capacityBytes, PAYLOAD_BYTES);
    }

    private static List<Long> numbers(final int first, final int end)
    {
        final List<Long> numbers = new ArrayList<>();
        for (long i = first; i < end; i++)
        {
            numbers.add(i);
        }
        return numbers;
    }

    private static byte[] bytes(final UnsafeBuffer buffer)
    {
        final byte[] bytes = new byte[buffer.capacity()];
        buffer.getBytes(0, bytes);
        return bytes;
    }
}
