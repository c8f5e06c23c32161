// SPDX-License-Identifier: Apache-2.0
package org.scx4j.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.journal.JournalOptions;
import org.scx4j.journal.RecordedWaits;
import org.scx4j.journal.Recorder;
import org.scx4j.policy.Fifo;
import org.scx4j.sim.Simulation;
import org.scx4j.sim.SimulationListener;
import org.scx4j.sim.SimulationReport;
import org.scx4j.sim.SimulationSettings;
import org.scx4j.sim.Workload;

/**
 * What sets a simulation beside a real kernel: the same workload by threads, and the table of waits.
 */
@Timeout(60)
class WorkloadRunnerTest
{
    private static final long MS = 1_000_000L;

    @TempDir
    private Path folder;

    private static WorkloadRunner runner(final String text)
    {
        return new WorkloadRunner(Workload.parse("test", text), 2, 1);
    }

    @Test
    void shouldDoWhatTheWorkloadSaysUntilTheTasksExit() throws InterruptedException
    {
        final WorkloadRunner runner = runner(
            "task once count=1x : loop 3 { run 1ms; sleep 1ms } task timed start=1ms : loop 2 { every 2ms; run 2ms }");

        runner.run(30_000 * MS); // ends with the tasks, long before

        assertThat(runner.summary()).containsPattern("once +2 tasks, 6 runs, ")
            .containsPattern("timed +1 tasks, 2 runs, ")
            .doesNotContain(" 0.000 s");
    }

    @Test
    void shouldEndTasksThatComputeOrSleepForEver() throws InterruptedException
    {
        final WorkloadRunner runner = runner("task burner : loop { run 100s } task sleeper : loop { sleep 100s }");

        runner.run(50 * MS);

        assertThat(runner.summary()).contains("burner").containsPattern("sleeper +1 tasks, 0 runs");
    }

    @Test
    void shouldRefuseWhatThreadsCannotDo()
    {
        assertThatThrownBy(() -> runner("task light weight=10 : run 1ms"))
            .isInstanceOf(SchedulerException.class)
            .hasMessage("workload test: task light has a weight or CPUs of its own, which is simulated only; take " +
                "that away");
        assertThatThrownBy(() -> runner("task bound cpus=1 : run 1ms")).isInstanceOf(SchedulerException.class);
        assertThatThrownBy(() -> runner("task a : wake a")).isInstanceOf(SchedulerException.class)
            .hasMessageContaining("task a wakes, waits for or forks others");
    }

    @Test
    void shouldPrintTheWaitsOfARecording()
    {
        final Path file = folder.resolve("x.scxj");
        final SimulationReport report;
        try (Recorder recorder = new Recorder(JournalOptions.to(file)))
        {
            final Simulation simulation = new Simulation(new SimulationSettings().seed(1),
                Workload.of("burners+sleepers"), new Fifo(), "fifo", Map.of(), SimulationListener.NONE, (ex) -> { },
                recorder);
            simulation.run(1_000 * MS);
            report = simulation.report();
        }

        final String table = RecordedWaitsTable.of("x", RecordedWaits.read(List.of(file), false));

        assertThat(table).startsWith("x: 1.0 s, policy fifo, 0 records dropped\n")
            .containsPattern("burner +" + report.of("burner").nrTasks() + " ")
            .containsPattern("sleeper +" + report.of("sleeper").nrTasks() + " ")
            .containsPattern("\\(all\\) +16 ");
    }
}
