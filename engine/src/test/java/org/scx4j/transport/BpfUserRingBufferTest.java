// SPDX-License-Identifier: Apache-2.0
package org.scx4j.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.scx4j.protocol.BpfRingBufferDescriptor.BUSY_BIT;
import static org.scx4j.protocol.BpfRingBufferDescriptor.DISCARD_BIT;
import static org.scx4j.protocol.BpfRingBufferDescriptor.HEADER_BYTES;
import static org.scx4j.protocol.BpfRingBufferDescriptor.LENGTH_OFFSET;
import static org.scx4j.protocol.BpfRingBufferDescriptor.recordBytes;

import java.util.ArrayDeque;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The writer of the user ring, on plain memory.
 */
@Timeout(60)
class BpfUserRingBufferTest
{
    private static final int PAYLOAD_BYTES = 64;
    private static final int RECORD_BYTES = recordBytes(PAYLOAD_BYTES);
    private static final int CAPACITY_BYTES = 4096;
    private static final int ROOM = CAPACITY_BYTES / RECORD_BYTES;

    private final UnsafeBuffer payload = new UnsafeBuffer(new byte[256]);
    private PlainRing ring = new PlainRing(CAPACITY_BYTES, 0);
    private BpfUserRingBuffer writer = writer(ring);

    @Test
    void shouldPublishNothingWhenNothingWasOffered()
    {
        assertThat(writer.publish()).isZero();
        assertThat(ring.producerPosition()).isZero();
    }

    @Test
    void shouldShowNothingBeforeItIsPublished()
    {
        assertThat(offer(1)).isTrue();
        assertThat(offer(2)).isTrue();
        assertThat(ring.producerPosition()).isZero();

        assertThat(writer.publish()).isEqualTo(2 * RECORD_BYTES);
        assertThat(ring.producerPosition()).isEqualTo(2 * RECORD_BYTES);
        assertThat(ring.take()).isEqualTo(1);
        assertThat(ring.take()).isEqualTo(2);
    }

    @Test
    void shouldWriteHeaderAndPayloadWhenOffered()
    {
        final Random random = new Random(1);
        random.nextBytes(payload.byteArray());

        assertThat(writer.offer(payload, 16, PAYLOAD_BYTES)).isTrue();

        assertThat(ring.data.getInt(LENGTH_OFFSET)).isEqualTo(PAYLOAD_BYTES);
        for (int i = 0; i < PAYLOAD_BYTES; i++)
        {
            assertThat(ring.data.getByte(HEADER_BYTES + i)).isEqualTo(payload.getByte(16 + i));
        }
        for (int i = RECORD_BYTES; i < ring.data.capacity(); i++)
        {
            assertThat(ring.data.getByte(i)).as("byte %d", i).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 16", "8, 16", "9, 24", "61, 72", "64, 72", "120, 128"})
    void shouldRoundUpToEightBytesWhenPublished(final int payloadBytes, final int recordBytes)
    {
        assertThat(writer.offer(payload, 0, payloadBytes)).isTrue();

        assertThat(writer.publish()).isEqualTo(recordBytes);
        assertThat(ring.data.getInt(LENGTH_OFFSET)).isEqualTo(payloadBytes);
    }

    @Test
    void shouldRefuseAndRecoverWhenTheRingIsFull()
    {
        assertThat(fill(0)).isEqualTo(ROOM);
        writer.publish();
        final long full = ring.producerPosition();
        assertThat(offer(999)).isFalse();
        assertThat(writer.publish()).as("a refused record leaves no trace").isEqualTo(full);

        assertThat(ring.take()).isZero();
        assertThat(offer(ROOM)).isTrue();
        assertThat(offer(999)).isFalse();
        writer.publish();

        for (int i = 1; i <= ROOM; i++)
        {
            assertThat(ring.take()).isEqualTo(i);
        }
        assertThat(ring.consumerPosition()).isEqualTo(ring.producerPosition());
    }

    @Test
    void shouldFillTheLastByteWhenRecordsFitExactly()
    {
        final int exact = 56;
        for (int i = 0; i < CAPACITY_BYTES / recordBytes(exact); i++)
        {
            assertThat(writer.offer(payload, 0, exact)).as("record %d", i).isTrue();
        }
        assertThat(writer.offer(payload, 0, 1)).isFalse();
        assertThat(writer.publish()).isEqualTo(CAPACITY_BYTES);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, (1L << 31) - 17 * 72, (1L << 31) - 8, (1L << 32) - 17 * 72, (1L << 32) - 8, 1L << 45})
    void shouldKeepTheOrderWhenTheRingWrapsManyTimes(final long start)
    {
        begin(start);
        int offered = 0;
        int taken = 0;
        for (int round = 0; round < 200; round++)
        {
            offered += fill(offered);
            assertThat(writer.publish()).isEqualTo(start + (long)offered * RECORD_BYTES);
            while (taken < offered)
            {
                assertThat(ring.take()).isEqualTo(taken++);
            }
        }
        assertThat(taken).isEqualTo(200 * ROOM);
    }

    @Test
    void shouldNeverWriteTheConsumersPage()
    {
        fill(0);
        writer.publish();

        for (int i = 0; i < ring.consumerPage.capacity(); i++)
        {
            assertThat(ring.consumerPage.getByte(i)).isZero();
        }
    }

    @Test
    void shouldGoOnWhereTheLastWriterPublished()
    {
        offer(1);
        writer.publish();
        offer(2);
        writer = writer(ring);
        offer(3);
        writer.publish();

        assertThat(ring.take()).isEqualTo(1);
        assertThat(ring.take()).as("what was not published does not exist").isEqualTo(3);
        assertThatThrownBy(ring::take).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void shouldRefuseARingThatIsNoPowerOfTwoMappedTwice()
    {
        assertThatThrownBy(() -> new BpfUserRingBuffer(
            ring.consumerPage, ring.producerPage, ring.data, CAPACITY_BYTES / 2))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("capacityBytes=2048, mappedBytes=8192");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 5, 8, 13, 21, 34})
    void shouldDoWhatAQueueDoesWhenDrivenAtRandom(final long seed)
    {
        final Random random = new Random(seed);
        begin((1L << 32) - 8L * random.nextInt(1 << 20));
        final ArrayDeque<Long> offered = new ArrayDeque<>();
        final ArrayDeque<Long> published = new ArrayDeque<>();
        long value = 0;
        for (int step = 0; step < 20_000; step++)
        {
            switch (random.nextInt(4))
            {
                case 0:
                    writer.publish();
                    published.addAll(offered);
                    offered.clear();
                    break;

                case 1:
                    for (int i = random.nextInt(3); i > 0 && !published.isEmpty(); i--)
                    {
                        assertThat(ring.take()).as("seed %d, step %d", seed, step).isEqualTo(published.poll());
                    }
                    break;

                default:
                    final boolean hasRoom = offered.size() + published.size() < ROOM;
                    assertThat(offer(value + 1)).as("seed %d, step %d", seed, step).isEqualTo(hasRoom);
                    if (hasRoom)
                    {
                        offered.add(++value);
                    }
            }
            assertThat(ring.producerPosition() - ring.consumerPosition())
                .as("seed %d, step %d", seed, step).isEqualTo((long)published.size() * RECORD_BYTES);
        }
        assertThat(value).isGreaterThan(1_000);
    }

    private void begin(final long position)
    {
        ring = new PlainRing(CAPACITY_BYTES, position);
        writer = writer(ring);
    }

    private int fill(final int firstValue)
    {
        int count = 0;
        while (offer(firstValue + count))
        {
            count++;
        }
        return count;
    }

    private boolean offer(final long value)
    {
        payload.putLong(0, value);
        return writer.offer(payload, 0, PAYLOAD_BYTES);
    }

    @Test
    void shouldDropWhatIsNotAWholeRecordWhenRepaired()
    {
        final int begin = 3 * CAPACITY_BYTES - 2 * RECORD_BYTES;
        ring = new PlainRing(CAPACITY_BYTES, begin);
        writer = writer(ring);
        for (int value = 1; value <= 5; value++)
        {
            assertThat(offer(value)).isTrue();
        }
        writer.publish();
        final int busy = ring.index(begin + RECORD_BYTES) + LENGTH_OFFSET;
        final int foreign = ring.index(begin + 3L * RECORD_BYTES) + LENGTH_OFFSET;
        ring.data.putInt(busy, PAYLOAD_BYTES | BUSY_BIT);
        ring.data.putInt(foreign, 7);

        assertThat(writer(ring).repair(PAYLOAD_BYTES)).isEqualTo(begin + 5L * RECORD_BYTES);

        assertThat(ring.data.getInt(busy)).isEqualTo(PAYLOAD_BYTES | DISCARD_BIT);
        assertThat(ring.data.getInt(foreign)).isEqualTo(PAYLOAD_BYTES | DISCARD_BIT);
        assertThat(ring.take()).isEqualTo(1);
    }

    @Test
    void shouldChangeNothingWhenAllIsWholeAndGoOnBehindIt()
    {
        assertThat(offer(1)).isTrue();
        assertThat(offer(2)).isTrue();
        writer.publish();
        assertThat(offer(3)).as("not published: its writer is gone").isTrue();

        writer = writer(ring);
        assertThat(writer.repair(PAYLOAD_BYTES)).isEqualTo(2 * RECORD_BYTES);
        assertThat(offer(4)).isTrue();
        writer.publish();

        assertThat(ring.take()).isEqualTo(1);
        assertThat(ring.take()).isEqualTo(2);
        assertThat(ring.take()).isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(longs = {-8, 8, 80, 58 * 72})
    void shouldRefuseToRepairWhenThePositionsAreForeign(final long publishedBytes)
    {
        ring.consumerPage.putLong(0, 1 << 20);
        ring.producerPage.putLong(0, (1 << 20) + publishedBytes);

        assertThatThrownBy(() -> writer(ring).repair(PAYLOAD_BYTES)).isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("consumed=" + (1 << 20)).hasMessageContaining("produced=");
    }

    private static BpfUserRingBuffer writer(final PlainRing ring)
    {
        return new BpfUserRingBuffer(ring.consumerPage, ring.producerPage, ring.data, ring.capacityBytes);
    }
}
