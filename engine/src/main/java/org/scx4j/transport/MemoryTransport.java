// SPDX-License-Identifier: Apache-2.0
package org.scx4j.transport;

import static org.scx4j.protocol.BpfRingBufferDescriptor.BUSY_BIT;
import static org.scx4j.protocol.BpfRingBufferDescriptor.DISCARD_BIT;
import static org.scx4j.protocol.BpfRingBufferDescriptor.HEADER_BYTES;
import static org.scx4j.protocol.BpfRingBufferDescriptor.LENGTH_OFFSET;
import static org.scx4j.protocol.BpfRingBufferDescriptor.recordBytes;

import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.scx4j.api.CpuStates;
import org.scx4j.protocol.ControlDescriptor;
import org.scx4j.protocol.CpuStateDescriptor;
import org.scx4j.protocol.DispatchedTaskDescriptor;
import org.scx4j.protocol.DispatchedTaskFlyweight;
import org.scx4j.protocol.KernelCounter;
import org.scx4j.protocol.QueuedTaskDescriptor;
import org.scx4j.protocol.SchedAbi;
import org.scx4j.topology.CpuTopology;

/**
 * The two rings on plain memory, with both their kernel ends as methods: to warm the event path up before a real
 * kernel depends on it, to test it, and to measure it.
 * <p>
 * A record never needs the second mapping of the data: both ends reach it at the same offset below the capacity,
 * and what lies beyond is memory of its own.
 * <p>
 * Thread safety: the kernel ends ({@link #enqueue}, {@link #drain}) belong to one thread each.
 */
public class MemoryTransport extends MachinelessTransport
{
    /** Receives drained decisions. */
    @FunctionalInterface
    public interface DecisionHandler
    {
        /**
         * One decision, in the order of the ring.
         *
         * @param decision valid during this call only.
         */
        void onDecision(DispatchedTaskFlyweight decision);
    }

    private static final int POSITION_BYTES = 128;
    private static final int RECORD_BYTES_IN_RING = recordBytes(QueuedTaskDescriptor.RECORD_BYTES);

    private final AtomicBuffer queuedConsumer = memory(POSITION_BYTES);
    private final AtomicBuffer queuedProducer = memory(POSITION_BYTES);
    private final AtomicBuffer queuedData;
    private final AtomicBuffer dispatchedConsumer = memory(POSITION_BYTES);
    private final AtomicBuffer dispatchedProducer = memory(POSITION_BYTES);
    private final AtomicBuffer dispatchedData;
    private final DispatchedTaskFlyweight decision = new DispatchedTaskFlyweight();
    private final BpfRingBuffer queued;
    private final BpfUserRingBuffer dispatched;
    private final AtomicBuffer control = memory(ControlDescriptor.CONTROL_BYTES);
    private final AtomicBuffer cpuStates;
    private final int capacityBytes;
    private final int nrCpuIds;
    private volatile long nrQueued;
    private volatile long nrDecided;
    private volatile long nrCongested;

    /**
     * Makes empty rings of a kernel with one CPU.
     *
     * @param capacityBytes of each, a power of two.
     */
    public MemoryTransport(final int capacityBytes)
    {
        this(capacityBytes, 1);
    }

    /**
     * Makes empty rings. No CPU runs anything, none is idle, until {@link #showRunning} or {@link #showIdle} say so.
     *
     * @param capacityBytes of each, a power of two.
     * @param nrCpuIds      CPUs that this kernel can have, 1 to {@link SchedAbi#SCHED_MAX_CPUS}.
     */
    public MemoryTransport(final int capacityBytes, final int nrCpuIds)
    {
        this.capacityBytes = capacityBytes;
        this.nrCpuIds = nrCpuIds;
        this.cpuStates = memory(nrCpuIds * CpuStateDescriptor.ENTRY_BYTES);
        this.queuedData = memory(2 * capacityBytes);
        this.dispatchedData = memory(2 * capacityBytes);
        this.queued = new BpfRingBuffer(
            queuedConsumer, queuedProducer, queuedData, capacityBytes, QueuedTaskDescriptor.RECORD_BYTES);
        this.dispatched = new BpfUserRingBuffer(
            dispatchedConsumer, dispatchedProducer, dispatchedData, capacityBytes);
    }

    private static AtomicBuffer memory(final int lengthBytes)
    {
        return new UnsafeBuffer(BufferUtil.allocateDirectAligned(lengthBytes, POSITION_BYTES));
    }

    /**
     * The kernel's end of the queued ring: what {@code ops.enqueue} does.
     *
     * @param kind      a {@code SCHED_EVENT_*} constant.
     * @param pid       thread id; also used as process id.
     * @param token     of the enqueue.
     * @param enqueueNs time of the enqueue.
     * @return false if the ring is full.
     */
    public boolean enqueue(final int kind, final int pid, final long token, final long enqueueNs)
    {
        final int payload = claimRecord();
        if (payload < 0)
        {
            return false;
        }
        queuedData.setMemory(payload, QueuedTaskDescriptor.RECORD_BYTES, (byte)0);
        queuedData.putInt(payload + QueuedTaskDescriptor.KIND_OFFSET, kind);
        queuedData.putInt(payload + QueuedTaskDescriptor.PID_OFFSET, pid);
        queuedData.putInt(payload + QueuedTaskDescriptor.TGID_OFFSET, pid);
        queuedData.putLong(payload + QueuedTaskDescriptor.TOKEN_OFFSET, token);
        queuedData.putLong(payload + QueuedTaskDescriptor.ENQUEUE_NS_OFFSET, enqueueNs);
        queuedData.putInt(payload + QueuedTaskDescriptor.WEIGHT_OFFSET, 100);
        queuedData.putInt(payload + QueuedTaskDescriptor.NR_CPUS_ALLOWED_OFFSET, 1);
        submitRecord(payload);
        return true;
    }

    /**
     * The kernel's end of the queued ring, for a record that is written already.
     *
     * @param source holds a {@code sched_queued_task}.
     * @param offset of its first byte.
     * @return false if the ring is full.
     */
    public boolean enqueue(final DirectBuffer source, final int offset)
    {
        final int payload = claimRecord();
        if (payload < 0)
        {
            return false;
        }
        queuedData.putBytes(payload, source, offset, QueuedTaskDescriptor.RECORD_BYTES);
        submitRecord(payload);
        return true;
    }

    private int claimRecord()
    {
        final long position = queuedProducer.getLong(0);
        if (position + RECORD_BYTES_IN_RING - queuedConsumer.getLongAcquire(0) > capacityBytes)
        {
            nrCongested++;
            return -1;
        }
        return ((int)position & (capacityBytes - 1)) + HEADER_BYTES;
    }

    private void submitRecord(final int payload)
    {
        queuedData.putIntRelease(payload - HEADER_BYTES + LENGTH_OFFSET, QueuedTaskDescriptor.RECORD_BYTES);
        queuedProducer.putLongRelease(0, queuedProducer.getLong(0) + RECORD_BYTES_IN_RING);
        if (SchedAbi.SCHED_EVENT_QUEUED == queuedData.getInt(payload + QueuedTaskDescriptor.KIND_OFFSET))
        {
            nrQueued++;
        }
    }

    /**
     * Publishes that a CPU runs a task: what {@code ops.running} does.
     *
     * @param cpu     0 to {@link #nrCpuIds()} - 1.
     * @param pid     of the task.
     * @param startNs since when.
     * @param vtime   of the decision that it runs by.
     */
    public final void showRunning(final int cpu, final int pid, final long startNs, final long vtime)
    {
        final int entry = cpu * CpuStateDescriptor.ENTRY_BYTES;
        cpuStates.putLong(entry + CpuStateDescriptor.START_NS_OFFSET, startNs);
        cpuStates.putLong(entry + CpuStateDescriptor.VTIME_OFFSET, vtime);
        cpuStates.putIntVolatile(entry + CpuStateDescriptor.PID_OFFSET, pid);
        showIdle(cpu, false);
    }

    /**
     * Publishes that a CPU has nothing to run: what {@code ops.update_idle} does.
     *
     * @param cpu 0 to {@link #nrCpuIds()} - 1.
     */
    public final void showIdle(final int cpu)
    {
        cpuStates.putIntVolatile(cpu * CpuStateDescriptor.ENTRY_BYTES + CpuStateDescriptor.PID_OFFSET, 0);
        showIdle(cpu, true);
    }

    private void showIdle(final int cpu, final boolean isIdle)
    {
        final int offset = ControlDescriptor.IDLE_CPUS_OFFSET + cpu / Long.SIZE * Long.BYTES;
        final long bit = 1L << cpu % Long.SIZE;
        final long word = control.getLong(offset);
        control.putLongVolatile(offset, isIdle ? word | bit : word & ~bit);
    }

    /**
     * The kernel's end of the dispatched ring: what {@code ops.dispatch} does.
     *
     * @param handler called once a decision.
     * @return decisions drained.
     */
    public int drain(final DecisionHandler handler)
    {
        final long end = dispatchedProducer.getLongAcquire(0);
        long position = dispatchedConsumer.getLong(0);
        int count = 0;
        while (position < end)
        {
            final int index = (int)position & (capacityBytes - 1);
            final int length = dispatchedData.getIntAcquire(index + LENGTH_OFFSET);
            if (0 != (length & (BUSY_BIT | DISCARD_BIT)) || DispatchedTaskDescriptor.RECORD_BYTES != length)
            {
                throw new IllegalStateException("bad record in the dispatched ring: lengthWord=" + length);
            }
            handler.onDecision(decision.wrap(dispatchedData, index + HEADER_BYTES));
            position += recordBytes(length);
            count++;
        }
        dispatchedConsumer.putLongRelease(0, position);
        nrDecided += count;
        return count;
    }

    @Override
    public String backend()
    {
        return "memory";
    }

    @Override
    public int nrCpuIds()
    {
        return nrCpuIds;
    }

    @Override
    public void scheduleCurrentThread(final boolean isScheduled)
    {
        throw new UnsupportedOperationException("plain memory schedules no threads");
    }

    @Override
    public int poll(final QueuedRecordHandler handler, final int limit)
    {
        return queued.poll(handler, limit);
    }

    @Override
    public void park(final int timeoutMs)
    {
        if (queued.isEmpty())
        {
            Thread.onSpinWait();
        }
    }

    @Override
    public CpuStates cpuStates(final CpuTopology topology)
    {
        return new MappedCpuStates(control, cpuStates, topology, null);
    }

    @Override
    public boolean offer(final DirectBuffer buffer, final int offset)
    {
        return dispatched.offer(buffer, offset, DispatchedTaskDescriptor.RECORD_BYTES);
    }

    @Override
    public void publish()
    {
        dispatched.publish();
    }

    @Override
    public long counter(final KernelCounter counter)
    {
        switch (counter)
        {
            case NR_QUEUED:
                return nrQueued;

            case NR_DECIDED:
                return nrDecided;

            case NR_CONGESTED:
                return nrCongested;

            default:
                return 0;
        }
    }
}
