// SPDX-License-Identifier: Apache-2.0
package org.scx4j.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.scx4j.topology.CoreType;
import org.scx4j.topology.CpuTopology;

@Timeout(10)
class MachineShapeTest
{
    private static CpuTopology topology(final int[] coreOf, final int[] llcOf, final int[] nodeOf, final int... nodeIds)
    {
        final int[] capacities = new int[coreOf.length];
        final CoreType[] coreTypes = new CoreType[coreOf.length];
        Arrays.fill(capacities, CpuTopology.CAPACITY_DEFAULT);
        Arrays.fill(coreTypes, CoreType.UNKNOWN);
        return CpuTopology.of(coreOf, llcOf, nodeOf, nodeIds, capacities, coreTypes);
    }

    @Test
    void shouldBeTheSameMachineWhenThatIsRegular()
    {
        assertThat(MachineShape.of(CpuTopology.regular(16, 2, 4, 8))).isEqualTo(new MachineShape(16, 2, 4, 8));
        assertThat(MachineShape.of(CpuTopology.regular(1, 1, 1, 1))).isEqualTo(new MachineShape(1, 1, 1, 1));
    }

    @Test
    void shouldNotMindTheNumbersOfCpus()
    {
        assertThat(MachineShape.of(topology(new int[]{0, 1, 0, 1}, new int[4], new int[4], 0)))
            .isEqualTo(new MachineShape(4, 2, 4, 4));
    }

    @Test
    void shouldHaveTheCpusThatAreOnline()
    {
        final int none = CpuTopology.NONE;

        assertThat(MachineShape.of(topology(
            new int[]{0, 1, none, 2}, new int[]{0, 0, none, 0}, new int[]{0, 0, none, 0}, 0)))
            .isEqualTo(new MachineShape(3, 1, 3, 3));
    }

    @Test
    void shouldTakeTheLargestGroupsWhenTheyDiffer()
    {
        assertThat(MachineShape.of(topology(
            new int[]{0, 0, 1, 1, 2, 3, 4}, new int[]{0, 0, 0, 0, 1, 1, 1}, new int[]{0, 0, 0, 0, 0, 0, 0}, 0)))
            .as("two cores of two CPUs, three of one; two caches")
            .isEqualTo(new MachineShape(7, 2, 4, 8));
    }
}
