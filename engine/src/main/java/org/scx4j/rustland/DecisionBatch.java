// SPDX-License-Identifier: Apache-2.0
package org.scx4j.rustland;

import org.agrona.BufferUtil;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.scx4j.protocol.DispatchedTaskDescriptor;
import org.scx4j.protocol.DispatchedTaskFlyweight;
import org.scx4j.protocol.SchedAbi;
import org.scx4j.status.LatencyRecorder;
import org.scx4j.transport.KernelTransport;

/**
 * Decisions on their way into the kernel's ring: written there one by one, published together.
 * <p>
 * Thread safety: for the scheduler's thread only.
 */
final class DecisionBatch
{
    /** Decisions that are published at once, at most. */
    static final int LIMIT = 64;
    private static final int CACHE_LINE_PAIR_BYTES = 128;

    private final UnsafeBuffer buffer = new UnsafeBuffer(
        BufferUtil.allocateDirectAligned(DispatchedTaskDescriptor.RECORD_BYTES, CACHE_LINE_PAIR_BYTES));
    private final DispatchedTaskFlyweight record = new DispatchedTaskFlyweight().wrap(buffer, 0);
    private final long[] enqueueNs = new long[LIMIT];
    private final LatencyRecorder latency = new LatencyRecorder();
    private final KernelTransport transport;
    private final NanoClock clock;
    private int nrUnpublished;
    private long nrRefused;

    DecisionBatch(final KernelTransport transport, final NanoClock clock)
    {
        this.transport = transport;
        this.clock = clock;
    }

    /**
     * Writes the decision for a task.
     *
     * @param task is copied.
     * @return false if there is no room; what was written before is then published, so that there will be.
     */
    boolean offer(final DispatchedTask task)
    {
        final long flags = task.flags();
        return offer(
            record.pid(task.pid())
                .cpu(task.targetCpu())
                .token(task.token())
                .sliceNs(task.sliceNs())
                .vtime(task.vtime())
                .flags((0 != (flags & DispatchedTask.RL_PREEMPT_CPU) ? SchedAbi.SCHED_DECISION_PREEMPT : 0) |
                    (0 != (flags & DispatchedTask.RL_HEAD) ? SchedAbi.SCHED_DECISION_HEAD : 0))
                .enqueueNs(task.enqueueNs()));
    }

    /**
     * Writes a record that is about a CPU.
     *
     * @param cpu   CPU number.
     * @param flags {@code SCHED_DECISION_*} bits.
     * @return false if there is no room, as with {@link #offer(DispatchedTask)}.
     */
    boolean offerKick(final int cpu, final long flags)
    {
        return offer(record.pid(0).cpu(cpu).token(0).sliceNs(0).vtime(0).flags(flags).enqueueNs(0));
    }

    private boolean offer(final DispatchedTaskFlyweight written)
    {
        if (!transport.offer(buffer, 0))
        {
            nrRefused++;
            publish();
            return false;
        }
        enqueueNs[nrUnpublished++] = written.enqueueNs();
        if (LIMIT == nrUnpublished)
        {
            publish();
        }
        return true;
    }

    /** Makes what was written visible to the kernel, if there is anything. */
    void publish()
    {
        if (0 == nrUnpublished)
        {
            return;
        }
        transport.publish();
        final long nowNs = clock.nanoTime();
        for (int i = 0; i < nrUnpublished; i++)
        {
            if (0 != enqueueNs[i])
            {
                latency.record(nowNs - enqueueNs[i]);
            }
        }
        nrUnpublished = 0;
    }

    LatencyRecorder latency()
    {
        return latency;
    }

    long nrRefused()
    {
        return nrRefused;
    }
}
