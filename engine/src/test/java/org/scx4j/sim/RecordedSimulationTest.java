// SPDX-License-Identifier: Apache-2.0
package org.scx4j.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.agrona.collections.Int2IntHashMap;
import org.agrona.collections.Int2ObjectHashMap;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.scx4j.api.Dispatcher;
import org.scx4j.api.EngineContext;
import org.scx4j.api.QueuedTask;
import org.scx4j.api.SchedulingPolicy;
import org.scx4j.cli.PolicyCatalog;
import org.scx4j.journal.JournalOptions;
import org.scx4j.journal.JournalReader;
import org.scx4j.journal.RecordedTaskGroup;
import org.scx4j.journal.RecordedWaits;
import org.scx4j.journal.Recorder;
import org.scx4j.journal.Replay;
import org.scx4j.journal.ReplayOptions;
import org.scx4j.journal.ReplayReport;
import org.scx4j.protocol.KernelCounter;

/**
 * A simulation that is recorded: what the recording says of it.
 */
@Timeout(120)
class RecordedSimulationTest
{
    private static final long MS = 1_000_000L;

    @TempDir
    private Path folder;

    /** Notes the waits of all tasks, each when the policy sees the task again: so late can a recording know of it. */
    private static final class Observer implements SimulationListener
    {
        private final Workload workload;
        private final Map<String, Histogram> waits = new LinkedHashMap<>();
        private final Int2IntHashMap classes = new Int2IntHashMap(-1);
        private final Int2ObjectHashMap<Long> unseen = new Int2ObjectHashMap<>();

        Observer(final Workload workload)
        {
            this.workload = workload;
        }

        @Override
        public void onTask(final long timeNs, final int pid, final int taskClass)
        {
            classes.put(pid, taskClass);
        }

        @Override
        public void onRun(final long timeNs, final int pid, final int cpu, final long waitNs)
        {
            unseen.put(pid, Long.valueOf(waitNs));
        }

        void onSeen(final int pid)
        {
            final Long waitNs = unseen.remove(pid);
            if (null != waitNs)
            {
                waits.computeIfAbsent(workload.classes().get(classes.get(pid)).name(),
                    (name) -> new Histogram(1, 3_600_000_000_000L, 3)).recordValue(waitNs.longValue());
            }
        }
    }

    /** Another policy, and tells the observer what that is asked about. */
    private static final class Watched implements SchedulingPolicy
    {
        private final SchedulingPolicy policy;
        private final Observer observer;

        Watched(final SchedulingPolicy policy, final Observer observer)
        {
            this.policy = policy;
            this.observer = observer;
        }

        @Override
        public void onStart(final EngineContext context)
        {
            policy.onStart(context);
        }

        @Override
        public void onTask(final QueuedTask task, final Dispatcher out)
        {
            observer.onSeen(task.pid());
            policy.onTask(task, out);
        }

        @Override
        public void onBatchEnd(final Dispatcher out)
        {
            policy.onBatchEnd(out);
        }

        @Override
        public void onTaskExit(final int pid)
        {
            policy.onTaskExit(pid);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "burners+sleepers, fifo", "burners+sleepers, deadline", "server, fifo", "server, stride", "pipe, deadline",
        "build, fifo"})
    void shouldTellTheWaitsOfTheSimulationToTheLastOne(final String name, final String policy)
    {
        final Path file = folder.resolve("x.scxj");
        final Workload workload = Workload.of(name);
        final Observer observer = new Observer(workload);
        final SimulationReport report;
        try (Recorder recorder = new Recorder(JournalOptions.to(file)))
        {
            final Simulation simulation = new Simulation(new SimulationSettings().seed(3), workload,
                new Watched(new PolicyCatalog().create(policy), observer), policy, Map.of(), observer,
                (ex) -> { }, recorder);
            simulation.run(2_000 * MS);
            report = simulation.report();
        }

        final RecordedWaits recorded = RecordedWaits.read(List.of(file), false);

        assertThat(report.counter(KernelCounter.NR_CONGESTED)).as("ran by a lane without records").isZero();
        assertThat(recorded.nrDropped()).isZero();
        assertThat(recorded.groups()).extracting(RecordedTaskGroup::name)
            .containsExactlyInAnyOrderElementsOf(
                report.classes().stream().filter((one) -> one.nrRuns() > 0).map(TaskClassReport::name).toList());
        for (final RecordedTaskGroup group : recorded.groups())
        {
            assertThat(group.nrUnknown()).as(group.name()).isZero();
            final Histogram expected = observer.waits.get(group.name());
            assertThat(group.nrWaits()).as(group.name()).isEqualTo(null == expected ? 0 : expected.getTotalCount());
            if (null != expected)
            {
                assertThat(group.waits()).as(group.name()).isEqualTo(expected);
            }
            assertThat(group.nrQueued()).isEqualTo(group.nrWaits() + group.nrOpen());
            assertThat(report.of(group.name()).nrRuns()).isBetween(
                group.nrWaits(), group.nrWaits() + report.of(group.name()).nrTasks());
            assertThat(group.cpuNs()).isLessThanOrEqualTo(report.of(group.name()).cpuNs());
        }
        assertThat(recorded.groups().stream().mapToLong(RecordedTaskGroup::nrWaits).sum()).isGreaterThan(100);
    }

    @ParameterizedTest
    @CsvSource({"server, fifo", "server, deadline", "burners+sleepers, central", "build, stride"})
    void shouldBeDecidedByAReplayAsItWasRecorded(final String workload, final String policy)
    {
        final Path file = folder.resolve("x.scxj");
        final SimulationReport report;
        final SimulationReport unrecorded;
        try (Recorder recorder = new Recorder(JournalOptions.to(file)))
        {
            report = simulate(workload, policy, recorder);
            unrecorded = simulate(workload, policy, null);
        }

        final ReplayReport replayed = new Replay(List.of(() -> JournalReader.open(file)),
            new PolicyCatalog().create(policy), new ReplayOptions(policy, Map.of(), null, false, false, false),
            (ex) -> { }, (bytes, events) -> true).run();

        assertThat(replayed.isAsRecorded()).isTrue();
        assertThat(replayed.nrDropped()).isZero();
        assertThat(replayed.nrDecisions()).isGreaterThanOrEqualTo(report.counter(KernelCounter.NR_DECIDED));
        assertThat(replayed.first().properties()).containsEntry("workload", workload).containsEntry("seed", "5");
        if (!"central".equals(policy)) // which looks at the CPUs, and sees an older image of them
        {
            assertThat(report.decisionDigest()).isEqualTo(unrecorded.decisionDigest());
        }
        try (JournalReader reader = JournalReader.open(file))
        {
            assertThat(reader.countRecords()).isGreaterThan(replayed.nrEvents() + replayed.nrDecisions());
            assertThat(reader.damage()).isNull();
        }
    }

    private static SimulationReport simulate(final String workload, final String policy, final Recorder recorder)
    {
        final Simulation simulation = new Simulation(new SimulationSettings().seed(5), Workload.of(workload),
            new PolicyCatalog().create(policy), policy, Map.of(), SimulationListener.NONE, (ex) -> { }, recorder);
        simulation.run(500 * MS);
        return simulation.report();
    }
}
