// SPDX-License-Identifier: Apache-2.0
package org.scx4j.bench;

import com.lmax.disruptor.BusySpinWaitStrategy;
import com.lmax.disruptor.EventPoller;
import com.lmax.disruptor.RingBuffer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.agrona.BufferUtil;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.scx4j.bench.report.Baseline;
import org.scx4j.protocol.QueuedTaskDescriptor;

/**
 * What stands between two stages that run on one thread, as in the inline layout.
 * <p>
 * One operation: a record of 128 bytes is copied, handed over, and its token is read. Bursts of 64 are handed over one
 * after another. {@link #inline} has nothing in between, {@link #disruptor} the Disruptor ring with an {@code
 * EventPoller}, as the event path has it; the baselines are {@link #agronaOneToOneRingBuffer}, and {@link
 * #arrayBlockingQueue} with objects that are used again.
 * <pre>
 *   java -jar bench/target/benchmarks.jar StageBenchmark -prof gc
 * </pre>
 * Not measured: a hop to another thread, which {@link HopBenchmark} measures.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 3, jvmArgsPrepend = "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED")
public class StageBenchmark
{
    private static final int RECORDS = 1024;
    private static final int BURST = 64;
    private static final int RING_SIZE = 1024;
    private static final int RING_BYTES = 1 << 18;
    private static final int RECORD_BYTES = QueuedTaskDescriptor.RECORD_BYTES;
    private static final int CACHE_LINE_PAIR_BYTES = 128;

    private final UnsafeBuffer record = memory(RECORD_BYTES);
    private final Event[] events = new Event[RING_SIZE];
    private final RingBuffer<Event> ring =
        RingBuffer.createSingleProducer(Event::new, RING_SIZE, new BusySpinWaitStrategy());
    private final EventPoller<Event> poller = ring.newPoller();
    private final ArrayBlockingQueue<Event> queue = new ArrayBlockingQueue<>(RING_SIZE);
    private final OneToOneRingBuffer agrona =
        new OneToOneRingBuffer(memory(RING_BYTES + RingBufferDescriptor.TRAILER_LENGTH));
    private final EventPoller.Handler<Event> eventHandler = this::onEvent;
    private final MessageHandler messageHandler = this::onMessage;
    private int next;
    private long sum;

    /** Set up by JMH. */
    public StageBenchmark()
    {
        ring.addGatingSequences(poller.getSequence());
        for (int i = 0; i < RING_SIZE; i++)
        {
            events[i] = new Event();
        }
    }

    /** A copy of a record. */
    private static final class Event
    {
        private final UnsafeBuffer copy = memory(RECORD_BYTES);

        private Event()
        {
        }
    }

    private static UnsafeBuffer memory(final int lengthBytes)
    {
        return new UnsafeBuffer(BufferUtil.allocateDirectAligned(lengthBytes, CACHE_LINE_PAIR_BYTES));
    }

    private boolean onEvent(final Event event, final long sequence, final boolean endOfBatch)
    {
        sum += event.copy.getLong(QueuedTaskDescriptor.TOKEN_OFFSET);
        return true;
    }

    private void onMessage(final int typeId, final MutableDirectBuffer buffer, final int offset, final int length)
    {
        sum += buffer.getLong(offset + QueuedTaskDescriptor.TOKEN_OFFSET);
    }

    private Event nextEvent()
    {
        final Event event = events[next++ & RING_SIZE - 1];
        event.copy.putBytes(0, record, 0, RECORD_BYTES);
        return event;
    }

    /**
     * The second stage is called by the first.
     *
     * @return sum of what was read.
     */
    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public long inline()
    {
        for (int i = 0; i < RECORDS; i++)
        {
            onEvent(nextEvent(), i, false);
        }
        return sum;
    }

    /**
     * By the Disruptor ring.
     *
     * @return sum of what was read.
     * @throws Exception never.
     */
    @Benchmark
    @OperationsPerInvocation(RECORDS)
    @Baseline("inline")
    public long disruptor() throws Exception
    {
        for (int i = 0; i < RECORDS; i += BURST)
        {
            long sequence = -1;
            for (int j = 0; j < BURST; j++)
            {
                sequence = ring.next();
                ring.get(sequence).copy.putBytes(0, record, 0, RECORD_BYTES);
            }
            ring.publish(sequence - BURST + 1, sequence);
            poller.poll(eventHandler);
        }
        return sum;
    }

    /**
     * By the JDK's queue.
     *
     * @return sum of what was read.
     */
    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public long arrayBlockingQueue()
    {
        for (int i = 0; i < RECORDS; i += BURST)
        {
            for (int j = 0; j < BURST; j++)
            {
                if (!queue.offer(nextEvent()))
                {
                    throw new IllegalStateException("queue full");
                }
            }
            for (Event event = queue.poll(); null != event; event = queue.poll())
            {
                onEvent(event, 0, false);
            }
        }
        return sum;
    }

    /**
     * By Agrona's ring.
     *
     * @return sum of what was read.
     */
    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public long agronaOneToOneRingBuffer()
    {
        for (int i = 0; i < RECORDS; i += BURST)
        {
            for (int j = 0; j < BURST; j++)
            {
                if (!agrona.write(1, record, 0, RECORD_BYTES))
                {
                    throw new IllegalStateException("ring full");
                }
            }
            while (agrona.size() > 0) // one read ends at the wrap
            {
                agrona.read(messageHandler, BURST);
            }
        }
        return sum;
    }
}
