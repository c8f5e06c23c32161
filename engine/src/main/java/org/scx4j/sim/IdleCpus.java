// SPDX-License-Identifier: Apache-2.0
package org.scx4j.sim;

import org.scx4j.topology.CpuMask;
import org.scx4j.topology.CpuTopology;

/**
 * The kernel's mask of idle CPUs, and how it picks one: that which a task last ran on, else one near it. A CPU that is
 * picked is out of the mask until it goes idle anew.
 * <p>
 * Thread safety: none. Allocates nothing once made.
 */
final class IdleCpus
{
    static final int NONE = CpuMask.NONE;

    private final CpuTopology topology;
    private final CpuMask idle;
    private final CpuMask scratch;
    private int nrIdle;

    IdleCpus(final CpuTopology topology)
    {
        this.topology = topology;
        this.idle = new CpuMask(topology.nrCpuIds());
        this.scratch = new CpuMask(topology.nrCpuIds());
    }

    void set(final int cpu)
    {
        if (!idle.test(cpu))
        {
            idle.set(cpu);
            nrIdle++;
        }
    }

    /** True if it was idle. */
    boolean take(final int cpu)
    {
        if (!idle.test(cpu))
        {
            return false;
        }
        idle.clear(cpu);
        nrIdle--;
        return true;
    }

    boolean isEmpty()
    {
        return 0 == nrIdle;
    }

    /** For a task that wakes: its CPU if that core is idle, an idle core near it, its CPU, any near it. */
    int select(final CpuMask allowed, final int prevCpu)
    {
        if (0 == nrIdle)
        {
            return NONE;
        }
        int cpu = NONE;
        if (topology.isSmt())
        {
            cpu = allowed.test(prevCpu) && isCoreIdle(prevCpu) ? prevCpu : nearest(allowed, prevCpu, true);
        }
        if (NONE == cpu)
        {
            cpu = allowed.test(prevCpu) && idle.test(prevCpu) ? prevCpu : nearest(allowed, prevCpu, false);
        }
        return NONE != cpu && take(cpu) ? cpu : NONE;
    }

    /** For whatever there is to do: an idle core, or else any. */
    int pick(final CpuMask allowed)
    {
        if (0 == nrIdle)
        {
            return NONE;
        }
        int cpu = topology.isSmt() ? first(allowed, topology.onlineCpus(), true) : NONE;
        if (NONE == cpu)
        {
            cpu = first(allowed, topology.onlineCpus(), false);
        }
        return NONE != cpu && take(cpu) ? cpu : NONE;
    }

    private int nearest(final CpuMask allowed, final int prevCpu, final boolean isWholeCore)
    {
        int cpu = first(allowed, topology.cpusOfLlc(topology.llcOf(prevCpu)), isWholeCore);
        if (NONE == cpu)
        {
            cpu = first(allowed, topology.cpusOfNode(topology.nodeOf(prevCpu)), isWholeCore);
        }
        return NONE == cpu ? first(allowed, topology.onlineCpus(), isWholeCore) : cpu;
    }

    private int first(final CpuMask allowed, final CpuMask among, final boolean isWholeCore)
    {
        scratch.copyFrom(idle);
        scratch.and(allowed);
        scratch.and(among);
        int cpu = scratch.first();
        while (isWholeCore && NONE != cpu && !isCoreIdle(cpu))
        {
            cpu = scratch.next(cpu);
        }
        return cpu;
    }

    private boolean isCoreIdle(final int cpu)
    {
        final CpuMask siblings = topology.siblingsOf(cpu);
        for (int sibling = siblings.first(); NONE != sibling; sibling = siblings.next(sibling))
        {
            if (!idle.test(sibling))
            {
                return false;
            }
        }
        return true;
    }
}
