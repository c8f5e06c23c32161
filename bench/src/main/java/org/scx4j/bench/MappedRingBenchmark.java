// SPDX-License-Identifier: Apache-2.0
package org.scx4j.bench;

import java.util.concurrent.TimeUnit;
import org.agrona.BufferUtil;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.scx4j.bench.report.Baseline;
import org.scx4j.protocol.DispatchedTaskDescriptor;
import org.scx4j.protocol.DispatchedTaskFlyweight;
import org.scx4j.protocol.QueuedTaskDescriptor;
import org.scx4j.protocol.SchedAbi;
import org.scx4j.transport.BpfRingBuffer;
import org.scx4j.transport.BpfUserRingBuffer;
import org.scx4j.transport.QueuedRecordHandler;

/**
 * Both rings on memory that is mapped from this kernel's BPF maps, beside libbpf on the same maps.
 * <p>
 * One operation: take one record of 128 bytes off the queued ring and copy it ({@link #consume}), or copy one decision
 * of 64 bytes into the dispatched ring ({@link #write}: published in batches of 64, as {@code DispatchHandler} does;
 * {@link #writeOneByOne}: each published by itself). 1,024 operations at a time; a BPF program fills the one ring and
 * drains the other between them, outside the measured time.
 * <p>
 * The baselines, {@link #libbpfConsume} and {@link #libbpfWrite}, are {@code ring_buffer__consume}, with a callback
 * that copies the record, and {@code user_ring_buffer__reserve} and {@code submit}, in a loop in C. Each is one JNI
 * call for 1,024 operations; {@link #libbpfCall} is what a call that finds nothing takes, to be divided by 1,024.
 * libbpf has no batches: it publishes each record, and gives back the room of each.
 * <pre>
 *   java -jar bench/target/benchmarks.jar MappedRingBenchmark -prof gc
 * </pre>
 * Needs root and a kernel with BPF and BTF, not sched_ext. Not measured: a record's way from another CPU's cache, since
 * the kernel's program runs on the CPU that then reads; the look at {@code idle_waiting} behind each publish.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 3, jvmArgsPrepend = "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED")
public class MappedRingBenchmark
{
    private static final int RECORDS = 1024;
    private static final int BATCH_LIMIT = 64;
    private static final int RING_BYTES = 1 << 18;
    private static final int QUEUED_BYTES = QueuedTaskDescriptor.RECORD_BYTES;
    private static final int DECISION_BYTES = DispatchedTaskDescriptor.RECORD_BYTES;
    private static final int CACHE_LINE_PAIR_BYTES = 128;

    private final UnsafeBuffer copy = memory(QUEUED_BYTES);
    private final UnsafeBuffer decision = memory(DECISION_BYTES);
    private final QueuedRecordHandler recordHandler = this::onRecord;

    /** Set up by JMH. */
    public MappedRingBenchmark()
    {
        new DispatchedTaskFlyweight().wrap(decision, 0).pid(1).token(1).cpu(SchedAbi.SCHED_CPU_ANY);
    }

    /** The rings, with a reader and a writer of each kind; a trial uses one of them. */
    @State(Scope.Thread)
    public static class Rings
    {
        KernelRings rings;
        BpfRingBuffer queued;
        BpfUserRingBuffer dispatched;
        long reader;
        long writer;

        /** Set up by JMH. */
        public Rings()
        {
        }

        /** Loads the programs. */
        @Setup(Level.Trial)
        public void open()
        {
            rings = new KernelRings(RING_BYTES);
            queued = rings.queued();
            dispatched = rings.dispatched();
            reader = checkHandle(RingReference.openReader(rings.queuedFd()));
            writer = checkHandle(RingReference.openWriter(rings.dispatchedFd()));
        }

        /** Gives everything back. */
        @TearDown(Level.Trial)
        public void close()
        {
            RingReference.closeReader(reader);
            RingReference.closeWriter(writer);
            rings.close();
        }

        private static long checkHandle(final long handle)
        {
            if (handle < 0)
            {
                throw new IllegalStateException("libbpf can't use the ring: result=" + handle);
            }
            return handle;
        }
    }

    /** The queued ring is filled before each invocation. */
    @State(Scope.Thread)
    public static class Queued extends Rings
    {
        /** Set up by JMH. */
        public Queued()
        {
        }

        /** Has the kernel write the records. */
        @Setup(Level.Invocation)
        public void fill()
        {
            rings.produce(RECORDS);
        }
    }

    /** The dispatched ring is drained before each invocation. */
    @State(Scope.Thread)
    public static class Dispatched extends Rings
    {
        private long nrDrained;
        private long nrInvocations;

        /** Set up by JMH. */
        public Dispatched()
        {
        }

        /** Has the kernel take the decisions of the invocation before. */
        @Setup(Level.Invocation)
        public void drain()
        {
            nrDrained += rings.drain();
            if (nrDrained != RECORDS * nrInvocations++)
            {
                throw new IllegalStateException("the kernel has not got every decision: drained=" + nrDrained);
            }
        }
    }

    private static UnsafeBuffer memory(final int lengthBytes)
    {
        return new UnsafeBuffer(BufferUtil.allocateDirectAligned(lengthBytes, CACHE_LINE_PAIR_BYTES));
    }

    /**
     * Reads all records by {@code BpfRingBuffer}.
     *
     * @param state that holds the rings.
     * @return what the last record left behind.
     */
    @Benchmark
    @OperationsPerInvocation(RECORDS)
    @Baseline("libbpfConsume")
    public long consume(final Queued state)
    {
        int count = 0;
        while (count < RECORDS)
        {
            final int taken = state.queued.poll(recordHandler, BATCH_LIMIT);
            check(taken > 0);
            count += taken;
        }
        return copy.getLong(QueuedTaskDescriptor.TOKEN_OFFSET);
    }

    /**
     * Reads all records by libbpf.
     *
     * @param state that holds the rings.
     * @return records.
     */
    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public int libbpfConsume(final Queued state)
    {
        final int count = RingReference.consume(state.reader);
        check(RECORDS == count);
        return count;
    }

    /**
     * One call of libbpf that finds the ring empty.
     *
     * @param state that holds the rings.
     * @return 0.
     */
    @Benchmark
    public int libbpfCall(final Rings state)
    {
        return RingReference.consume(state.reader);
    }

    /**
     * Writes decisions by {@code BpfUserRingBuffer}, in batches.
     *
     * @param state that holds the rings.
     * @return the producer position.
     */
    @Benchmark
    @OperationsPerInvocation(RECORDS)
    @Baseline("libbpfWrite")
    public long write(final Dispatched state)
    {
        final BpfUserRingBuffer ring = state.dispatched;
        long position = 0;
        for (int i = 0; i < RECORDS; i += BATCH_LIMIT)
        {
            for (int j = 0; j < BATCH_LIMIT; j++)
            {
                check(ring.offer(decision, 0, DECISION_BYTES));
            }
            position = ring.publish();
        }
        return position;
    }

    /**
     * Writes decisions by {@code BpfUserRingBuffer}, each in a batch of its own.
     *
     * @param state that holds the rings.
     * @return the producer position.
     */
    @Benchmark
    @OperationsPerInvocation(RECORDS)
    @Baseline("libbpfWrite")
    public long writeOneByOne(final Dispatched state)
    {
        final BpfUserRingBuffer ring = state.dispatched;
        long position = 0;
        for (int i = 0; i < RECORDS; i++)
        {
            check(ring.offer(decision, 0, DECISION_BYTES));
            position = ring.publish();
        }
        return position;
    }

    /**
     * Writes decisions by libbpf.
     *
     * @param state that holds the rings.
     * @return decisions.
     */
    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public int libbpfWrite(final Dispatched state)
    {
        final int count =
            RingReference.write(state.writer, decision.addressOffset(), DECISION_BYTES, RECORDS);
        check(RECORDS == count);
        return count;
    }

    private static void check(final boolean isDone)
    {
        if (!isDone)
        {
            throw new IllegalStateException("the ring has not as many records, or not as much room, as it must");
        }
    }

    private void onRecord(final MutableDirectBuffer buffer, final int offset)
    {
        copy.putBytes(0, buffer, offset, QUEUED_BYTES);
    }
}
