// SPDX-License-Identifier: Apache-2.0
package org.scx4j.topology;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A partition of the CPUs that are online, being made: whatever sysfs says, each CPU ends up in at most one group, the
 * first that takes it, and no group is empty. Groups are numbered from 0.
 * <p>
 * Thread safety: none.
 */
final class CpuGroups
{
    private final CpuMask online;
    private final int[] groupOf;
    private final List<CpuMask> members = new ArrayList<>();

    CpuGroups(final CpuMask online)
    {
        this.online = online;
        this.groupOf = new int[online.nrCpuIds()];
        Arrays.fill(groupOf, CpuTopology.NONE);
    }

    boolean isFree(final int cpu)
    {
        return online.test(cpu) && CpuTopology.NONE == groupOf[cpu];
    }

    /** Makes a group of those that are online and in none; without any there is no group, and the answer is false. */
    boolean add(final int... cpus)
    {
        final CpuMask group = new CpuMask(groupOf.length);
        for (final int cpu : cpus)
        {
            if (isFree(cpu))
            {
                groupOf[cpu] = members.size();
                group.set(cpu);
            }
        }
        return !group.isEmpty() && members.add(group.readOnlyCopy());
    }

    int groupOf(final int cpu)
    {
        return groupOf[cpu];
    }

    int[] toGroupOf()
    {
        return groupOf.clone();
    }

    CpuMask[] toMembers()
    {
        return members.toArray(new CpuMask[0]);
    }
}
