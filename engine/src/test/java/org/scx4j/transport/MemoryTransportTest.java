// SPDX-License-Identifier: Apache-2.0
package org.scx4j.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.scx4j.protocol.BpfRingBufferDescriptor.recordBytes;

import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.scx4j.protocol.DispatchedTaskDescriptor;
import org.scx4j.protocol.DispatchedTaskFlyweight;
import org.scx4j.protocol.KernelCounter;
import org.scx4j.protocol.QueuedTaskDescriptor;
import org.scx4j.protocol.QueuedTaskFlyweight;
import org.scx4j.protocol.SchedAbi;

@Timeout(60)
class MemoryTransportTest
{
    private static final int CAPACITY_BYTES = 4096;
    private static final int QUEUED_ROOM = CAPACITY_BYTES / recordBytes(QueuedTaskDescriptor.RECORD_BYTES);
    private static final int DISPATCHED_ROOM = CAPACITY_BYTES / recordBytes(DispatchedTaskDescriptor.RECORD_BYTES);

    private final MemoryTransport transport = new MemoryTransport(CAPACITY_BYTES);
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[DispatchedTaskDescriptor.RECORD_BYTES]);
    private final DispatchedTaskFlyweight decision = new DispatchedTaskFlyweight().wrap(buffer, 0);
    private final List<Long> tokens = new ArrayList<>();

    @Test
    void shouldHandOverTheRecordThatWasEnqueued()
    {
        final QueuedTaskFlyweight task = new QueuedTaskFlyweight();
        transport.enqueue(SchedAbi.SCHED_EVENT_QUEUED, 42, 7, 1234);

        final int count = transport.poll((memory, offset) ->
        {
            task.wrap(memory, offset);
            assertThat(task.kind()).isEqualTo(SchedAbi.SCHED_EVENT_QUEUED);
            assertThat(task.pid()).isEqualTo(42);
            assertThat(task.tgid()).isEqualTo(42);
            assertThat(task.token()).isEqualTo(7);
            assertThat(task.enqueueNs()).isEqualTo(1234);
            assertThat(task.weight()).isEqualTo(100);
            assertThat(task.nrCpusAllowed()).isEqualTo(1);
            assertThat(task.flags()).isZero();
        }, 10);

        assertThat(count).isEqualTo(1);
    }

    @Test
    void shouldClearTheRecordWhenItsMemoryIsUsedAgain()
    {
        for (int i = 0; i < 10 * QUEUED_ROOM; i++)
        {
            assertThat(transport.enqueue(SchedAbi.SCHED_EVENT_QUEUED, 1, 1, 1)).isTrue();
            final int expected = i;
            assertThat(transport.poll((memory, offset) ->
            {
                assertThat(memory.getLong(offset + QueuedTaskDescriptor.VTIME_OFFSET)).as("%d", expected).isZero();
                memory.putLong(offset + QueuedTaskDescriptor.VTIME_OFFSET, -1);
            }, 1)).isEqualTo(1);
        }
    }

    @Test
    void shouldRefuseAndCountWhenTheQueuedRingIsFull()
    {
        for (int i = 0; i < QUEUED_ROOM; i++)
        {
            assertThat(enqueue(i)).isTrue();
        }
        assertThat(enqueue(999)).isFalse();
        assertThat(transport.counter(KernelCounter.NR_CONGESTED)).isEqualTo(1);
        assertThat(transport.counter(KernelCounter.NR_QUEUED)).isEqualTo(QUEUED_ROOM);

        assertThat(transport.poll(this::onRecord, 1)).isEqualTo(1);
        assertThat(enqueue(QUEUED_ROOM)).isTrue();
        assertThat(transport.poll(this::onRecord, 1000)).isEqualTo(QUEUED_ROOM);
        for (int i = 0; i <= QUEUED_ROOM; i++)
        {
            assertThat(tokens.get(i)).isEqualTo(i);
        }
    }

    @Test
    void shouldNotCountAnExitAsQueued()
    {
        transport.enqueue(SchedAbi.SCHED_EVENT_EXIT, 1, 0, 0);

        assertThat(transport.counter(KernelCounter.NR_QUEUED)).isZero();
        assertThat(transport.poll(this::onRecord, 10)).isEqualTo(1);
    }

    @Test
    void shouldDrainDecisionsInOrderWhenTheyArePublished()
    {
        offer(1);
        offer(2);
        assertThat(drain()).isZero();

        transport.publish();
        assertThat(drain()).isEqualTo(2);
        assertThat(tokens).containsExactly(1L, 2L);
        assertThat(drain()).isZero();
        assertThat(transport.counter(KernelCounter.NR_DECIDED)).isEqualTo(2);
    }

    @Test
    void shouldRefuseDecisionsWhenTheDispatchedRingIsFull()
    {
        for (int i = 0; i < DISPATCHED_ROOM; i++)
        {
            assertThat(offer(i)).isTrue();
        }
        assertThat(offer(999)).isFalse();

        transport.publish();
        assertThat(drain()).isEqualTo(DISPATCHED_ROOM);
        assertThat(offer(DISPATCHED_ROOM)).isTrue();
        transport.publish();
        assertThat(drain()).isEqualTo(1);
        assertThat(tokens).hasSize(DISPATCHED_ROOM + 1).doesNotContain(999L);
    }

    @Test
    void shouldLiveOnWhenItsLifeCycleIsRunTwice()
    {
        for (int i = 0; i < 2; i++)
        {
            transport.attach();
            transport.detach();
            transport.close();
        }
        transport.park(10_000);

        assertThat(transport.exitInfo()).isNull();
        assertThat(transport.backend()).isEqualTo("memory");
        assertThat(transport.nrCpuIds()).isEqualTo(1);
        assertThat(transport.enterHotThread(0, 0, true)).isZero();
    }

    @Test
    void shouldRefuseACapacityThatIsNoPowerOfTwo()
    {
        assertThatThrownBy(() -> new MemoryTransport(5000)).isInstanceOf(IllegalArgumentException.class);
    }

    private boolean enqueue(final long token)
    {
        return transport.enqueue(SchedAbi.SCHED_EVENT_QUEUED, 1, token, 1);
    }

    private boolean offer(final long token)
    {
        decision.pid(1).token(token);
        return transport.offer(buffer, 0);
    }

    private int drain()
    {
        return transport.drain((drained) -> tokens.add(drained.token()));
    }

    private void onRecord(final DirectBuffer memory, final int offset)
    {
        tokens.add(memory.getLong(offset + QueuedTaskDescriptor.TOKEN_OFFSET));
    }
}
