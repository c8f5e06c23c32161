// SPDX-License-Identifier: Apache-2.0
package org.scx4j.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.scx4j.topology.CoreType;
import org.scx4j.topology.CpuTopology;

@Timeout(60)
class MachineShapeTest
{
    private static CpuTopology topology(final int[] cores, final int[] llcs, final int[] nodes)
    {
        final int[] capacities = new int[cores.length];
        final CoreType[] types = new CoreType[cores.length];
        Arrays.fill(capacities, CpuTopology.CAPACITY_DEFAULT);
        Arrays.fill(types, CoreType.UNKNOWN);
        return CpuTopology.of(cores, llcs, nodes, new int[]{0}, capacities, types);
    }

    @Test
    void shouldBeThatOfARegularMachineWhateverTheNumbersOfItsCpus()
    {
        assertThat(MachineShape.of(CpuTopology.regular(16, 2, 4, 8))).isEqualTo(new MachineShape(16, 2, 4, 8));
        assertThat(MachineShape.of(topology(new int[]{0, 1, 0, 1}, new int[]{0, 0, 0, 0}, new int[4])))
            .isEqualTo(new MachineShape(4, 2, 4, 4));
    }

    @Test
    void shouldLeaveOutWhatIsOfflineAndTakeTheLargestGroups()
    {
        final int none = CpuTopology.NONE;

        assertThat(MachineShape.of(topology(new int[]{0, 0, 1, none, 2, 3}, new int[]{0, 0, 0, none, 1, 1},
            new int[]{0, 0, 0, none, 0, 0}))).isEqualTo(new MachineShape(5, 2, 4, 8));
    }
}
