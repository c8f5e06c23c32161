// SPDX-License-Identifier: Apache-2.0
package org.scx4j.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.policy.Fifo;

/**
 * What a task is told to do for real is what it does in a simulation.
 */
@Timeout(60)
class TaskScriptTest
{
    private static final int NR_TASKS = 6;

    private static Workload workload(final String text)
    {
        return Workload.parse("test", text);
    }

    private static List<String> actions(final TaskScript script, final int count)
    {
        final List<String> actions = new ArrayList<>();
        for (int i = 0; i < count; i++)
        {
            final TaskScript.Action action = script.next();
            actions.add(TaskScript.Action.EXIT == action ? "EXIT" : action + " " + script.timeNs());
        }
        return actions;
    }

    @Test
    void shouldFollowLoopsToTheEnd()
    {
        final TaskScript script = TaskScript.of(
            workload("task one : loop 2 { run 1us; loop 2 { sleep 2us } } every 3us; exit; run 4us"), 4, 1).get(0);

        assertThat(actions(script, 9)).containsExactly("RUN 1000", "SLEEP 2000", "SLEEP 2000", "RUN 1000",
            "SLEEP 2000", "SLEEP 2000", "SLEEP_TO_PERIOD 3000", "EXIT", "EXIT");
    }

    @Test
    void shouldMakeTheTasksOfTheStartForTheNumberOfCpus()
    {
        final List<TaskScript> scripts = TaskScript.of(
            workload("task a count=2x : run 1us task b count=0 : run 1us task c weight=200 : run 1us"), 3, 1);

        assertThat(scripts).extracting((script) -> script.taskClass().name())
            .containsExactly("a", "a", "a", "a", "a", "a", "c");
        assertThat(scripts.get(6).taskClass().weight()).isEqualTo(200);
    }

    /** Times of the runs, by task, of a machine on which nobody waits and nothing costs time. */
    private static final class Runs implements SimulationListener
    {
        private final List<Integer> pids = new ArrayList<>();
        private final List<List<Long>> runs = new ArrayList<>();
        private final List<List<Long>> sleeps = new ArrayList<>();
        private final long[] startedNs = new long[NR_TASKS];
        private final long[] stoppedNs = new long[NR_TASKS];

        @Override
        public void onTask(final long timeNs, final int pid, final int taskClass)
        {
            pids.add(pid);
            runs.add(new ArrayList<>());
            sleeps.add(new ArrayList<>());
        }

        @Override
        public void onWake(final long timeNs, final int pid, final int cpu)
        {
            final int task = pids.indexOf(pid);
            if (!runs.get(task).isEmpty())
            {
                sleeps.get(task).add(timeNs - stoppedNs[task]);
            }
        }

        @Override
        public void onRun(final long timeNs, final int pid, final int cpu, final long waitNs)
        {
            startedNs[pids.indexOf(pid)] = timeNs;
        }

        @Override
        public void onStop(final long timeNs, final int pid, final int cpu, final int reason)
        {
            final int task = pids.indexOf(pid);
            runs.get(task).add(timeNs - startedNs[task]);
            stoppedNs[task] = timeNs;
        }
    }

    @Test
    void shouldDrawTheTimesThatTheTaskHasInASimulation()
    {
        final Workload workload = workload(
            "task a count=3 : loop { run exp 200us; sleep exp 5ms } " +
            "task b count=3 : loop { run uniform 1us 90us; sleep 1ms }");
        final Runs runs = new Runs();
        final SimulationSettings settings = new SimulationSettings().shape(MachineShape.flat(2 * NR_TASKS)).seed(42)
            .costs(new SimulationCosts(0, 0, 0, 0, 0, 100, 0, 20_000, Distribution.constant(0), 0));
        new Simulation(settings, workload, new Fifo(), "fifo", Map.of(), runs, (ex) -> { }).run(100_000_000L);

        final List<TaskScript> scripts = TaskScript.of(workload, 2 * NR_TASKS, 42);

        assertThat(scripts).hasSize(NR_TASKS).hasSameSizeAs(runs.pids);
        for (int task = 0; task < NR_TASKS; task++)
        {
            final List<Long> ran = runs.runs.get(task);
            final List<Long> slept = runs.sleeps.get(task);
            assertThat(slept).hasSizeGreaterThan(10);
            for (int i = 0; i < slept.size(); i++)
            {
                assertThat(scripts.get(task).next()).isEqualTo(TaskScript.Action.RUN);
                assertThat(scripts.get(task).timeNs()).as("task %d, run %d", task, i).isEqualTo(ran.get(i));
                assertThat(scripts.get(task).next()).isEqualTo(TaskScript.Action.SLEEP);
                assertThat(scripts.get(task).timeNs()).as("task %d, sleep %d", task, i).isEqualTo(slept.get(i));
            }
        }
    }

    @Test
    void shouldRefuseStepsThatNeedOtherTasks()
    {
        assertThatThrownBy(() -> TaskScript.of(workload("task a : loop { wait; run 1us }"), 4, 1))
            .isInstanceOf(SchedulerException.class)
            .hasMessage("workload test: task a wakes, waits for or forks others, which is simulated only; real " +
                "threads do run, sleep, every, loop and exit");
    }

    @Test
    void shouldExitFromWithinLoops()
    {
        final TaskScript script = TaskScript.of(workload("task a : loop { loop 2 { exit } }"), 4, 1).get(0);

        assertThat(script.next()).isEqualTo(TaskScript.Action.EXIT);
    }
}
