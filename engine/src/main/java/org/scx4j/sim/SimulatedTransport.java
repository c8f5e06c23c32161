// SPDX-License-Identifier: Apache-2.0
package org.scx4j.sim;

import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
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
import org.scx4j.transport.MachinelessTransport;
import org.scx4j.transport.MappedCpuStates;
import org.scx4j.transport.QueuedRecordHandler;

/**
 * What lies between the simulated kernel and the event path: the two rings and the mapped words, on plain memory. A
 * record is handed over when user space has had the time to decide it, and what is decided is then published at once.
 * <p>
 * Thread safety: none.
 */
final class SimulatedTransport extends MachinelessTransport
{
    static final int RING_RECORDS = 1 << 15;

    private static final int MASK = RING_RECORDS - 1;
    private static final int CACHE_LINE_PAIR_BYTES = 128;
    private static final int RING_BYTES = RING_RECORDS * QueuedTaskDescriptor.RECORD_BYTES;

    private final UnsafeBuffer queued = memory(RING_BYTES);
    private final long[] readyNs = new long[RING_RECORDS];
    private final UnsafeBuffer dispatched = memory(RING_RECORDS * DispatchedTaskDescriptor.RECORD_BYTES);
    private final DispatchedTaskFlyweight decision = new DispatchedTaskFlyweight();
    private final UnsafeBuffer control = memory(ControlDescriptor.CONTROL_BYTES);
    private final UnsafeBuffer cpuStates;
    private final SimulatedMachine machine;
    private final SimulationCosts costs;
    private KernelSide kernel;
    private long queuedHead;
    private long queuedTail;
    private long dispatchedHead;
    private long dispatchedTail;
    private long published;
    private long random;
    private long lastReadyNs;
    private boolean isCongested;
    private boolean isUrgent;
    private long nrDoorbells;

    SimulatedTransport(final SimulatedMachine machine)
    {
        this.machine = machine;
        this.costs = machine.settings.costs();
        this.cpuStates = memory(machine.nrCpus * CpuStateDescriptor.ENTRY_BYTES);
        this.random = RandomStream.start(machine.settings.seed(), -1);
    }

    private static UnsafeBuffer memory(final int lengthBytes)
    {
        return new UnsafeBuffer(BufferUtil.allocateDirectAligned(lengthBytes, CACHE_LINE_PAIR_BYTES));
    }

    void connect(final KernelSide kernelSide)
    {
        kernel = kernelSide;
    }

    // ---- the kernel's end

    /** As the BPF program: a ring that was full gets no more tasks until it is half empty. */
    boolean isCongested()
    {
        if (isCongested && queuedTail - queuedHead <= RING_RECORDS / 2)
        {
            isCongested = false;
        }
        return isCongested;
    }

    /**
     * Makes room for a record, zeroed but for its kind.
     *
     * @return offset in {@link #records()}, or -1 if the ring is full.
     */
    int claim(final int kind)
    {
        if (queuedTail - queuedHead == RING_RECORDS)
        {
            isCongested |= SchedAbi.SCHED_EVENT_QUEUED == kind;
            return -1;
        }
        final int slot = (int)queuedTail & MASK;
        final int offset = slot * QueuedTaskDescriptor.RECORD_BYTES;
        queued.setMemory(offset, QueuedTaskDescriptor.RECORD_BYTES, (byte)0);
        queued.putInt(offset + QueuedTaskDescriptor.KIND_OFFSET, kind);
        return offset;
    }

    UnsafeBuffer records()
    {
        return queued;
    }

    /** Makes the claimed record visible, and wakes user space for when it will have decided it. */
    void submit()
    {
        random = RandomStream.next(random);
        final long latencyNs = costs.decisionNs().sampleNs(RandomStream.mix(random));
        lastReadyNs = Math.max(lastReadyNs + costs.perRecordNs(), machine.nowNs + latencyNs);
        readyNs[(int)queuedTail & MASK] = lastReadyNs;
        queuedTail++;
        machine.timers.setNoLater(SimulatedMachine.USER_TIMER, lastReadyNs);
    }

    /** When the next record is ready, or {@link TimerHeap#NEVER}. */
    long nextReadyNs()
    {
        return queuedHead == queuedTail ? TimerHeap.NEVER : readyNs[(int)queuedHead & MASK];
    }

    boolean hasQueued()
    {
        return queuedHead != queuedTail;
    }

    boolean hasPublished()
    {
        return dispatchedHead != published;
    }

    /** The next published decision; there must be one. Valid until the next call. */
    DispatchedTaskFlyweight takeDecision()
    {
        return decision.wrap(
            dispatched, ((int)dispatchedHead++ & MASK) * DispatchedTaskDescriptor.RECORD_BYTES);
    }

    void publishIdle(final int cpu, final boolean isIdle)
    {
        final int offset = ControlDescriptor.IDLE_CPUS_OFFSET + cpu / Long.SIZE * Long.BYTES;
        final long bit = 1L << cpu % Long.SIZE;
        final long word = control.getLong(offset);
        control.putLong(offset, isIdle ? word | bit : word & ~bit);
    }

    boolean isPublishedIdle(final int cpu)
    {
        return 0 != (control.getLong(ControlDescriptor.IDLE_CPUS_OFFSET + cpu / Long.SIZE * Long.BYTES) &
            1L << cpu % Long.SIZE);
    }

    void publishRunning(final int cpu, final int pid, final long startNs, final long vtime)
    {
        final int entry = cpu * CpuStateDescriptor.ENTRY_BYTES;
        cpuStates.putInt(entry + CpuStateDescriptor.TGID_OFFSET, pid);
        cpuStates.putLong(entry + CpuStateDescriptor.START_NS_OFFSET, startNs);
        cpuStates.putLong(entry + CpuStateDescriptor.VTIME_OFFSET, vtime);
        cpuStates.putInt(entry + CpuStateDescriptor.PID_OFFSET, pid);
    }

    void publishStopped(final int cpu)
    {
        cpuStates.putInt(cpu * CpuStateDescriptor.ENTRY_BYTES + CpuStateDescriptor.PID_OFFSET, 0);
    }

    // ---- user space's end

    @Override
    public String backend()
    {
        return "simulation";
    }

    @Override
    public int nrCpuIds()
    {
        return machine.nrCpus;
    }

    @Override
    public void scheduleCurrentThread(final boolean isScheduled)
    {
        throw new UnsupportedOperationException("a simulation schedules no threads");
    }

    @Override
    public int poll(final QueuedRecordHandler handler, final int limit)
    {
        int count = 0;
        while (count < limit && nextReadyNs() <= machine.nowNs)
        {
            handler.onRecord(queued, ((int)queuedHead & MASK) * QueuedTaskDescriptor.RECORD_BYTES);
            queuedHead++;
            count++;
        }
        return count;
    }

    @Override
    public void hold(final long token)
    {
        kernel.hold(token);
    }

    @Override
    public CpuStates cpuStates(final CpuTopology topology)
    {
        return new MappedCpuStates(control, cpuStates, topology, kernel::selectIdle);
    }

    @Override
    public boolean offer(final DirectBuffer buffer, final int offset)
    {
        if (dispatchedTail - dispatchedHead == RING_RECORDS)
        {
            return false;
        }
        dispatched.putBytes(((int)dispatchedTail++ & MASK) * DispatchedTaskDescriptor.RECORD_BYTES, buffer, offset,
            DispatchedTaskDescriptor.RECORD_BYTES);
        final long flags = buffer.getLong(offset + DispatchedTaskDescriptor.FLAGS_OFFSET);
        if (0 != (flags & SchedAbi.SCHED_DECISION_PREEMPT))
        {
            kernel.giveWay(buffer.getInt(offset + DispatchedTaskDescriptor.CPU_OFFSET));
        }
        isUrgent |= 0 != (flags & (SchedAbi.SCHED_DECISION_PREEMPT | SchedAbi.SCHED_DECISION_KICK));
        return true;
    }

    @Override
    public void publish()
    {
        published = dispatchedTail;
        if (kernel.onPublished(isUrgent))
        {
            nrDoorbells++;
        }
        isUrgent = false;
    }

    @Override
    public long counter(final KernelCounter counter)
    {
        return machine.counter(counter);
    }

    @Override
    public long nrDoorbells()
    {
        return nrDoorbells;
    }
}
