// SPDX-License-Identifier: Apache-2.0
package org.scx4j.bench;

import java.util.concurrent.TimeUnit;
import org.agrona.BufferUtil;
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
import org.scx4j.protocol.DispatchedTaskDescriptor;
import org.scx4j.protocol.DispatchedTaskFlyweight;
import org.scx4j.protocol.SchedAbi;
import org.scx4j.transport.MemoryTransport;

/**
 * Writing the dispatched ring: what a decision costs the dispatcher behind the decision log.
 * <p>
 * One operation: copy one decision of 64 bytes into the ring and publish it. {@code DispatchHandler} publishes once a
 * batch, so this is its worst case, a batch of one. The ring is drained between invocations, outside the measured time.
 * <p>
 * {@link #bpfUserRingBuffer} is {@code BpfUserRingBuffer} on plain memory; the baseline,
 * {@link #agronaOneToOneRingBuffer}, is a ring of the same record length that publishes with each write.
 * <pre>
 *   java -jar bench/target/benchmarks.jar DispatchedRingBenchmark
 * </pre>
 * Not measured: the fence of {@code published_bytes} and the look at {@code idle_waiting}, which {@code
 * SchedExtTransport} adds to each publish; a reader on another CPU; the kernel's drain; memory mapped from a BPF map.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsPrepend = "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED")
public class DispatchedRingBenchmark
{
    private static final int DECISIONS = 1024;
    private static final int RING_BYTES = 1 << 17;
    private static final int RECORD_BYTES = DispatchedTaskDescriptor.RECORD_BYTES;
    private static final int CACHE_LINE_PAIR_BYTES = 128;

    private final UnsafeBuffer decision = memory(RECORD_BYTES);

    /** Set up by JMH. */
    public DispatchedRingBenchmark()
    {
        new DispatchedTaskFlyweight().wrap(decision, 0).pid(1).token(1).cpu(SchedAbi.SCHED_CPU_ANY);
    }

    /** The dispatched ring with its kernel end, drained before each invocation. */
    @State(Scope.Thread)
    public static class BpfRing
    {
        private final MemoryTransport transport = new MemoryTransport(RING_BYTES);
        private long nrDrained;

        /** Set up by JMH. */
        public BpfRing()
        {
        }

        /** Makes room. */
        @Setup(Level.Invocation)
        public void drain()
        {
            nrDrained += transport.drain(decision -> { });
        }
    }

    /** Agrona's ring, drained before each invocation. */
    @State(Scope.Thread)
    public static class AgronaRing
    {
        private final OneToOneRingBuffer ring =
            new OneToOneRingBuffer(memory(RING_BYTES + RingBufferDescriptor.TRAILER_LENGTH));
        private long nrDrained;

        /** Set up by JMH. */
        public AgronaRing()
        {
        }

        /** Makes room. */
        @Setup(Level.Invocation)
        public void drain()
        {
            while (ring.size() > 0) // one read ends at the wrap
            {
                nrDrained += ring.read((typeId, buffer, offset, length) -> { });
            }
        }
    }

    private static UnsafeBuffer memory(final int lengthBytes)
    {
        return new UnsafeBuffer(BufferUtil.allocateDirectAligned(lengthBytes, CACHE_LINE_PAIR_BYTES));
    }

    /**
     * Writes and publishes decisions one by one.
     *
     * @param state that holds the ring.
     * @return decisions drained before, so that none of this is dead code.
     */
    @Benchmark
    @OperationsPerInvocation(DECISIONS)
    @Baseline("agronaOneToOneRingBuffer")
    public long bpfUserRingBuffer(final BpfRing state)
    {
        for (int i = 0; i < DECISIONS; i++)
        {
            checkWritten(state.transport.offer(decision, 0));
            state.transport.publish();
        }
        return state.nrDrained;
    }

    /**
     * Writes messages one by one.
     *
     * @param state that holds the ring.
     * @return messages drained before, so that none of this is dead code.
     */
    @Benchmark
    @OperationsPerInvocation(DECISIONS)
    public long agronaOneToOneRingBuffer(final AgronaRing state)
    {
        for (int i = 0; i < DECISIONS; i++)
        {
            checkWritten(state.ring.write(1, decision, 0, RECORD_BYTES));
        }
        return state.nrDrained;
    }

    private static void checkWritten(final boolean isWritten)
    {
        if (!isWritten)
        {
            throw new IllegalStateException("ring full");
        }
    }
}
