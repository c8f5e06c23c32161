// SPDX-License-Identifier: Apache-2.0
package org.scx4j.bench;

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
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.scx4j.bench.report.Baseline;
import org.scx4j.protocol.QueuedTaskDescriptor;
import org.scx4j.protocol.SchedAbi;
import org.scx4j.transport.MemoryTransport;
import org.scx4j.transport.QueuedRecordHandler;

/**
 * Reading the queued ring: what a task costs the reader before the Disruptor ring.
 * <p>
 * One operation: take one record of 128 bytes off the ring and copy it, as {@code RingReader} does. Records are taken
 * in batches of 64, and the ring is filled anew between invocations, outside the measured time.
 * <p>
 * {@link #bpfRingBuffer} is {@code BpfRingBuffer} on plain memory; the baseline, {@link #agronaOneToOneRingBuffer}, is
 * a ring of the same record length, which also clears what it has read.
 * <pre>
 *   java -jar bench/target/benchmarks.jar QueuedRingBenchmark
 * </pre>
 * Not measured: a record's way from another CPU's cache, since the thread that reads has written; the kernel's
 * producer; memory that is mapped from a BPF map.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsPrepend = "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED")
public class QueuedRingBenchmark
{
    private static final int RECORDS = 1024;
    private static final int BATCH_LIMIT = 64;
    private static final int RING_BYTES = 1 << 18;
    private static final int RECORD_BYTES = QueuedTaskDescriptor.RECORD_BYTES;
    private static final int CACHE_LINE_PAIR_BYTES = 128;

    private final MutableDirectBuffer copy = memory(RECORD_BYTES);
    private final QueuedRecordHandler recordHandler = this::onRecord;
    private final MessageHandler messageHandler = this::onMessage;

    /** Set up by JMH. */
    public QueuedRingBenchmark()
    {
    }

    /** The queued ring with its kernel end, filled before each invocation. */
    @State(Scope.Thread)
    public static class BpfRing
    {
        private final MemoryTransport transport = new MemoryTransport(RING_BYTES);
        private long token;

        /** Set up by JMH. */
        public BpfRing()
        {
        }

        /** Puts the records in. */
        @Setup(Level.Invocation)
        public void fill()
        {
            for (int i = 0; i < RECORDS; i++)
            {
                if (!transport.enqueue(SchedAbi.SCHED_EVENT_QUEUED, i, ++token, token))
                {
                    throw new IllegalStateException("queued ring full: record=" + i);
                }
            }
        }
    }

    /** Agrona's ring, filled before each invocation. */
    @State(Scope.Thread)
    public static class AgronaRing
    {
        private final OneToOneRingBuffer ring =
            new OneToOneRingBuffer(memory(RING_BYTES + RingBufferDescriptor.TRAILER_LENGTH));
        private final UnsafeBuffer record = memory(RECORD_BYTES);

        /** Set up by JMH. */
        public AgronaRing()
        {
        }

        /** Puts the records in. */
        @Setup(Level.Invocation)
        public void fill()
        {
            for (int i = 0; i < RECORDS; i++)
            {
                if (!ring.write(1, record, 0, RECORD_BYTES))
                {
                    throw new IllegalStateException("Agrona's ring full: record=" + i);
                }
            }
        }
    }

    private static UnsafeBuffer memory(final int lengthBytes)
    {
        return new UnsafeBuffer(BufferUtil.allocateDirectAligned(lengthBytes, CACHE_LINE_PAIR_BYTES));
    }

    /**
     * Reads all records off the queued ring.
     *
     * @param state that holds the ring.
     * @return what the last record left behind.
     */
    @Benchmark
    @OperationsPerInvocation(RECORDS)
    @Baseline("agronaOneToOneRingBuffer")
    public long bpfRingBuffer(final BpfRing state)
    {
        int count = 0;
        while (count < RECORDS)
        {
            final int taken = state.transport.poll(recordHandler, BATCH_LIMIT);
            checkRest(taken > 0);
            count += taken;
        }
        return copy.getLong(QueuedTaskDescriptor.TOKEN_OFFSET);
    }

    /**
     * Reads all records off Agrona's ring.
     *
     * @param state that holds the ring.
     * @return what the last record left behind.
     */
    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public long agronaOneToOneRingBuffer(final AgronaRing state)
    {
        int count = 0;
        while (count < RECORDS)
        {
            final int taken = state.ring.read(messageHandler, BATCH_LIMIT);
            checkRest(taken > 0 || state.ring.size() > 0); // a read that ends at the wrap may find only padding
            count += taken;
        }
        return copy.getLong(QueuedTaskDescriptor.TOKEN_OFFSET);
    }

    private static void checkRest(final boolean isThere)
    {
        if (!isThere)
        {
            throw new IllegalStateException("records are missing from the ring");
        }
    }

    private void onRecord(final MutableDirectBuffer buffer, final int offset)
    {
        copy.putBytes(0, buffer, offset, RECORD_BYTES);
    }

    private void onMessage(final int typeId, final MutableDirectBuffer buffer, final int offset, final int length)
    {
        copy.putBytes(0, buffer, offset, length);
    }
}
