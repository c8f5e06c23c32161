// SPDX-License-Identifier: Apache-2.0
package org.scx4j.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Remembers, forgets, and stays as small as it was made.
 */
@Timeout(30)
class TaskTableTest
{
    private static final int CAPACITY = 64;
    private static final int SETS = CAPACITY / TaskTable.WAYS;

    private static int put(final TaskTable table, final int pid, final long value)
    {
        final int known = table.find(pid);
        final int row = TaskTable.NONE == known ? table.add(pid) : known;
        table.write(row, pid + 1, value, value + 1, value + 2);
        return row;
    }

    @Test
    void shouldAgreeWithAMapWhenTasksComeAndGo()
    {
        final long seed = System.nanoTime();
        final Random random = new Random(seed);
        final TaskTable table = new TaskTable(CAPACITY);
        final Map<Integer, Long> model = new HashMap<>();
        for (int i = 0; i < 100_000; i++)
        {
            final int pid = 1 + random.nextInt(CAPACITY);
            if (random.nextInt(3) == 0)
            {
                table.remove(pid);
                model.remove(pid);
            }
            else
            {
                put(table, pid, i);
                model.put(pid, (long)i);
            }
            final int probe = 1 + random.nextInt(CAPACITY);
            final int row = table.find(probe);
            assertThat(row != TaskTable.NONE).as("seed %d", seed).isEqualTo(model.containsKey(probe));
            if (row != TaskTable.NONE)
            {
                assertThat(table.queue(row)).isEqualTo(probe + 1);
                assertThat(table.virtualTime(row)).as("seed %d", seed).isEqualTo(model.get(probe));
                assertThat(table.sumExecNs(row)).isEqualTo(model.get(probe) + 1);
            }
        }
    }

    @Test
    void shouldTakeTheRowThatIsSilentLongestWhenExitsAreLost()
    {
        final TaskTable table = new TaskTable(CAPACITY);
        for (int way = 1; way <= TaskTable.WAYS; way++)
        {
            put(table, way * SETS, way);
        }
        put(table, SETS, 100);
        put(table, 9 * SETS, 101);

        assertThat(table.find(2 * SETS)).isEqualTo(TaskTable.NONE);
        assertThat(table.find(SETS)).isNotEqualTo(TaskTable.NONE);
        assertThat(table.find(9 * SETS)).isNotEqualTo(TaskTable.NONE);
    }

    @Test
    void shouldRefuseWhenTheCapacityIsNoPowerOfTwo()
    {
        assertThatThrownBy(() -> new TaskTable(100)).isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("capacity=100");
        assertThatThrownBy(() -> new TaskTable(4)).isInstanceOf(IllegalArgumentException.class);
    }
}
