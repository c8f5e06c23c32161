// SPDX-License-Identifier: Apache-2.0
package org.scx4j.bench;

import com.lmax.disruptor.BusySpinWaitStrategy;
import com.lmax.disruptor.EventPoller;
import com.lmax.disruptor.RingBuffer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.scx4j.bench.report.Baseline;
import org.scx4j.jni.LibC;

/**
 * A hop from one thread to another, each pinned to a CPU of its own, as in the pipelined layout.
 * <p>
 * One operation: there and back, two hops, so half of it is a hop. The thread on CPU 1 answers each event of the one on
 * CPU 0. {@code disruptor} is a ring with an {@code EventPoller} for each direction, and both spin on it, as the hot
 * threads of the pipelined layout do; the baselines hand the same objects over by {@link ArrayBlockingQueue} and {@link
 * SynchronousQueue}, whose threads sleep. Look at the median: {@code p0.50}.
 * <pre>
 *   java -jar bench/target/benchmarks.jar HopBenchmark
 * </pre>
 * Needs two CPUs, 0 and 1, and the native library. Not measured: bursts, which share the cost of a hop.
 */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 3, jvmArgsPrepend = "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED")
@Baseline("arrayBlockingQueue")
public class HopBenchmark
{
    private static final int RING_SIZE = 64;
    private static final int MASK_BYTES = 128;
    private static final int JOIN_MS = 5_000;

    /** By what events are handed over. */
    @Param({"disruptor", "arrayBlockingQueue", "synchronousQueue"})
    private String by;

    private final UnsafeBuffer affinity = mask();
    private Channel there;
    private Channel back;
    private Thread echo;
    private volatile boolean isOver;
    private long value;

    /** Set up by JMH. */
    public HopBenchmark()
    {
    }

    /** An event. */
    private static final class Event
    {
        private long value;

        private Event()
        {
        }
    }

    /** One direction. */
    private interface Channel
    {
        void send(long value) throws InterruptedException;

        long receive() throws Exception;
    }

    /** The product's way. */
    private final class DisruptorChannel implements Channel, EventPoller.Handler<Event>
    {
        private final RingBuffer<Event> ring =
            RingBuffer.createSingleProducer(Event::new, RING_SIZE, new BusySpinWaitStrategy());
        private final EventPoller<Event> poller = ring.newPoller();
        private long received;

        private DisruptorChannel()
        {
            ring.addGatingSequences(poller.getSequence());
        }

        @Override
        public void send(final long value)
        {
            final long sequence = ring.next();
            ring.get(sequence).value = value;
            ring.publish(sequence);
        }

        @Override
        public boolean onEvent(final Event event, final long sequence, final boolean endOfBatch)
        {
            received = event.value;
            return true;
        }

        @Override
        public long receive() throws Exception
        {
            while (EventPoller.PollState.PROCESSING != poller.poll(this))
            {
                if (isOver)
                {
                    return -1;
                }
                Thread.onSpinWait();
            }
            return received;
        }
    }

    /** A queue of the JDK; one event is under way at a time, so it is used again. */
    private static final class QueueChannel implements Channel
    {
        private final BlockingQueue<Event> queue;
        private final Event event = new Event();

        private QueueChannel(final BlockingQueue<Event> queue)
        {
            this.queue = queue;
        }

        @Override
        public void send(final long value) throws InterruptedException
        {
            event.value = value;
            queue.put(event);
        }

        @Override
        public long receive() throws InterruptedException
        {
            return queue.take().value;
        }
    }

    private Channel channel()
    {
        switch (by)
        {
            case "disruptor":
                return new DisruptorChannel();

            case "arrayBlockingQueue":
                return new QueueChannel(new ArrayBlockingQueue<>(RING_SIZE));

            case "synchronousQueue":
                return new QueueChannel(new SynchronousQueue<>());

            default:
                throw new IllegalArgumentException("no such way: " + by);
        }
    }

    /** Pins both threads. */
    @Setup(Level.Trial)
    public void start()
    {
        there = channel();
        back = channel();
        check(LibC.threadAffinity(affinity.addressOffset(), MASK_BYTES));
        pin(0);
        echo = new Thread(this::answer, "echo");
        echo.setDaemon(true);
        echo.start();
    }

    private static UnsafeBuffer mask()
    {
        return new UnsafeBuffer(BufferUtil.allocateDirectAligned(MASK_BYTES, MASK_BYTES));
    }

    private static void pin(final int cpu)
    {
        final UnsafeBuffer mask = mask();
        mask.putLong(0, 1L << cpu);
        check(LibC.pinThread(0, mask.addressOffset(), MASK_BYTES));
    }

    private static void check(final int result)
    {
        if (result < 0)
        {
            throw new IllegalStateException("can't pin a thread, are there two CPUs? result=" + result);
        }
    }

    private void answer()
    {
        pin(1);
        try
        {
            while (!isOver)
            {
                back.send(there.receive());
            }
        }
        catch (final InterruptedException ex)
        {
            Thread.currentThread().interrupt(); // it is over
        }
        catch (final Exception ex)
        {
            throw new IllegalStateException(ex);
        }
    }

    /**
     * Ends the other thread, and sets this one free.
     *
     * @throws InterruptedException if this thread is interrupted.
     */
    @TearDown(Level.Trial)
    public void stop() throws InterruptedException
    {
        isOver = true;
        echo.interrupt();
        echo.join(JOIN_MS);
        check(LibC.pinThread(0, affinity.addressOffset(), MASK_BYTES));
    }

    /**
     * There and back.
     *
     * @return what came back.
     * @throws Exception if the thread is interrupted.
     */
    @Benchmark
    public long roundTrip() throws Exception
    {
        there.send(++value);
        if (back.receive() != value)
        {
            throw new IllegalStateException("another event came back: expected=" + value);
        }
        return value;
    }
}
