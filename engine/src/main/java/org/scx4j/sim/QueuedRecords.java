// SPDX-License-Identifier: Apache-2.0
package org.scx4j.sim;

import org.agrona.collections.IntArrayList;
import org.agrona.concurrent.UnsafeBuffer;
import org.scx4j.protocol.KernelCounter;
import org.scx4j.protocol.QueuedTaskDescriptor;
import org.scx4j.protocol.SchedAbi;

/**
 * What the kernel's side tells user space: tasks, exits, idle CPUs; as {@code queued.bpf.h}, {@code exited.bpf.h} and
 * {@code cpus.bpf.h} do it.
 * <p>
 * Thread safety: none. Allocates nothing once made, unless exits find the ring full.
 */
final class QueuedRecords
{
    private static final int CPU_EVENTS_PER_TICK = 8;

    private final SimulatedMachine machine;
    private final SimulatedTasks tasks;
    private final SimulatedTransport transport;
    private final InflightTable inflight;
    private final IntArrayList lateExits = new IntArrayList();
    private int cpuEventsCursor;

    QueuedRecords(
        final SimulatedMachine machine, final SimulatedTransport transport, final InflightTable inflight)
    {
        this.machine = machine;
        this.tasks = machine.tasks;
        this.transport = transport;
        this.inflight = inflight;
    }

    /**
     * Hands a runnable task to user space, under a new token.
     *
     * @return false if the ring is full.
     */
    boolean add(final int task, final int how, final boolean isConfined)
    {
        final int offset = transport.isCongested() ? -1 : transport.claim(SchedAbi.SCHED_EVENT_QUEUED);
        if (offset < 0)
        {
            return false;
        }
        final long added = inflight.add(task, machine.nowNs);
        if (added < 0)
        {
            machine.count(KernelCounter.NR_UNWATCHED);
        }
        if (0 != tasks.token[task])
        {
            machine.count(KernelCounter.NR_LOST);
        }
        tasks.token[task] = Math.abs(added);
        tasks.state[task] = SimulatedTasks.QUEUED;
        final int flags = how |
            (tasks.isCpuIdle[task] ? SchedAbi.SCHED_QUEUED_CPU_IDLE : 0) |
            (tasks.isSeen[task] ? 0 : SchedAbi.SCHED_QUEUED_NEW) |
            (isConfined ? SchedAbi.SCHED_QUEUED_CONFINED : 0);
        tasks.isSeen[task] = true;
        fill(transport.records(), offset, task, flags);
        transport.submit();
        return true;
    }

    private void fill(final UnsafeBuffer record, final int offset, final int task, final int flags)
    {
        record.putInt(offset + QueuedTaskDescriptor.PID_OFFSET, tasks.pid[task]);
        record.putInt(offset + QueuedTaskDescriptor.TGID_OFFSET, tasks.pid[task]);
        record.putInt(offset + QueuedTaskDescriptor.PREV_CPU_OFFSET, tasks.cpu[task]);
        record.putLong(offset + QueuedTaskDescriptor.TOKEN_OFFSET, tasks.token[task]);
        record.putLong(offset + QueuedTaskDescriptor.ENQUEUE_NS_OFFSET, machine.nowNs);
        record.putLong(offset + QueuedTaskDescriptor.FLAGS_OFFSET, flags);
        record.putLong(offset + QueuedTaskDescriptor.START_NS_OFFSET, tasks.startNs[task]);
        record.putLong(offset + QueuedTaskDescriptor.STOP_NS_OFFSET, tasks.stopNs[task]);
        record.putLong(offset + QueuedTaskDescriptor.EXEC_RUNTIME_NS_OFFSET, tasks.execNs[task]);
        record.putLong(offset + QueuedTaskDescriptor.SUM_EXEC_RUNTIME_NS_OFFSET, tasks.sumExecNs[task]);
        record.putLong(offset + QueuedTaskDescriptor.NVCSW_OFFSET, tasks.nvcsw[task]);
        record.putLong(offset + QueuedTaskDescriptor.VTIME_OFFSET, tasks.vtime[task]);
        record.putLong(offset + QueuedTaskDescriptor.CGROUP_ID_OFFSET, 1);
        record.putInt(offset + QueuedTaskDescriptor.WEIGHT_OFFSET, tasks.weight(task));
        record.putInt(offset + QueuedTaskDescriptor.NR_CPUS_ALLOWED_OFFSET, tasks.nrCpusAllowed(task));
        record.putLong(offset + QueuedTaskDescriptor.COMM_OFFSET, tasks.commLow[task]);
        record.putLong(offset + QueuedTaskDescriptor.COMM_OFFSET + Long.BYTES, tasks.commHigh[task]);
    }

    /** A task that the policy may have seen is gone. */
    void onExit(final int task)
    {
        if (tasks.isSeen[task] && !sendExit(tasks.pid[task]))
        {
            lateExits.addInt(tasks.pid[task]);
        }
    }

    private boolean sendExit(final int pid)
    {
        final int offset = transport.claim(SchedAbi.SCHED_EVENT_EXIT);
        if (offset < 0)
        {
            return false;
        }
        transport.records().putInt(offset + QueuedTaskDescriptor.PID_OFFSET, pid);
        transport.submit();
        machine.count(KernelCounter.NR_EXIT_EVENTS);
        return true;
    }

    /** What found the ring full. */
    void sendLateExits()
    {
        while (!lateExits.isEmpty() && sendExit(lateExits.getInt(lateExits.size() - 1)))
        {
            lateExits.fastUnorderedRemove(lateExits.size() - 1);
            machine.count(KernelCounter.NR_EXIT_EVENTS_LATE);
        }
    }

    /** A CPU has nothing to run while user space has tasks. */
    void sendCpuAvailable(final int cpu)
    {
        final int offset = transport.claim(SchedAbi.SCHED_EVENT_CPU_AVAILABLE);
        if (offset < 0)
        {
            machine.count(KernelCounter.NR_CPU_EVENTS_DROPPED);
            return;
        }
        transport.records().putInt(offset + QueuedTaskDescriptor.PREV_CPU_OFFSET, cpu);
        transport.submit();
        machine.count(KernelCounter.NR_CPU_EVENTS);
    }

    /** The timer repeats it, for a few CPUs a tick, unless user space has something to read. */
    void repeatCpuEvents()
    {
        if (transport.hasQueued())
        {
            return;
        }
        int nrSent = 0;
        for (int i = 0; i < machine.nrCpus && nrSent < CPU_EVENTS_PER_TICK; i++)
        {
            final int cpu = cpuEventsCursor;
            cpuEventsCursor = cpu + 1 < machine.nrCpus ? cpu + 1 : 0;
            if (transport.isPublishedIdle(cpu))
            {
                sendCpuAvailable(cpu);
                nrSent++;
            }
        }
    }
}
