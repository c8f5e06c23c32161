// SPDX-License-Identifier: Apache-2.0
package org.scx4j.bench;

import java.util.BitSet;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.scx4j.api.CpuStates;
import org.scx4j.api.QueuedTask;
import org.scx4j.bench.report.Baseline;
import org.scx4j.protocol.QueuedTaskDescriptor;
import org.scx4j.protocol.QueuedTaskFlyweight;
import org.scx4j.topology.CpuMask;
import org.scx4j.topology.CpuTopology;
import org.scx4j.transport.MemoryTransport;

/**
 * Looking for an idle CPU, by the number of CPUs. The only idle one is the last.
 * <p>
 * One operation: {@link #cpuMask}: copy the idle mask, keep the CPUs of a cache, find the first; the baseline {@link
 * #bitSet} does the same with {@link BitSet}. {@link #pickIdle} is what a policy calls: the kernel's words, CPUs that
 * are promised already, the task's own CPU, then its cache.
 * <pre>
 *   java -jar bench/target/benchmarks.jar IdleCpuBenchmark -prof gc
 * </pre>
 * Not measured: words that another CPU has just written.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 3, jvmArgsPrepend = "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED")
public class IdleCpuBenchmark
{
    private static final int PICKS = 1024;
    private static final int RING_BYTES = 1 << 12;
    private static final long CLAIM_OVER_NS = 2_000_000;

    /** CPUs of the machine. */
    @Param({"2", "8", "64", "256", "512"})
    private int cpus;

    private final Task task = new Task();
    private CpuStates states;
    private CpuMask idle;
    private CpuMask llc;
    private CpuMask scratch;
    private BitSet idleBits;
    private BitSet llcBits;
    private BitSet scratchBits;
    private long nowNs;

    /** Set up by JMH. */
    public IdleCpuBenchmark()
    {
    }

    /** A task that may use every CPU. */
    private static final class Task extends QueuedTaskFlyweight implements QueuedTask
    {
        private final UnsafeBuffer record = new UnsafeBuffer(new byte[QueuedTaskDescriptor.RECORD_BYTES]);

        private Task()
        {
            record.putInt(QueuedTaskDescriptor.NR_CPUS_ALLOWED_OFFSET, Integer.MAX_VALUE);
            wrap(record, 0);
        }
    }

    /** The last CPU is idle. */
    @Setup(Level.Trial)
    public void showIdle()
    {
        final MemoryTransport transport = new MemoryTransport(RING_BYTES, cpus);
        final CpuTopology topology = CpuTopology.regular(cpus, 1, cpus, cpus);
        states = transport.cpuStates(topology);
        transport.showIdle(cpus - 1);
        idle = CpuMask.of(cpus, cpus - 1);
        llc = topology.cpusOfLlc(0);
        scratch = new CpuMask(cpus);
        idleBits = new BitSet(cpus);
        idleBits.set(cpus - 1);
        llcBits = new BitSet(cpus);
        llcBits.set(0, cpus);
        scratchBits = new BitSet(cpus);
    }

    /**
     * By {@code CpuMask}.
     *
     * @return sum of the CPUs.
     */
    @Benchmark
    @OperationsPerInvocation(PICKS)
    @Baseline("bitSet")
    public int cpuMask()
    {
        int sum = 0;
        for (int i = 0; i < PICKS; i++)
        {
            scratch.copyFrom(idle);
            scratch.and(llc);
            sum += scratch.first();
        }
        return sum;
    }

    /**
     * By the JDK's {@code BitSet}.
     *
     * @return sum of the CPUs.
     */
    @Benchmark
    @OperationsPerInvocation(PICKS)
    public int bitSet()
    {
        int sum = 0;
        for (int i = 0; i < PICKS; i++)
        {
            scratchBits.clear();
            scratchBits.or(idleBits);
            scratchBits.and(llcBits);
            sum += scratchBits.nextSetBit(0);
        }
        return sum;
    }

    /**
     * As a policy asks. The last pick is long ago each time, or the CPU would be promised.
     *
     * @return sum of the CPUs.
     */
    @Benchmark
    @OperationsPerInvocation(PICKS)
    public int pickIdle()
    {
        int sum = 0;
        for (int i = 0; i < PICKS; i++)
        {
            nowNs += CLAIM_OVER_NS;
            task.record.putLong(QueuedTaskDescriptor.ENQUEUE_NS_OFFSET, nowNs);
            sum += states.pickIdle(task);
        }
        return sum;
    }
}
