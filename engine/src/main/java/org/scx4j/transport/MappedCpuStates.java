// SPDX-License-Identifier: Apache-2.0
package org.scx4j.transport;

import java.util.Arrays;
import org.agrona.concurrent.AtomicBuffer;
import org.scx4j.api.Cpu;
import org.scx4j.api.CpuStates;
import org.scx4j.api.QueuedTask;
import org.scx4j.protocol.ControlDescriptor;
import org.scx4j.protocol.CpuStateDescriptor;
import org.scx4j.protocol.SchedAbi;
import org.scx4j.topology.CpuMask;
import org.scx4j.topology.CpuTopology;

/**
 * {@link CpuStates} on the memory that the kernel writes.
 * <p>
 * A CPU that was picked is <i>claimed</i>: it stays idle in the kernel's mask until the decision arrives there, and
 * must not be picked for the next task of the same burst. A claim ends when the kernel shows the CPU busy, or after
 * {@value #CLAIM_NS} ns, should the task never have come.
 * <p>
 * Thread safety: for one thread.
 */
public final class MappedCpuStates implements CpuStates
{
    static final long CLAIM_NS = 1_000_000;

    private final AtomicBuffer control;
    private final AtomicBuffer states;
    private final CpuTopology topology;
    private final IdleSelection selection;
    private final CpuMask idle;
    private final CpuMask claimed;
    private final CpuMask scratch;
    private final int nrCpuIds;
    private final int nrOnline;
    private long claimedSinceNs;

    /**
     * Views the kernel's words.
     *
     * @param control   control words.
     * @param states    an entry per CPU.
     * @param topology  by which a near CPU is picked.
     * @param selection the kernel's own pick, null if there is no kernel.
     */
    public MappedCpuStates(
        final AtomicBuffer control,
        final AtomicBuffer states,
        final CpuTopology topology,
        final IdleSelection selection)
    {
        this.control = control;
        this.states = states;
        this.topology = topology;
        this.selection = selection;
        this.nrCpuIds = Math.min(topology.nrCpuIds(), states.capacity() / CpuStateDescriptor.ENTRY_BYTES);
        this.nrOnline = topology.onlineCpus().count();
        this.idle = new CpuMask(topology.nrCpuIds());
        this.claimed = new CpuMask(topology.nrCpuIds());
        this.scratch = new CpuMask(topology.nrCpuIds());
    }

    @Override
    public boolean isIdle(final int cpu)
    {
        return cpu >= 0 && cpu < nrCpuIds && 0 != (idleWord(cpu / Long.SIZE) & 1L << cpu % Long.SIZE);
    }

    @Override
    public int pid(final int cpu)
    {
        return cpu < 0 || cpu >= nrCpuIds ? 0 :
            states.getIntVolatile(cpu * CpuStateDescriptor.ENTRY_BYTES + CpuStateDescriptor.PID_OFFSET);
    }

    @Override
    public long startNs(final int cpu)
    {
        return word(cpu, CpuStateDescriptor.START_NS_OFFSET);
    }

    @Override
    public long vtime(final int cpu)
    {
        return word(cpu, CpuStateDescriptor.VTIME_OFFSET);
    }

    private long word(final int cpu, final int offset)
    {
        return cpu < 0 || cpu >= nrCpuIds ? 0 :
            states.getLongVolatile(cpu * CpuStateDescriptor.ENTRY_BYTES + offset);
    }

    private long idleWord(final int index)
    {
        return control.getLongVolatile(ControlDescriptor.IDLE_CPUS_OFFSET + index * Long.BYTES);
    }

    @Override
    public int pickIdle(final QueuedTask task)
    {
        final int prevCpu = task.prevCpu();
        if (prevCpu < 0 || prevCpu >= nrCpuIds)
        {
            return Cpu.ANY;
        }
        refresh(task.enqueueNs());
        final int cpu = task.nrCpusAllowed() >= nrOnline ? pickNear(prevCpu) :
            idle.test(prevCpu) ? prevCpu : Cpu.ANY;
        if (Cpu.ANY != cpu)
        {
            claimedSinceNs = claimed.isEmpty() ? task.enqueueNs() : claimedSinceNs;
            claimed.set(cpu);
        }
        return cpu;
    }

    /** Takes over the kernel's mask, without the CPUs that are claimed. */
    private void refresh(final long nowNs)
    {
        for (int word = 0; word * Long.SIZE < nrCpuIds; word++)
        {
            idle.setWord(word, idleWord(word));
        }
        if (nowNs - claimedSinceNs > CLAIM_NS)
        {
            claimed.clearAll();
        }
        claimed.and(idle);
        idle.andNot(claimed);
    }

    private int pickNear(final int prevCpu)
    {
        if (idle.isEmpty())
        {
            return Cpu.ANY;
        }
        if (isCoreIdle(prevCpu))
        {
            return prevCpu;
        }
        int cpu = pickAmong(topology.cpusOfLlc(topology.llcOf(prevCpu)), prevCpu);
        if (Cpu.ANY == cpu)
        {
            cpu = pickAmong(topology.cpusOfNode(topology.nodeOf(prevCpu)), prevCpu);
        }
        return Cpu.ANY == cpu ? pickAmong(topology.onlineCpus(), prevCpu) : cpu;
    }

    /** An idle core before the idle half of a busy one; of those, the task's own before another. */
    private int pickAmong(final CpuMask cpus, final int prevCpu)
    {
        scratch.copyFrom(idle);
        scratch.and(cpus);
        if (scratch.isEmpty())
        {
            return Cpu.ANY;
        }
        if (topology.isSmt())
        {
            for (int cpu = scratch.first(); CpuMask.NONE != cpu; cpu = scratch.next(cpu))
            {
                if (isCoreIdle(cpu))
                {
                    return cpu;
                }
            }
        }
        return scratch.test(prevCpu) ? prevCpu : scratch.first();
    }

    private boolean isCoreIdle(final int cpu)
    {
        if (!idle.test(cpu))
        {
            return false;
        }
        final CpuMask siblings = topology.siblingsOf(cpu);
        for (int sibling = siblings.first(); CpuMask.NONE != sibling; sibling = siblings.next(sibling))
        {
            if (!idle.test(sibling))
            {
                return false;
            }
        }
        return true;
    }

    @Override
    public int selectIdle(final int[] pids, final int[] cpus, final int count)
    {
        if (count < 0 || count > SchedAbi.SCHED_SELECTION_TASKS)
        {
            throw new IllegalArgumentException("tasks out of range: count=" + count + ", must be 0 to " +
                SchedAbi.SCHED_SELECTION_TASKS);
        }
        if (null == selection)
        {
            Arrays.fill(cpus, 0, count, Cpu.ANY);
            return 0;
        }
        return selection.select(pids, cpus, count);
    }
}
