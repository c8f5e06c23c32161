// SPDX-License-Identifier: Apache-2.0
package org.scx4j.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * When rules are applied again, and when a turn begins.
 */
@Timeout(30)
class RuledTasksTest
{
    private final TaskRules rules = new TaskRules();
    private final RuledTasks tasks;

    RuledTasksTest()
    {
        rules.addComm("shell".getBytes(StandardCharsets.UTF_8), false, 1);
        rules.addComm("game".getBytes(StandardCharsets.UTF_8), false, 2);
        rules.addCgroup(77, 3);
        rules.addNice(1, 19, 4);
        tasks = new RuledTasks(64, rules, 5);
    }

    private static ModelTask task(final String comm, final long sumExecNs, final boolean isWaking)
    {
        final ModelTask task = ModelTask.burner(9, 100).named(comm);
        task.sumExecNs = sumExecNs;
        task.isWaking = isWaking;
        return task;
    }

    @Test
    void shouldApplyTheRulesAgainWhenWhatTheyLookAtChanges()
    {
        assertThat(tasks.outcome(tasks.see(task("shell", 0, true)))).isEqualTo(1);
        assertThat(tasks.outcome(tasks.see(task("game", 0, false)))).as("after an exec").isEqualTo(2);
        assertThat(tasks.isReleased()).isTrue();
        assertThat(tasks.outcome(tasks.see(task("other", 0, false)))).isEqualTo(5);

        final ModelTask moved = task("other", 0, false);
        moved.cgroupId = 77;
        assertThat(tasks.outcome(tasks.see(moved))).isEqualTo(3);
        final ModelTask nice = task("other", 0, false);
        nice.weight = 33;
        assertThat(tasks.outcome(tasks.see(nice))).isEqualTo(4);
    }

    @Test
    void shouldBeginATurnWhenATaskIsNewOrWakesOrAnotherRuleApplies()
    {
        final int row = tasks.see(task("shell", 100, false));
        assertThat(tasks.isReleased()).as("new").isTrue();
        tasks.release(row, task("shell", 100, false), 42);

        final ModelTask again = task("shell", 150, false);
        assertThat(tasks.see(again)).isEqualTo(row);
        assertThat(tasks.isReleased()).as("preempted").isFalse();
        assertThat(tasks.vtime(row)).isEqualTo(42);
        assertThat(tasks.usedNs(row, again)).isEqualTo(50);

        tasks.see(task("shell", 150, true));
        assertThat(tasks.isReleased()).as("woken").isTrue();
        tasks.see(task("shell", 50, false));
        assertThat(tasks.isReleased()).as("another task of the same pid").isTrue();
        tasks.remove(9);
        tasks.see(task("shell", 150, false));
        assertThat(tasks.isReleased()).as("forgotten").isTrue();
    }
}
