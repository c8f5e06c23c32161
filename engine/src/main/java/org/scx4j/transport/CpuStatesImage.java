// SPDX-License-Identifier: Apache-2.0
package org.scx4j.transport;

import org.agrona.BufferUtil;
import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.scx4j.api.CpuStates;
import org.scx4j.protocol.ControlDescriptor;
import org.scx4j.protocol.CpuStateDescriptor;
import org.scx4j.protocol.SchedAbi;
import org.scx4j.topology.CpuTopology;

/**
 * What the CPUs were doing at some moment: memory laid out as the kernel's, but written by us, CPU by CPU. At first all
 * are busy with tasks of other classes.
 * <p>
 * Thread safety: for one thread.
 */
public final class CpuStatesImage
{
    private static final int ALIGNMENT_BYTES = 128;

    private final AtomicBuffer control = memory(ControlDescriptor.CONTROL_BYTES);
    private final AtomicBuffer states;
    private final int nrCpuIds;

    /**
     * Makes one.
     *
     * @param nrCpuIds CPU numbers are smaller; what is above {@link SchedAbi#SCHED_MAX_CPUS} is never idle.
     */
    public CpuStatesImage(final int nrCpuIds)
    {
        this.nrCpuIds = nrCpuIds;
        this.states = memory(nrCpuIds * CpuStateDescriptor.ENTRY_BYTES);
    }

    private static AtomicBuffer memory(final int lengthBytes)
    {
        return new UnsafeBuffer(BufferUtil.allocateDirectAligned(lengthBytes, ALIGNMENT_BYTES));
    }

    /**
     * CPUs that it has room for.
     *
     * @return count.
     */
    public int nrCpuIds()
    {
        return nrCpuIds;
    }

    /**
     * Says what a CPU is doing.
     *
     * @param cpu     0 to {@link #nrCpuIds()} - 1.
     * @param isIdle  whether it has nothing to run.
     * @param pid     who runs there, 0 for nobody of our class.
     * @param startNs since when, nanoseconds.
     * @param vtime   of the decision by which it runs.
     * @return false if nothing has changed.
     * @throws IndexOutOfBoundsException if there is no such CPU.
     */
    public boolean set(final int cpu, final boolean isIdle, final int pid, final long startNs, final long vtime)
    {
        final int entry = cpu * CpuStateDescriptor.ENTRY_BYTES;
        boolean isChanged = setIdle(cpu, isIdle);
        if (pid != states.getInt(entry + CpuStateDescriptor.PID_OFFSET) ||
            startNs != states.getLong(entry + CpuStateDescriptor.START_NS_OFFSET) ||
            vtime != states.getLong(entry + CpuStateDescriptor.VTIME_OFFSET))
        {
            states.putInt(entry + CpuStateDescriptor.PID_OFFSET, pid);
            states.putLong(entry + CpuStateDescriptor.START_NS_OFFSET, startNs);
            states.putLong(entry + CpuStateDescriptor.VTIME_OFFSET, vtime);
            isChanged = true;
        }
        return isChanged;
    }

    private boolean setIdle(final int cpu, final boolean isIdle)
    {
        if (cpu >= SchedAbi.SCHED_MAX_CPUS)
        {
            return false;
        }
        final int word = ControlDescriptor.IDLE_CPUS_OFFSET + cpu / Long.SIZE * Long.BYTES;
        final long before = control.getLong(word);
        final long after = isIdle ? before | 1L << cpu : before & ~(1L << cpu);
        control.putLong(word, after);
        return before != after;
    }

    /**
     * A view, which picks idle CPUs as that of a real kernel does; it has no exact selection.
     *
     * @param topology by which a near CPU is picked.
     * @return follows this image.
     */
    public CpuStates view(final CpuTopology topology)
    {
        return new MappedCpuStates(control, states, topology, null);
    }
}
