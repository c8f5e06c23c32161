// SPDX-License-Identifier: Apache-2.0
package org.scx4j.topology;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * How the CPUs of this machine belong together: cores, last level caches (LLC), NUMA nodes, and how strong each is.
 * A snapshot: after CPU hotplug the kernel ends the scheduler, and the next start reads anew.
 * <p>
 * Cores, LLCs and nodes are numbered here from 0 without gaps, cores and LLCs by their smallest CPU, nodes by the
 * kernel's number, which {@link #nodeIdOf(int)} tells. Only CPUs that are online belong to any. Every question may be
 * asked of any number: for a CPU that is offline or does not exist the answer is {@link #NONE}, no capacity, or the
 * empty mask, and {@link #NONE} as a core, LLC or node has no CPU. So the questions chain without checks.
 * <p>
 * Thread safety: immutable. No method but {@link #toString()} allocates; the masks are read-only, of size
 * {@link #nrCpuIds()}, and the same object each time.
 */
public final class CpuTopology
{
    /** No core, LLC, node: the CPU is offline or does not exist. */
    public static final int NONE = -1;
    /** Capacity of the strongest CPU, and of all where the kernel does not tell. */
    public static final int CAPACITY_DEFAULT = 1024;

    private final CpuMask online;
    private final CpuMask empty;
    private final int[] coreOf;
    private final int[] llcOf;
    private final int[] nodeOf;
    private final CpuMask[] cores;
    private final CpuMask[] llcs;
    private final CpuMask[] nodes;
    private final int[] nodeIds;
    private final int[] capacities;
    private final CoreType[] coreTypes;
    private final boolean smt;

    CpuTopology(final SysfsCpuTopology source)
    {
        this.online = source.online().readOnlyCopy();
        this.empty = new CpuMask(online.nrCpuIds()).readOnlyCopy();
        this.coreOf = source.cores().toGroupOf();
        this.llcOf = source.llcs().toGroupOf();
        this.nodeOf = source.nodes().toGroupOf();
        this.cores = source.cores().toMembers();
        this.llcs = source.llcs().toMembers();
        this.nodes = source.nodes().toMembers();
        this.nodeIds = source.nodeIds();
        this.capacities = source.capacities();
        this.coreTypes = source.coreTypes();
        this.smt = cores.length < online.count();
    }

    private CpuTopology(
        final int[] coreOf,
        final int[] llcOf,
        final int[] nodeOf,
        final int[] nodeIds,
        final int[] capacities,
        final CoreType[] coreTypes)
    {
        this.coreOf = coreOf.clone();
        this.llcOf = llcOf.clone();
        this.nodeOf = nodeOf.clone();
        this.nodeIds = nodeIds.clone();
        this.capacities = capacities.clone();
        this.coreTypes = coreTypes.clone();
        this.online = membersOf(coreOf, null);
        this.empty = new CpuMask(coreOf.length).readOnlyCopy();
        this.cores = groupsOf("core", coreOf);
        this.llcs = groupsOf("LLC", llcOf);
        this.nodes = groupsOf("node", nodeOf);
        this.smt = cores.length < online.count();
        if (online.isEmpty() || nodes.length != nodeIds.length)
        {
            throw new IllegalArgumentException("no topology: " + this + ", nodeIds=" + nodeIds.length);
        }
    }

    /**
     * A topology that was known before, as from a recording. All arrays but {@code nodeIds} have an entry per CPU.
     *
     * @param coreOf     as {@link #coreOf(int)}; {@link #NONE} for a CPU that is offline.
     * @param llcOf      as {@link #llcOf(int)}.
     * @param nodeOf     as {@link #nodeOf(int)}.
     * @param nodeIds    as {@link #nodeIdOf(int)}, an entry per node.
     * @param capacities as {@link #capacityOf(int)}.
     * @param coreTypes  as {@link #coreTypeOf(int)}.
     * @return the topology.
     * @throws IllegalArgumentException if numbers leave gaps, are out of range, or no CPU is online.
     */
    public static CpuTopology of(
        final int[] coreOf,
        final int[] llcOf,
        final int[] nodeOf,
        final int[] nodeIds,
        final int[] capacities,
        final CoreType[] coreTypes)
    {
        return new CpuTopology(coreOf, llcOf, nodeOf, nodeIds, capacities, coreTypes);
    }

    /**
     * The topology of a machine that exists in thought only: all CPUs are online and alike, and those that share
     * something have neighbouring numbers.
     *
     * @param nrCpus      1 to {@link CpuList#MAX_CPUS}.
     * @param cpusPerCore 1 or more; the last core, LLC and node have what is left.
     * @param cpusPerLlc  1 or more.
     * @param cpusPerNode 1 or more.
     * @return the topology.
     * @throws IllegalArgumentException if a number is out of range.
     */
    public static CpuTopology regular(
        final int nrCpus, final int cpusPerCore, final int cpusPerLlc, final int cpusPerNode)
    {
        if (nrCpus < 1 || nrCpus > CpuList.MAX_CPUS || cpusPerCore < 1 || cpusPerLlc < 1 || cpusPerNode < 1)
        {
            throw new IllegalArgumentException("no such machine: nrCpus=" + nrCpus + ", cpusPerCore=" + cpusPerCore +
                ", cpusPerLlc=" + cpusPerLlc + ", cpusPerNode=" + cpusPerNode);
        }
        final int[] capacities = new int[nrCpus];
        final CoreType[] coreTypes = new CoreType[nrCpus];
        Arrays.fill(capacities, CAPACITY_DEFAULT);
        Arrays.fill(coreTypes, CoreType.UNKNOWN);
        return of(neighbours(nrCpus, cpusPerCore), neighbours(nrCpus, cpusPerLlc), neighbours(nrCpus, cpusPerNode),
            IntStream.range(0, (nrCpus + cpusPerNode - 1) / cpusPerNode).toArray(), capacities, coreTypes);
    }

    private static int[] neighbours(final int nrCpus, final int size)
    {
        return IntStream.range(0, nrCpus).map((cpu) -> cpu / size).toArray();
    }

    private static CpuMask[] groupsOf(final String what, final int[] groupOf)
    {
        final int nrGroups = Arrays.stream(groupOf).max().orElse(NONE) + 1;
        if (nrGroups > groupOf.length)
        {
            throw new IllegalArgumentException(what + " out of range: " + (nrGroups - 1));
        }
        final CpuMask[] groups = new CpuMask[nrGroups];
        for (int group = 0; group < nrGroups; group++)
        {
            groups[group] = membersOf(groupOf, group);
            if (groups[group].isEmpty())
            {
                throw new IllegalArgumentException(what + " without a CPU: " + group);
            }
        }
        return groups;
    }

    /** Null for all that are in any. */
    private static CpuMask membersOf(final int[] groupOf, final Integer group)
    {
        final CpuMask members = new CpuMask(groupOf.length);
        for (int cpu = 0; cpu < groupOf.length; cpu++)
        {
            if (null == group ? NONE != groupOf[cpu] : group == groupOf[cpu])
            {
                members.set(cpu);
            }
        }
        return members.readOnlyCopy();
    }

    /**
     * Reads the topology. Only {@code devices/system/cpu/online} must be there; what else is missing, as in containers,
     * small virtual machines and on some architectures, degrades:
     * <ul>
     * <li>no {@code possible}: CPU numbers end at the last that is online;</li>
     * <li>no {@code core_cpus_list}: {@code thread_siblings_list}, its old name; without it, CPUs of the same
     * {@code physical_package_id} and {@code core_id} are a core; without these, each CPU is one;</li>
     * <li>no cache of level 2 or above that holds data: CPUs of the same package and node that have none share an
     * LLC;</li>
     * <li>no NUMA nodes: one node, 0; CPUs that are in none of them belong to node 0;</li>
     * <li>no {@code cpu_capacity}: {@link #CAPACITY_DEFAULT};</li>
     * <li>no {@code cpu_core} and {@code cpu_atom}: {@link CoreType#UNKNOWN}.</li>
     * </ul>
     * Nodes that have memory only are left out.
     *
     * @param sysfs where sysfs is mounted, normally {@code /sys}.
     * @return the topology, with one CPU at least.
     * @throws org.scx4j.exceptions.SchedulerException with category ENVIRONMENT if a file has content that makes no
     *                                                 sense, or can't be read though it is there; the message names
     *                                                 the file and its text.
     */
    public static CpuTopology read(final Path sysfs)
    {
        return new CpuTopology(new SysfsCpuTopology(sysfs));
    }

    /**
     * CPUs that the kernel can have; their numbers are smaller.
     *
     * @return count.
     */
    public int nrCpuIds()
    {
        return coreOf.length;
    }

    /**
     * Whether a CPU is online.
     *
     * @param cpu any number.
     * @return false also if there is no such CPU.
     */
    public boolean isOnline(final int cpu)
    {
        return online.test(cpu);
    }

    /**
     * The CPUs that are online.
     *
     * @return one at least.
     */
    public CpuMask onlineCpus()
    {
        return online;
    }

    /**
     * The core that a CPU belongs to.
     *
     * @param cpu any number.
     * @return 0 to {@link #nrCores()} - 1, or {@link #NONE}.
     */
    public int coreOf(final int cpu)
    {
        return isOnline(cpu) ? coreOf[cpu] : NONE;
    }

    /**
     * The last level cache that a CPU uses.
     *
     * @param cpu any number.
     * @return 0 to {@link #nrLlcs()} - 1, or {@link #NONE}.
     */
    public int llcOf(final int cpu)
    {
        return isOnline(cpu) ? llcOf[cpu] : NONE;
    }

    /**
     * The NUMA node that a CPU belongs to.
     *
     * @param cpu any number.
     * @return 0 to {@link #nrNodes()} - 1, or {@link #NONE}.
     */
    public int nodeOf(final int cpu)
    {
        return isOnline(cpu) ? nodeOf[cpu] : NONE;
    }

    /**
     * How much a CPU can do at most, compared with the strongest of the machine.
     *
     * @param cpu any number.
     * @return 1 to {@link #CAPACITY_DEFAULT}; 0 if it is offline or does not exist.
     */
    public int capacityOf(final int cpu)
    {
        return isOnline(cpu) ? capacities[cpu] : 0;
    }

    /**
     * What kind of core a CPU belongs to.
     *
     * @param cpu any number.
     * @return {@link CoreType#UNKNOWN} on most machines, and if the CPU is offline or does not exist.
     */
    public CoreType coreTypeOf(final int cpu)
    {
        return isOnline(cpu) ? coreTypes[cpu] : CoreType.UNKNOWN;
    }

    /**
     * The CPUs of a CPU's core, itself among them.
     *
     * @param cpu any number.
     * @return read-only; empty if it is offline or does not exist.
     */
    public CpuMask siblingsOf(final int cpu)
    {
        return maskOf(cores, coreOf(cpu));
    }

    /**
     * The CPUs of a core.
     *
     * @param core any number.
     * @return read-only; empty if there is no such core.
     */
    public CpuMask cpusOfCore(final int core)
    {
        return maskOf(cores, core);
    }

    /**
     * The CPUs that share a last level cache.
     *
     * @param llc any number.
     * @return read-only; empty if there is no such cache.
     */
    public CpuMask cpusOfLlc(final int llc)
    {
        return maskOf(llcs, llc);
    }

    /**
     * The CPUs of a NUMA node.
     *
     * @param node any number.
     * @return read-only; empty if there is no such node.
     */
    public CpuMask cpusOfNode(final int node)
    {
        return maskOf(nodes, node);
    }

    private CpuMask maskOf(final CpuMask[] masks, final int index)
    {
        return index >= 0 && index < masks.length ? masks[index] : empty;
    }

    /**
     * The kernel's number of a NUMA node, which may leave gaps.
     *
     * @param node any number.
     * @return such as 8 for node 1 on a machine of nodes 0 and 8, or {@link #NONE} if there is no such node.
     */
    public int nodeIdOf(final int node)
    {
        return node >= 0 && node < nodeIds.length ? nodeIds[node] : NONE;
    }

    /**
     * Cores that have a CPU online.
     *
     * @return count, 1 at least.
     */
    public int nrCores()
    {
        return cores.length;
    }

    /**
     * Last level caches that have a CPU online.
     *
     * @return count, 1 at least.
     */
    public int nrLlcs()
    {
        return llcs.length;
    }

    /**
     * NUMA nodes that have a CPU online.
     *
     * @return count, 1 at least.
     */
    public int nrNodes()
    {
        return nodes.length;
    }

    /**
     * Whether a core has more than one CPU online.
     *
     * @return false if it is the same to think of CPUs and of cores.
     */
    public boolean isSmt()
    {
        return smt;
    }

    @Override
    public String toString()
    {
        return "nrCpuIds=" + nrCpuIds() + ", online=" + online + ", cores=" + cores.length + ", llcs=" + llcs.length +
            ", nodes=" + nodes.length;
    }
}
