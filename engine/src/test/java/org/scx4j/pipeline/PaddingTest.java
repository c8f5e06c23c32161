// SPDX-License-Identifier: Apache-2.0
package org.scx4j.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.stream.LongStream;
import org.agrona.UnsafeApi;
import org.agrona.concurrent.AtomicBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.scx4j.protocol.ControlDescriptor;
import org.scx4j.protocol.DispatchedTaskDescriptor;
import org.scx4j.protocol.KernelCounter;
import org.scx4j.protocol.QueuedTaskDescriptor;
import org.scx4j.protocol.SchedAbi;

/**
 * Words of different writers lie in different pairs of cache lines: the adjacent-line prefetcher pulls pairs.
 */
@Timeout(60)
class PaddingTest
{
    private static final int PAIR_BYTES = 128;

    private final DecisionLog log = new DecisionLog(128);

    @Test
    void shouldKeepThePositionsOfTheDecisionLogInPairsOfTheirOwn() throws ReflectiveOperationException
    {
        final int tail = constant(DecisionLog.class, "TAIL_OFFSET");
        final int head = constant(DecisionLog.class, "HEAD_OFFSET");
        final AtomicBuffer positions = (AtomicBuffer)field(DecisionLog.class, "positions").get(log);

        assertThat(positions.addressOffset() % PAIR_BYTES).isZero();
        assertThat(tail / PAIR_BYTES).isNotEqualTo(head / PAIR_BYTES);
        assertThat(Math.min(tail, head)).as("room before the first").isGreaterThanOrEqualTo(PAIR_BYTES);
        assertThat(positions.capacity()).as("room behind the last")
            .isGreaterThanOrEqualTo((Math.max(tail, head) / PAIR_BYTES + 1) * PAIR_BYTES);
        log.tailRelease(5);
        log.headRelease(6);
        assertThat(positions.getLong(tail)).isEqualTo(5);
        assertThat(positions.getLong(head)).isEqualTo(6);
    }

    @Test
    void shouldBeginRecordsOnALine()
    {
        assertThat(log.buffer().addressOffset() % PAIR_BYTES).isZero();
        assertThat(DispatchedTaskDescriptor.RECORD_BYTES).isEqualTo(64);
        final TaskEvent first = TaskEvent.factory(4).newInstance();
        assertThat((first.buffer().addressOffset() + first.offset()) % PAIR_BYTES).isZero();
        assertThat(QueuedTaskDescriptor.RECORD_BYTES % PAIR_BYTES).isZero();
        assertThat(KernelCounter.ENTRY_BYTES % PAIR_BYTES).isZero();
    }

    /** Each word with the pair of lines of its only writer. */
    @ParameterizedTest
    @CsvSource({
        "ENGINE_TGID_OFFSET, 0", "STOPPING_OFFSET, 0", "SLICE_NS_OFFSET, 0", "HOT_TIDS_OFFSET, 0",
        "HOT_CPUS_OFFSET, 0", "PAD0_OFFSET, 0",
        "PARKED_OFFSET, 1", "PAD1_OFFSET, 1",
        "PUBLISHED_BYTES_OFFSET, 2", "PAD2_OFFSET, 2",
        "DRAINED_BYTES_OFFSET, 3", "IDLE_WAITING_OFFSET, 3", "NR_CPU_IDS_OFFSET, 3", "PAD3_OFFSET, 3",
        "KICK_CPUS_OFFSET, 4", "IDLE_CPUS_OFFSET, 5",
        "LEASE_LOST_AT_NS_OFFSET, 6", "NR_LEASES_LOST_OFFSET, 6", "LEASE_LOST_NS_OFFSET, 6",
        "LEASE_LOST_MAX_NS_OFFSET, 6", "LEASE_LOST_THREAD_OFFSET, 6", "PAD4_OFFSET, 6",
        "BEATS_OFFSET, 7"})
    void shouldKeepTheControlWordsOfEachWriterInAPairOfTheirOwn(final String word, final int pair)
        throws ReflectiveOperationException
    {
        assertThat(constant(ControlDescriptor.class, word) / PAIR_BYTES).isEqualTo(pair);
        assertThat(ControlDescriptor.CONTROL_BYTES).isEqualTo((7 + SchedAbi.SCHED_MAX_HOT_THREADS) * PAIR_BYTES);
        assertThat(SchedAbi.SCHED_BEAT_WORDS * Long.BYTES).as("one pair for each thread").isEqualTo(PAIR_BYTES);
    }

    /** The collector may put two objects side by side: the pad comes first in each, so no field shares a line. */
    @ParameterizedTest
    @ValueSource(classes = {RingReader.class, PolicyHandler.class, DecisionWriter.class, DispatchHandler.class})
    void shouldKeepTheFieldsOfAHotObjectBehindThePad(final Class<?> type)
    {
        assertThat(type.getSuperclass()).isEqualTo(CacheLinePad.class);
        assertThat(CacheLinePad.PAD_BYTES).isEqualTo(PAIR_BYTES);
        final long padEnd = offsets(CacheLinePad.class).max().orElseThrow();
        assertThat(padEnd - offsets(CacheLinePad.class).min().orElseThrow()).isGreaterThanOrEqualTo(PAIR_BYTES - 1);
        assertThat(offsets(type).min().orElseThrow()).isGreaterThan(padEnd);
    }

    private static LongStream offsets(final Class<?> type)
    {
        return Arrays.stream(type.getDeclaredFields())
            .filter((field) -> !Modifier.isStatic(field.getModifiers()))
            .mapToLong(UnsafeApi::objectFieldOffset);
    }

    private static int constant(final Class<?> type, final String name) throws ReflectiveOperationException
    {
        return field(type, name).getInt(null);
    }

    private static Field field(final Class<?> type, final String name) throws ReflectiveOperationException
    {
        final Field field = type.getDeclaredField(name);
        field.setAccessible(true);
        return field;
    }
}
