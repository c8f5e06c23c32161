// SPDX-License-Identifier: Apache-2.0
package org.scx4j.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.scx4j.protocol.BpfRingBufferDescriptor.recordBytes;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.scx4j.pipeline.Pipeline;
import org.scx4j.pipeline.PipelineOptions;
import org.scx4j.pipeline.ThreadLayout;
import org.scx4j.pipeline.WaitMode;
import org.scx4j.policy.Fifo;
import org.scx4j.protocol.BpfRingBufferDescriptor;
import org.scx4j.protocol.DispatchedTaskDescriptor;
import org.scx4j.protocol.DispatchedTaskFlyweight;
import org.scx4j.protocol.QueuedTaskDescriptor;
import org.scx4j.protocol.QueuedTaskFlyweight;
import org.scx4j.protocol.SchedAbi;

/**
 * The real BPF rings of this machine's kernel: no sched_ext is needed, root is.
 */
@Timeout(300)
class HostRingsTest
{
    private static final int RING_BYTES = 4096;
    private static final int QUEUED_ROOM = (RING_BYTES - 1) / recordBytes(QueuedTaskDescriptor.RECORD_BYTES);
    private static final int DISPATCHED_ROOM = RING_BYTES / recordBytes(DispatchedTaskDescriptor.RECORD_BYTES);
    private static final int ALL = Integer.MAX_VALUE;
    private static final int ROUND_TRIPS = 200_000;
    private static final int MAX_WINDOWS = 10;
    private static final int BURST = 200;

    private final QueuedTaskFlyweight task = new QueuedTaskFlyweight();
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[DispatchedTaskDescriptor.RECORD_BYTES]);
    private final DispatchedTaskFlyweight decision = new DispatchedTaskFlyweight().wrap(buffer, 0);
    private HostRings rings;
    private long lastRead;
    private long lastOffered;

    @AfterEach
    void close()
    {
        if (null != rings)
        {
            rings.close();
        }
    }

    private List<Integer> readExits()
    {
        final List<Integer> pids = new ArrayList<>();
        rings.queued.poll((memory, offset) ->
        {
            task.wrap(memory, offset);
            assertThat(task.kind()).isEqualTo(SchedAbi.SCHED_EVENT_EXIT);
            pids.add(task.pid());
        }, ALL);
        return pids;
    }

    @Test
    void shouldTellOfEveryExitOnceWhenTheRingWasFull()
    {
        rings = HostRings.open(RING_BYTES);
        final int count = 10 * QUEUED_ROOM;
        rings.exitPids(1000, count);
        assertThat(rings.nrLate()).isEqualTo(count - QUEUED_ROOM);

        final List<Integer> pids = new ArrayList<>();
        for (int tick = 0; tick < 1000 && pids.size() < count; tick++)
        {
            pids.addAll(readExits());
            rings.tick();
        }

        assertThat(pids).hasSize(count).doesNotHaveDuplicates().contains(1000, 1000 + count - 1);
        assertThat(rings.nrLate()).isZero();
    }

    @Test
    void shouldTellOfTheExitFirstWhenAPidIsUsedAgain()
    {
        rings = HostRings.open(RING_BYTES);
        rings.exitPids(4_000_000, QUEUED_ROOM + 3);
        final int late = 4_000_000 + QUEUED_ROOM + 1;
        rings.reusePid(late);
        assertThat(rings.refused()).as("no room yet: the new task is not queued either").isEqualTo(1);
        assertThat(readExits()).hasSize(QUEUED_ROOM).doesNotContain(late);

        rings.reusePid(late);

        assertThat(readExits()).containsExactly(late);
        assertThat(rings.refused()).isEqualTo(1);
        assertThat(rings.nrLate()).isEqualTo(2);
    }

    @Test
    void shouldReadTheRecordThatTheKernelWrote()
    {
        rings = HostRings.open(RING_BYTES);
        assertThat(rings.queued.isEmpty()).isTrue();
        final long begin = System.nanoTime();
        rings.produce(1, 0);

        assertThat(rings.queued.isEmpty()).isFalse();
        assertThat(rings.queued.poll((memory, offset) ->
        {
            task.wrap(memory, offset);
            assertThat(task.kind()).isEqualTo(SchedAbi.SCHED_EVENT_QUEUED);
            assertThat(task.token()).isEqualTo(1);
            assertThat(task.pid()).isEqualTo(1);
            assertThat(task.tgid()).isEqualTo(1);
            assertThat(task.weight()).isEqualTo(100);
            assertThat(task.nrCpusAllowed()).isEqualTo(1);
            assertThat(task.vtime()).isZero();
            assertThat(task.enqueueNs()).as("the kernel's clock is Java's").isBetween(begin, System.nanoTime());
        }, ALL)).isEqualTo(1);
        assertThat(rings.queued.isEmpty()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {4096, 8192, 65_536})
    void shouldReadEveryTokenInOrderWhenTheRingWrapsManyTimes(final int ringBytes)
    {
        rings = HostRings.open(ringBytes);
        final int room = (ringBytes - 1) / recordBytes(QueuedTaskDescriptor.RECORD_BYTES);
        for (int round = 0; round < 200; round++)
        {
            final int count = 1 + (round * 7) % room;
            rings.produce(count, 0);
            assertThat(rings.queued.poll(this::onRecord, ALL)).isEqualTo(count);
        }
        assertThat(rings.produced()).isEqualTo(lastRead).isGreaterThan(10L * room);
        assertThat(rings.refused()).isZero();
    }

    @Test
    void shouldSkipTheRecordsThatTheKernelDiscarded()
    {
        rings = HostRings.open(RING_BYTES);
        for (int round = 0; round < 200; round++)
        {
            rings.produce(21, 3);
            assertThat(rings.queued.poll(this::onRecord, ALL)).isEqualTo(14);
            assertThat(rings.queued.isEmpty()).isTrue();
        }
        rings.produce(10, 1);
        assertThat(rings.queued.isEmpty()).isFalse();
        assertThat(rings.queued.poll(this::onRecord, ALL)).isZero();
        assertThat(rings.queued.isEmpty()).isTrue();
        assertThat(rings.produced()).isEqualTo(lastRead).isEqualTo(2_800);
        assertThat(rings.refused()).isZero();
    }

    @Test
    void shouldLoseNothingThatTheKernelAcceptedWhenTheQueuedRingIsFull()
    {
        rings = HostRings.open(RING_BYTES);
        rings.produce(100, 0);
        assertThat(rings.produced()).isEqualTo(QUEUED_ROOM);
        assertThat(rings.refused()).isEqualTo(100 - QUEUED_ROOM);

        assertThat(rings.queued.poll(this::onRecord, 7)).isEqualTo(7);
        rings.produce(100, 0);
        assertThat(rings.produced()).as("room for what was read").isEqualTo(QUEUED_ROOM + 7);
        assertThat(rings.queued.poll(this::onRecord, ALL)).isEqualTo(QUEUED_ROOM);
        assertThat(lastRead).isEqualTo(QUEUED_ROOM + 7);
    }

    @Test
    void shouldDrainExactlyWhatWasPublished()
    {
        rings = HostRings.open(RING_BYTES);
        assertThat(rings.drain()).isZero();
        offer(5);
        assertThat(rings.drain()).as("nothing is published").isZero();
        rings.dispatched.publish();
        offer(4);
        assertThat(rings.drain()).isEqualTo(5);
        assertThat(rings.drain()).isZero();
        rings.dispatched.publish();
        assertThat(rings.drain()).isEqualTo(4);

        assertThat(rings.drained()).isEqualTo(9);
        assertThat(rings.mismatched()).isZero();
    }

    @Test
    void shouldSeeAMismatchWhenATokenIsNotTheNextOne()
    {
        rings = HostRings.open(RING_BYTES);
        lastOffered = 5;
        offer(1);
        rings.dispatched.publish();

        assertThat(rings.drain()).isEqualTo(1);
        assertThat(rings.mismatched()).isEqualTo(1);
    }

    @Test
    void shouldRefuseAndRecoverWhenTheDispatchedRingIsFull()
    {
        rings = HostRings.open(RING_BYTES);
        for (int round = 0; round < 100; round++)
        {
            offer(DISPATCHED_ROOM);
            decision.token(-1);
            assertThat(rings.offer(buffer, 0)).isFalse();
            rings.dispatched.publish();
            assertThat(rings.offer(buffer, 0)).isFalse();
            assertThat(rings.drain()).isEqualTo(DISPATCHED_ROOM);
        }
        assertThat(rings.drained()).isEqualTo(100L * DISPATCHED_ROOM);
        assertThat(rings.mismatched()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {4096, 8192, 65_536})
    void shouldDrainEveryTokenInOrderWhenTheRingWrapsManyTimes(final int ringBytes)
    {
        rings = HostRings.open(ringBytes);
        final int room = ringBytes / recordBytes(DispatchedTaskDescriptor.RECORD_BYTES);
        for (int round = 0; round < 200; round++)
        {
            final int count = 1 + (round * 7) % room;
            offer(count);
            rings.dispatched.publish();
            assertThat(rings.drain()).isEqualTo(count);
        }
        assertThat(rings.drained()).isEqualTo(lastOffered).isGreaterThan(10L * room);
        assertThat(rings.mismatched()).isZero();
    }

    @Test
    void shouldMapAsTheDescriptorSays()
    {
        assertThat(BpfRingBufferDescriptor.mappingBytes(RING_BYTES, 4096)).isEqualTo(2 * 4096 + 2 * RING_BYTES);
        assertThat(recordBytes(QueuedTaskDescriptor.RECORD_BYTES)).isEqualTo(136);
        assertThat(recordBytes(DispatchedTaskDescriptor.RECORD_BYTES)).isEqualTo(72);
    }

    @ParameterizedTest
    @ValueSource(ints = {64, 4096})
    void shouldGoRoundWithoutAllocationWhenAPipelineRunsOverTheRings(final int events)
    {
        rings = HostRings.open(1 << 16);
        final CopyOnWriteArrayList<Throwable> errors = new CopyOnWriteArrayList<>();
        final ThreadMXBean threads = (ThreadMXBean)ManagementFactory.getThreadMXBean();
        final Pipeline pipeline = new Pipeline(rings, new Fifo(), new PipelineOptions(
            ThreadLayout.INLINE, new int[]{0}, WaitMode.PARK, events, 4 * events, 0, 1), errors::add, errors::add);
        final List<String> windows = new ArrayList<>();
        long[] before;
        long[] after;
        pipeline.start();
        try
        {
            final long[] ids = pipeline.javaThreadIds();
            goRound(errors);
            after = threads.getThreadAllocatedBytes(ids);
            do
            {
                before = after;
                goRound(errors);
                after = threads.getThreadAllocatedBytes(ids);
                windows.add(Arrays.toString(after));
            }
            while (!Arrays.equals(before, after) && windows.size() < MAX_WINDOWS);
        }
        finally
        {
            pipeline.close();
        }

        assertThat(errors).isEmpty();
        assertThat(rings.mismatched()).isZero();
        assertThat(rings.refused()).isZero();
        assertThat(rings.drained()).isEqualTo(rings.produced()).isEqualTo((windows.size() + 1L) * ROUND_TRIPS);
        assertThat(pipeline.nrRead()).isEqualTo(rings.produced());
        assertThat(pipeline.nrDispatched()).isEqualTo(rings.produced());
        assertThat(after).as("bytes of the hot thread, by windows of 200000 round trips: %s", windows)
            .isEqualTo(before).doesNotContain(-1);
    }

    /** Bursts, so that the ring never refuses one and every token must come back. */
    private void goRound(final List<Throwable> errors)
    {
        for (int i = 0; i < ROUND_TRIPS; i += BURST)
        {
            final long due = rings.drained() + BURST;
            rings.produce(BURST, 0);
            while (rings.drained() < due && errors.isEmpty())
            {
                assertThat(rings.drain()).isNotNegative();
                assertThat(Thread.interrupted()).as("time is up at token %d", rings.drained()).isFalse();
            }
        }
    }

    private void offer(final int count)
    {
        for (int i = 0; i < count; i++)
        {
            decision.pid(1).cpu(SchedAbi.SCHED_CPU_ANY).token(++lastOffered);
            assertThat(rings.offer(buffer, 0)).isTrue();
        }
    }

    private void onRecord(final MutableDirectBuffer memory, final int offset)
    {
        final long token = task.wrap(memory, offset).token();
        assertThat(token).isEqualTo(lastRead + 1);
        lastRead = token;
    }
}
