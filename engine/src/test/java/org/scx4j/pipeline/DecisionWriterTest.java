// SPDX-License-Identifier: Apache-2.0
package org.scx4j.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.scx4j.api.Cpu;
import org.scx4j.protocol.DispatchedTaskFlyweight;
import org.scx4j.protocol.SchedAbi;
import org.scx4j.transport.MemoryTransport;

@Timeout(60)
class DecisionWriterTest
{
    private static final int CAPACITY = 128;

    private final DecisionLog log = new DecisionLog(CAPACITY);
    private final MemoryTransport kernel = new MemoryTransport(1 << 12);
    private final DecisionWriter writer = new DecisionWriter(log, kernel, Journal.NONE);
    private final DispatchedTaskFlyweight record = new DispatchedTaskFlyweight();

    @Test
    void shouldWriteEveryFieldWhenCommitted()
    {
        assertThat(writer.dispatch(42, 7, 1234).cpu(3).sliceNs(5_000_000).vtime(99).commit()).isTrue();

        record.wrap(log.buffer(), log.offset(0));
        assertThat(record.pid()).isEqualTo(42);
        assertThat(record.token()).isEqualTo(7);
        assertThat(record.enqueueNs()).isEqualTo(1234);
        assertThat(record.cpu()).isEqualTo(3);
        assertThat(record.sliceNs()).isEqualTo(5_000_000);
        assertThat(record.vtime()).isEqualTo(99);
        assertThat(record.flags()).isZero();
    }

    @Test
    void shouldStartFromTheDefaultsWhenTheLastDecisionHadOthers()
    {
        log.buffer().setMemory(0, log.buffer().capacity(), (byte)0xff);
        writer.dispatch(1, 1, 1).cpu(3).sliceNs(5).vtime(6).head().preempt().commit();
        writer.dispatch(2, 2, 2).cpu(4).sliceNs(7).vtime(8);
        writer.dispatch(3, 3, 3).commit();

        record.wrap(log.buffer(), log.offset(1));
        assertThat(record.pid()).isEqualTo(3);
        assertThat(record.cpu()).isEqualTo(Cpu.ANY);
        assertThat(record.sliceNs()).isZero();
        assertThat(record.vtime()).isZero();
        assertThat(record.flags()).isZero();
        assertThat(writer.position()).isEqualTo(2);
    }

    @Test
    void shouldSayWhatIsSpecialAboutADecision()
    {
        writer.dispatch(1, 1, 1).head().commit();
        writer.dispatch(2, 2, 2).cpu(3).preempt().commit();

        assertThat(record.wrap(log.buffer(), log.offset(0)).flags()).isEqualTo(SchedAbi.SCHED_DECISION_HEAD);
        assertThat(record.wrap(log.buffer(), log.offset(1)).flags()).isEqualTo(SchedAbi.SCHED_DECISION_PREEMPT);
    }

    @Test
    void shouldWriteAKickWithoutATask()
    {
        assertThat(writer.kick(2)).isTrue();
        assertThat(writer.preempt(3)).isTrue();

        record.wrap(log.buffer(), log.offset(0));
        assertThat(record.flags()).isEqualTo(SchedAbi.SCHED_DECISION_KICK);
        assertThat(record.cpu()).isEqualTo(2);
        assertThat(record.pid()).isZero();
        assertThat(record.token()).isZero();
        assertThat(record.enqueueNs()).as("not in the latency figures").isZero();
        record.wrap(log.buffer(), log.offset(1));
        assertThat(record.flags()).isEqualTo(SchedAbi.SCHED_DECISION_KICK | SchedAbi.SCHED_DECISION_PREEMPT);
        assertThat(record.cpu()).isEqualTo(3);
    }

    @Test
    void shouldRefuseAKickWhenTheLogIsFull()
    {
        for (int i = 0; i < CAPACITY; i++)
        {
            assertThat(writer.kick(i)).isTrue();
        }

        assertThat(writer.kick(0)).isFalse();
        assertThat(writer.takeRefused()).isTrue();
    }

    @Test
    void shouldShowNothingBeforeTheFlush()
    {
        writer.dispatch(1, 1, 1).commit();
        writer.dispatch(2, 2, 2).commit();
        assertThat(log.tailAcquire()).isZero();

        writer.flush();
        assertThat(log.tailAcquire()).isEqualTo(2);
    }

    @Test
    void shouldRefuseAndRecoverWhenTheLogIsFull()
    {
        for (int i = 0; i < CAPACITY; i++)
        {
            assertThat(writer.dispatch(i, i, i).commit()).isTrue();
        }
        assertThat(writer.dispatch(999, 999, 999).commit()).isFalse();
        assertThat(writer.position()).isEqualTo(CAPACITY);
        assertThat(record.wrap(log.buffer(), log.offset(0)).token()).as("the oldest is untouched").isZero();

        log.headRelease(1);
        assertThat(writer.dispatch(999, 999, 999).commit()).isTrue();
        assertThat(writer.dispatch(1000, 1000, 1000).commit()).isFalse();
        assertThat(record.wrap(log.buffer(), log.offset(CAPACITY)).token()).isEqualTo(999);
    }

    @Test
    void shouldCountRoomExactly()
    {
        assertThat(writer.hasRoom(CAPACITY)).isTrue();
        assertThat(writer.hasRoom(CAPACITY + 1)).isFalse();
        writer.dispatch(1, 1, 1).commit();
        assertThat(writer.hasRoom(CAPACITY - 1)).isTrue();
        assertThat(writer.hasRoom(CAPACITY)).isFalse();
        log.headRelease(1);
        assertThat(writer.hasRoom(CAPACITY)).isTrue();
    }

    @Test
    void shouldGoOnBehindWhatAnEarlierWriterFlushed()
    {
        writer.dispatch(1, 1, 1).commit();
        writer.flush();
        final DecisionWriter next = new DecisionWriter(log, kernel, Journal.NONE);
        next.dispatch(2, 2, 2).commit();
        next.flush();

        assertThat(log.tailAcquire()).isEqualTo(2);
        assertThat(record.wrap(log.buffer(), log.offset(1)).token()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 5, 8})
    void shouldDoWhatABoundedQueueDoesWhenDrivenAtRandom(final long seed)
    {
        final Random random = new Random(seed);
        final ArrayDeque<Long> model = new ArrayDeque<>();
        long token = 0;
        long head = 0;
        for (int step = 0; step < 50_000; step++)
        {
            if (0 == random.nextInt(3))
            {
                writer.flush();
                for (int i = random.nextInt(6); i > 0 && head < log.tailAcquire(); i--)
                {
                    assertThat(record.wrap(log.buffer(), log.offset(head)).token())
                        .as("seed %d, step %d", seed, step).isEqualTo(model.poll());
                    log.headRelease(++head);
                }
            }
            else
            {
                final boolean hasRoom = model.size() < CAPACITY;
                assertThat(writer.dispatch(1, token + 1, 1).commit()).as("seed %d, step %d", seed, step)
                    .isEqualTo(hasRoom);
                if (hasRoom)
                {
                    model.add(++token);
                }
            }
        }
        assertThat(head).isGreaterThan(50L * CAPACITY);
    }
}
