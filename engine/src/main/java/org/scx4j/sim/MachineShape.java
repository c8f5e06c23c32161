// SPDX-License-Identifier: Apache-2.0
package org.scx4j.sim;

import org.scx4j.exceptions.SchedulerException;
import org.scx4j.exceptions.SchedulerException.Category;
import org.scx4j.protocol.SchedAbi;
import org.scx4j.topology.CpuList;
import org.scx4j.topology.CpuTopology;

/**
 * The CPUs of a simulated machine, and how they belong together. CPUs that share something have neighbouring numbers.
 * <p>
 * Thread safety: immutable.
 *
 * @param nrCpus         1 to {@link SchedAbi#SCHED_MAX_CPUS}.
 * @param threadsPerCore CPUs of a core, which slow each other down; 1 = no SMT.
 * @param cpusPerLlc     CPUs that share a last level cache.
 * @param cpusPerNode    CPUs of a NUMA node.
 */
public record MachineShape(int nrCpus, int threadsPerCore, int cpusPerLlc, int cpusPerNode)
{
    /**
     * Checks that there can be such a machine.
     *
     * @param nrCpus         1 to {@link SchedAbi#SCHED_MAX_CPUS}.
     * @param threadsPerCore CPUs of a core.
     * @param cpusPerLlc     CPUs that share a last level cache.
     * @param cpusPerNode    CPUs of a NUMA node.
     * @throws SchedulerException with category USAGE, if there can't.
     */
    public MachineShape
    {
        check(nrCpus, SchedAbi.SCHED_MAX_CPUS, "CPUs");
        check(threadsPerCore, CpuList.MAX_CPUS, "CPUs of a core");
        check(cpusPerLlc, CpuList.MAX_CPUS, "CPUs of a last level cache");
        check(cpusPerNode, CpuList.MAX_CPUS, "CPUs of a NUMA node");
        if (0 != cpusPerLlc % threadsPerCore || 0 != cpusPerNode % cpusPerLlc)
        {
            throw new SchedulerException(Category.USAGE, "a core must be in one last level cache, and that in one " +
                "NUMA node: " + threadsPerCore + " CPUs a core, " + cpusPerLlc + " a cache and " + cpusPerNode +
                " a node do not fit; give multiples");
        }
    }

    private static void check(final int value, final int max, final String what)
    {
        if (value < 1 || value > max)
        {
            throw new SchedulerException(
                Category.USAGE, what + " of the simulated machine out of range: " + value + ", must be 1 to " + max);
        }
    }

    /**
     * CPUs without SMT that share one cache.
     *
     * @param nrCpus how many.
     * @return the shape.
     */
    public static MachineShape flat(final int nrCpus)
    {
        return new MachineShape(nrCpus, 1, SchedAbi.SCHED_MAX_CPUS, SchedAbi.SCHED_MAX_CPUS);
    }

    /**
     * The shape that comes nearest to a topology: as many CPUs as are online, in groups as large as its largest.
     *
     * @param topology of a machine.
     * @return the shape.
     */
    public static MachineShape of(final CpuTopology topology)
    {
        int core = 1;
        int llc = 1;
        int node = 1;
        for (int cpu = 0; cpu < topology.nrCpuIds(); cpu++)
        {
            core = Math.max(core, topology.cpusOfCore(topology.coreOf(cpu)).count());
            llc = Math.max(llc, topology.cpusOfLlc(topology.llcOf(cpu)).count());
            node = Math.max(node, topology.cpusOfNode(topology.nodeOf(cpu)).count());
        }
        llc = roundUp(llc, core);
        return new MachineShape(topology.onlineCpus().count(), core, llc, roundUp(node, llc));
    }

    private static int roundUp(final int value, final int multiple)
    {
        return (value + multiple - 1) / multiple * multiple;
    }

    /**
     * The topology that a policy sees.
     *
     * @return a new one.
     */
    public CpuTopology topology()
    {
        return CpuTopology.regular(nrCpus, threadsPerCore, cpusPerLlc, cpusPerNode);
    }
}
