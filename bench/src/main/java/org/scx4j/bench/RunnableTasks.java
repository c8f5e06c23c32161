// SPDX-License-Identifier: Apache-2.0
package org.scx4j.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.agrona.BufferUtil;
import org.agrona.concurrent.SystemNanoClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.scx4j.api.SchedulingPolicy;
import org.scx4j.pipeline.StartContext;
import org.scx4j.pipeline.VirtualPipeline;
import org.scx4j.protocol.NiceWeight;
import org.scx4j.protocol.QueuedTaskDescriptor;
import org.scx4j.protocol.SchedAbi;
import org.scx4j.topology.CpuTopology;
import org.scx4j.transport.MemoryTransport;

/**
 * A number of tasks that take turns, and the event path to a policy on plain memory: the surroundings in which a policy
 * is measured.
 * <p>
 * The tasks are queued one after another, in a shuffled order that does not change, each again and again: so a policy
 * finds what it knows of a task in memory that it has not touched since all others had their turn. Each has used a
 * slice in proportion to its weight meanwhile. Of four tasks one is of nice value -5 and has slept, one is of 5, the
 * others of 0. Bursts of 64 are 2 ms apart, by the stamps.
 * <p>
 * Thread safety: for one thread.
 */
final class RunnableTasks
{
    /** Records that the reader takes in a duty cycle. */
    static final int BURST = 64;
    /** CPU numbers of the machine are smaller. */
    static final int NR_CPUS = 64;

    private static final int RING_BYTES = 1 << 18;
    private static final int EVENTS = 4096;
    private static final int DECISIONS = 4 * EVENTS;
    private static final long SLICE_NS = 5_000_000;
    private static final long BURST_INTERVAL_NS = 2_000_000;
    private static final int FIRST_PID = 1000;
    private static final int KINDS = 4;
    private static final int WEIGHT_DEFAULT = 100;
    private static final long SEED = 1;

    private final MemoryTransport transport = new MemoryTransport(RING_BYTES, NR_CPUS);
    private final VirtualPipeline pipeline;
    private final UnsafeBuffer[] templates = new UnsafeBuffer[KINDS];
    private final int[] order;
    private final long[] sumExecNs;
    private long turn;
    private long aheadNs;
    private long nrDecided;
    private long nrErrors;

    /**
     * Starts the policy; nothing is queued yet.
     *
     * @param policy  to be measured.
     * @param count   of tasks.
     * @param options of the policy.
     */
    RunnableTasks(final SchedulingPolicy policy, final int count, final Map<String, String> options)
    {
        final CpuTopology topology = CpuTopology.regular(NR_CPUS, 1, NR_CPUS, NR_CPUS);
        policy.onStart(new StartContext(SLICE_NS, NR_CPUS, topology, transport.cpuStates(topology), options));
        pipeline = new VirtualPipeline(transport, policy, EVENTS, DECISIONS, (ex) -> nrErrors++,
            () -> SystemNanoClock.INSTANCE.nanoTime() + aheadNs);
        order = new Random(SEED).ints(count, 0, count).toArray();
        shuffle(order);
        sumExecNs = new long[count];
        for (int kind = 0; kind < KINDS; kind++)
        {
            templates[kind] = template(kind);
        }
        for (int cpu = 0; cpu < NR_CPUS; cpu++)
        {
            transport.showRunning(cpu, 1 + cpu, 1, 1);
        }
    }

    /** Options that give the tasks which have slept a period, and the others none. */
    static Map<String, String> periodOfSleepers()
    {
        try
        {
            final Path file = Files.createTempFile("policy-benchmark", ".rules");
            Files.writeString(file, "comm sleeper period 10ms\n");
            file.toFile().deleteOnExit();
            return Map.of("rules", file.toString());
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
    }

    private static void shuffle(final int[] order)
    {
        final Random random = new Random(SEED);
        for (int i = 0; i < order.length; i++)
        {
            final int other = random.nextInt(i + 1);
            order[i] = order[other];
            order[other] = i;
        }
    }

    private static UnsafeBuffer template(final int kind)
    {
        final UnsafeBuffer record = new UnsafeBuffer(BufferUtil.allocateDirectAligned(
            QueuedTaskDescriptor.RECORD_BYTES, QueuedTaskDescriptor.RECORD_BYTES));
        record.putInt(QueuedTaskDescriptor.KIND_OFFSET, SchedAbi.SCHED_EVENT_QUEUED);
        record.putInt(QueuedTaskDescriptor.NR_CPUS_ALLOWED_OFFSET, NR_CPUS);
        record.putInt(QueuedTaskDescriptor.WEIGHT_OFFSET, NiceWeight.of(0 == kind ? -5 : 1 == kind ? 5 : 0));
        record.putLong(QueuedTaskDescriptor.FLAGS_OFFSET, 0 == kind ? SchedAbi.SCHED_QUEUED_WAKEUP : 0);
        record.putStringWithoutLengthAscii(QueuedTaskDescriptor.COMM_OFFSET, 0 == kind ? "sleeper" : "burner");
        return record;
    }

    /** All CPUs have nothing to run, from now on. */
    void showIdle()
    {
        for (int cpu = 0; cpu < NR_CPUS; cpu++)
        {
            transport.showIdle(cpu);
        }
    }

    /**
     * The kernel takes the decisions that are there, and queues the next tasks.
     *
     * @param count of tasks, a multiple of {@link #BURST} that the ring has room for.
     */
    void queue(final int count)
    {
        transport.drain((decision) -> nrDecided++);
        aheadNs += count / BURST * BURST_INTERVAL_NS;
        long enqueueNs = System.nanoTime() + aheadNs - count / BURST * BURST_INTERVAL_NS;
        for (int i = 0; i < count; i++)
        {
            final int task = order[(int)(turn++ % order.length)];
            final UnsafeBuffer record = templates[task % KINDS];
            final int weight = record.getInt(QueuedTaskDescriptor.WEIGHT_OFFSET);
            sumExecNs[task] += SLICE_NS * weight / WEIGHT_DEFAULT;
            record.putInt(QueuedTaskDescriptor.PID_OFFSET, FIRST_PID + task);
            record.putInt(QueuedTaskDescriptor.TGID_OFFSET, FIRST_PID + task);
            record.putInt(QueuedTaskDescriptor.PREV_CPU_OFFSET, task % NR_CPUS);
            record.putLong(QueuedTaskDescriptor.TOKEN_OFFSET, turn);
            record.putLong(QueuedTaskDescriptor.ENQUEUE_NS_OFFSET, enqueueNs);
            record.putLong(QueuedTaskDescriptor.SUM_EXEC_RUNTIME_NS_OFFSET, sumExecNs[task]);
            record.putLong(QueuedTaskDescriptor.EXEC_RUNTIME_NS_OFFSET, 0 == task % KINDS ? 0 : sumExecNs[task]);
            if (!transport.enqueue(record, 0))
            {
                throw new IllegalStateException("queued ring full: task=" + i);
            }
            if (BURST - 1 == i % BURST)
            {
                enqueueNs += BURST_INTERVAL_NS;
            }
        }
    }

    /**
     * Runs the event path until all that was queued is read and decided.
     *
     * @param count of tasks that were queued.
     */
    void decide(final int count)
    {
        for (int i = 0; i < count; i += BURST)
        {
            pipeline.doWork();
        }
    }

    /**
     * Queues tasks and has them decided, not for measuring.
     *
     * @param count of tasks, rounded up to bursts.
     */
    void turn(final int count)
    {
        for (int i = 0; i < count; i += BURST)
        {
            queue(BURST);
            decide(BURST);
        }
        transport.drain((decision) -> nrDecided++);
    }

    /** Tasks that were queued and are not decided. */
    long nrHeld()
    {
        transport.drain((decision) -> nrDecided++);
        return turn - nrDecided;
    }

    /** What the policy has thrown. */
    long nrErrors()
    {
        return nrErrors;
    }
}
