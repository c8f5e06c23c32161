// SPDX-License-Identifier: Apache-2.0
package org.scx4j.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.scx4j.api.Dispatcher;
import org.scx4j.api.QueuedTask;
import org.scx4j.api.SchedulingPolicy;
import org.scx4j.cli.PolicyCatalog;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.journal.WrittenRecording;
import org.scx4j.policy.Fifo;
import org.scx4j.protocol.QueuedTaskDescriptor;
import org.scx4j.protocol.QueuedTaskFlyweight;
import org.scx4j.topology.CpuTopology;

/**
 * What tasks did in a recording, and that they do it again.
 */
@Timeout(120)
class RecordedWorkloadTest
{
    private static final long US = 1_000L;
    private static final long MS = 1_000 * US;
    private static final long S = 1_000 * MS;
    private static final long BASE_NS = 77 * S;
    private static final long MEMORY_BYTES = 1 << 24;

    @TempDir
    private Path folder;
    private Path file;
    private WrittenRecording recording;

    /** A policy that is recorded while it decides. */
    private static final class Recorded implements SchedulingPolicy
    {
        private final SchedulingPolicy policy = new Fifo();
        private final WrittenRecording recording;
        private long nowNs;

        Recorded(final WrittenRecording recording)
        {
            this.recording = recording;
        }

        @Override
        public void onTask(final QueuedTask task, final Dispatcher out)
        {
            nowNs = task.enqueueNs();
            recording.queued((QueuedTaskFlyweight)task);
            policy.onTask(task, out);
        }

        @Override
        public void onTaskExit(final int pid)
        {
            recording.exit(pid, nowNs);
        }
    }

    @BeforeEach
    void before()
    {
        file = folder.resolve("x.scxj");
        recording = new WrittenRecording(file, CpuTopology.regular(4, 2, 4, 4)).cycle(BASE_NS);
    }

    private Workload read()
    {
        recording.close();
        return RecordedWorkload.read(file, Long.MAX_VALUE, false, MEMORY_BYTES);
    }

    private static List<Long> turnsUs(final RecordedTask task)
    {
        final List<Long> turns = new ArrayList<>();
        for (int at = 0; at < task.turns().lengthBytes(); at = task.turns().after(at))
        {
            turns.add(task.turns().timeAt(at) / US);
        }
        return turns;
    }

    @Test
    void shouldHaveTheTurnsThatTheTaskHad()
    {
        final QueuedRecord task = new QueuedRecord(7, "worker", BASE_NS).weight(300);
        recording
            .queued(task.woken(100, 5_000, 0, 10))
            .queued(task.preempted(400, 5_200))
            .queued(task.preempted(900, 5_450))
            .queued(task.woken(1_700, 5_500, 1_000, 11))
            .queued(task.woken(4_000, 6_500, 3_250, 12))
            .cycle(BASE_NS + 2 * S);

        final Workload workload = read();

        final RecordedTask recorded = workload.recorded().get(0);
        assertThat(recorded.birthNs()).isEqualTo(100 * US);
        assertThat(turnsUs(recorded)).containsExactly(500L, 700L, 1_000L, 750L, 750L);
        assertThat(recorded.end()).isEqualTo(RecordedTask.End.SLEEPS);
        assertThat(recorded.weight()).isEqualTo(300);
        assertThat(workload.classes()).singleElement()
            .satisfies((taskClass) -> assertThat(taskClass.name()).isEqualTo("worker"))
            .satisfies((taskClass) -> assertThat(taskClass.weight()).isEqualTo(300));
        assertThat(workload.durationNs()).isEqualTo(2 * S);
        assertThat(workload.shape()).isEqualTo(new MachineShape(4, 2, 4, 4));
        assertThat(workload.recording()).isEqualTo(
            new RecordingSummary("fifo", "7.0", 2 * S, 4, 1, 3, 0, 0, 2_250 * US, ""));
    }

    @Test
    void shouldTakeWhatIsNotExplainedForSleepWhenTurnsAreMissing()
    {
        final QueuedRecord task = new QueuedRecord(7, "worker", BASE_NS);
        recording
            .queued(task.woken(0, 0, 0, 1))
            .queued(task.woken(10_000, 4_000, 9_000, 5))
            .queued(task.woken(20_000, 5_000, 0, 6))
            .cycle(BASE_NS + S);

        final Workload workload = read();

        assertThat(turnsUs(workload.recorded().get(0)))
            .containsExactly(3_000L, 5_000L, 1_000L, 1_000L, 1_000L, 9_000L, 2_500L);
        assertThat(workload.recording().nrMissed()).isEqualTo(3);
    }

    @Test
    void shouldKnowHowATaskEnds()
    {
        final QueuedRecord exiting = new QueuedRecord(1, "exiting", BASE_NS);
        final QueuedRecord burner = new QueuedRecord(2, "burner", BASE_NS);
        final QueuedRecord alone = new QueuedRecord(3, "alone", BASE_NS);
        final QueuedRecord reused = new QueuedRecord(4, "reused", BASE_NS);
        recording
            .queued(exiting.woken(10, 0, 0, 0))
            .queued(alone.woken(20, 0, 0, 0))
            .queued(reused.woken(30, 900, 0, 0))
            .cpu(0, 1, BASE_NS + 100 * US)
            .cpu(1, 3, BASE_NS + 200 * US)
            .cycle(BASE_NS + 2 * MS)
            .cpu(0, 0, 0)
            .exit(1, BASE_NS + 5 * MS)
            .queued(reused.woken(6_000, 100, 0, 1))
            .queued(burner.woken(100_000, 0, 0, 0))
            .queued(burner.preempted(900_000, 60_000))
            .cycle(BASE_NS + S);

        final List<RecordedTask> tasks = read().recorded();

        assertThat(tasks).extracting(RecordedTask::end).containsExactly(RecordedTask.End.EXITS,
            RecordedTask.End.COMPUTES, RecordedTask.End.EXITS, RecordedTask.End.SLEEPS, RecordedTask.End.COMPUTES);
        assertThat(turnsUs(tasks.get(0))).containsExactly(4_900L);
        assertThat(turnsUs(tasks.get(1))).containsExactly(999_800L);
        assertThat(turnsUs(tasks.get(4))).containsExactly(60_000L);
    }

    @Test
    void shouldPutWhatComputesLeastTogetherWhenThereAreManyNames()
    {
        for (int i = 0; i < 50; i++)
        {
            final QueuedRecord task = new QueuedRecord(100 + i, "task" + i, BASE_NS);
            recording.queued(task.woken(i, 0, 0, 1)).queued(task.woken(1_000 + i, 10 + 10 * i, 100 + i, 2));
        }

        final Workload workload = read();

        assertThat(workload.classes()).hasSize(RecordedWorkload.MAX_CLASSES).extracting(TaskClass::name)
            .startsWith("task49", "task48", "task47").endsWith("task31", RecordedWorkload.OTHERS);
        assertThat(workload.recorded().stream().filter((task) -> 19 == task.taskClass()).count()).isEqualTo(31);
    }

    @Test
    void shouldPlayTheTurnsWhoeverDecides()
    {
        for (int pid = 1; pid <= 8; pid++)
        {
            final QueuedRecord task = new QueuedRecord(pid, pid > 4 ? "even" : "odd", BASE_NS);
            for (int turn = 0; turn < 100; turn++)
            {
                recording.queued(task.woken(10_000L * turn + pid, 2_000L * turn, 10_000L * turn - 5_000, turn));
            }
            recording.exit(pid, BASE_NS + 10_000L * 99 * US + 2 * MS);
        }
        recording.cycle(BASE_NS + 2 * S);
        final Workload workload = read();

        final List<String> policies = List.of("fifo", "stride", "deadline", "edf", "tier", "central");
        final List<SimulationReport> forth = policies.stream().map((name) -> run(workload, name))
            .collect(Collectors.toList());
        for (int i = policies.size() - 1; i >= 0; i--)
        {
            final SimulationReport back = run(workload, policies.get(i));
            assertThat(back.decisionDigest()).isEqualTo(forth.get(i).decisionDigest());
            assertThat(back.classes()).isEqualTo(forth.get(i).classes());
            assertThat(back.violation()).isNull();
            for (final TaskClassReport one : back.classes())
            {
                assertThat(one.nrTasks()).isEqualTo(4);
                assertThat(one.nrTurns()).isEqualTo(400);
            }
            assertThat(back.busyNs() - back.overheadNs()).as(policies.get(i))
                .isCloseTo(workload.recording().runNs(), within(8 * 100 * 2L * MS));
        }
    }

    private static SimulationReport run(final Workload workload, final String policy)
    {
        final Simulation simulation = new Simulation(
            new SimulationSettings().shape(workload.shape()).seed(3), workload, new PolicyCatalog().create(policy),
            policy);
        simulation.run(workload.durationNs());
        return simulation.report();
    }

    /** The strongest check: a simulation is recorded, and its recording simulated. */
    @Test
    void shouldDoAgainWhatASimulationDid()
    {
        final Workload original = Workload.parse("w",
            "task burner count=3 : loop { run 1s }\n" +
            "task worker count=5 weight=200 : loop { run exp 700us; sleep exp 9ms }\n" +
            "task parent : loop { sleep 20ms; fork child 2 }\n" +
            "task child count=0 : run exp 3ms; sleep 2ms; run 1ms\n");
        final SimulationSettings settings = new SimulationSettings().shape(MachineShape.flat(4)).seed(5);
        recording.close();
        final SimulationReport before;
        try (WrittenRecording written = new WrittenRecording(file, CpuTopology.regular(4, 1, 4, 4)))
        {
            written.cycle(SimulatedMachine.BASE_NS);
            final Simulation simulation = new Simulation(
                settings, original, new Recorded(written), "fifo", Map.of(), watching(written), (ex) -> { });
            simulation.run(3 * S);
            before = simulation.report();
        }
        final Workload again = RecordedWorkload.read(file, Long.MAX_VALUE, false, MEMORY_BYTES);

        final SimulationReport after = run(again, "fifo");

        assertThat(again.durationNs()).isCloseTo(3 * S, within(50 * MS));
        for (final String name : List.of("burner", "worker", "child"))
        {
            final double part = "child".equals(name) ? 0.25 : 0.1; // how long it ran before its exit, no record says
            assertThat((double)after.of(name).cpuNs()).as(name)
                .isCloseTo(before.of(name).cpuNs(), within(part * before.of(name).cpuNs()));
            assertThat(after.of(name).nrTasks()).as(name)
                .isCloseTo(before.of(name).nrTasks(), within(3L));
        }
        assertThat(after.of("worker").weight()).isEqualTo(200);
        assertThat((double)after.of("worker").nrTurns())
            .isCloseTo(before.of("worker").nrTurns(), within(0.1 * before.of("worker").nrTurns()));
    }

    private static SimulationListener watching(final WrittenRecording written)
    {
        return new SimulationListener()
        {
            @Override
            public void onRun(final long timeNs, final int pid, final int cpu, final long waitNs)
            {
                written.cpu(cpu, pid, SimulatedMachine.BASE_NS + timeNs);
            }

            @Override
            public void onStop(final long timeNs, final int pid, final int cpu, final int reason)
            {
                written.cpu(cpu, 0, 0);
            }
        };
    }

    @Test
    void shouldPlayWhateverTheRecordsSay()
    {
        recording.close();
        for (long seed = 0; seed < 100; seed++)
        {
            final Random random = new Random(seed);
            try (WrittenRecording written = new WrittenRecording(file, CpuTopology.regular(3, 2, 4, 4)))
            {
                written.cycle(BASE_NS);
                final QueuedTaskFlyweight task = new QueuedRecord(1, "x", BASE_NS).woken(0, 0, 0, 0);
                for (int i = 1; i < 100; i++)
                {
                    for (int j = random.nextInt(4); j >= 0; j--)
                    {
                        final long[] values = {0, -1, Long.MIN_VALUE, Long.MAX_VALUE, BASE_NS, BASE_NS + i * MS,
                            random.nextLong(), random.nextInt(1000)};
                        task.buffer().putLong(QueuedTaskDescriptor.TOKEN_OFFSET +
                            Long.BYTES * random.nextInt(13), values[random.nextInt(values.length)]);
                    }
                    task.buffer().putInt(QueuedTaskDescriptor.PID_OFFSET, random.nextInt(5) - 1);
                    written.cpu(random.nextInt(3), random.nextInt(5) - 1, BASE_NS + random.nextInt(100) * MS)
                        .queued(task, BASE_NS + i * MS);
                    if (0 == random.nextInt(10))
                    {
                        written.exit(random.nextInt(5) - 1, BASE_NS + i * MS);
                    }
                }
            }
            final Workload workload = Workload.ofRecording(file, S, false);
            final Simulation simulation = new Simulation(
                new SimulationSettings().shape(workload.shape()), workload, new Fifo(), "fifo");
            simulation.run(workload.durationNs());
            assertThat(simulation.report().violationLine()).as("seed %d", seed).isEmpty();
        }
    }

    @Test
    void shouldReadNoMoreThanIsAskedFor()
    {
        final QueuedRecord task = new QueuedRecord(7, "worker", BASE_NS);
        recording.queued(task.woken(100, 0, 0, 0)).queued(task.woken(900_000, 10, 200, 1))
            .queued(task.woken(1_100_000, 20, 900_500, 2)).close();

        final Workload workload = Workload.ofRecording(file, S, false);

        assertThat(workload.durationNs()).isEqualTo(S);
        assertThat(workload.recording().nrTurns()).isEqualTo(2);
    }

    @Test
    void shouldRefuseWhatNeedsMoreMemoryThanThereIs()
    {
        for (int pid = 1; pid <= 300; pid++)
        {
            recording.queued(new QueuedRecord(pid, "t", BASE_NS).woken(20 * pid, 0, 0, 0));
        }
        recording.close();

        assertThatThrownBy(() -> RecordedWorkload.read(file, Long.MAX_VALUE, false, 100_000))
            .isInstanceOf(SchedulerException.class)
            .hasMessage(file + ": what its tasks did in the first 5 ms needs more than 0 MiB; take less of it by " +
                "--duration, or have more memory by SCX4J_JAVA_OPTS=-Xmx1g");
    }

    @Test
    void shouldRefuseARecordingThatIsCutOffOrTakeWhatIsThere() throws IOException
    {
        final QueuedRecord task = new QueuedRecord(7, "worker", BASE_NS);
        for (int i = 0; i < 10_000; i++)
        {
            recording.queued(task.woken(100L * i, 10L * i, 0, i));
        }
        recording.close();
        final byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length / 2));

        assertThatThrownBy(() -> Workload.of(file.toString()))
            .isInstanceOf(SchedulerException.class)
            .hasMessageMatching(".*x\\.scxj: offset \\d+: the file ends within a block " +
                "\\(--on-damage stop takes what is before\\)");
        final Workload workload = Workload.ofRecording(file, Long.MAX_VALUE, true);
        assertThat(workload.recording().nrTurns()).isBetween(3_000L, 5_000L);
        assertThat(workload.recording().damage()).contains("the file ends within a block");
    }

    @Test
    void shouldRefuseARecordingWithoutTasks()
    {
        recording.close();

        assertThatThrownBy(() -> Workload.of(file.toString())).isInstanceOf(SchedulerException.class)
            .hasMessage(file + ": no task is recorded; record while something runs, or read more of it by --duration");
    }

    @Test
    void shouldPlayWhatARealKernelHasSent() throws URISyntaxException
    {
        final Path real = Path.of(WrittenRecording.class.getResource("kernel-7.3.4-fifo.scxj").toURI());
        recording.close();

        final Workload workload = Workload.of(real.toString());

        assertThat(workload.recording().nrTasks()).isEqualTo(13);
        assertThat(workload.classes()).extracting(TaskClass::name).contains("ls", "sleep", "sh", "rcu_preempt");
        assertThat(workload.shape()).isEqualTo(new MachineShape(4, 1, 4, 4));
        final SimulationReport report = run(workload, "tier");
        assertThat(report.violation()).isNull();
        assertThat((double)report.busyNs()).isCloseTo(workload.recording().runNs(),
            within(0.2 * workload.recording().runNs()));
    }
}
