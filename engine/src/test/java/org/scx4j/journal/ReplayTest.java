// SPDX-License-Identifier: Apache-2.0
package org.scx4j.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.scx4j.api.Dispatcher;
import org.scx4j.api.QueuedTask;
import org.scx4j.api.SchedulingPolicy;
import org.scx4j.cli.PolicyCatalog;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.policy.Fifo;

/**
 * What a replay shows a policy, and what comes of it.
 */
@Timeout(120)
class ReplayTest
{
    private static final int CYCLES = 2000;

    @TempDir
    private Path folder;

    static ReplayReport replay(final SchedulingPolicy policy, final Map<String, String> options, final Path... files)
    {
        final List<Supplier<JournalReader>> readers = new ArrayList<>();
        Arrays.stream(files).forEach((file) -> readers.add(() -> JournalReader.open(file)));
        return new Replay(readers, policy, new ReplayOptions("test", options, null, false, false, false), (ex) -> { },
            (bytes, events) -> true).run();
    }

    private Map<String, String> options(final String policy) throws IOException
    {
        if (!"edf".equals(policy) && !"tier".equals(policy))
        {
            return Map.of();
        }
        final Path rules = folder.resolve("rules");
        Files.writeString(rules, "edf".equals(policy) ? "comm * period 10ms\n" : "comm * interactive\n");
        return Map.of("rules", rules.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"fifo", "stride", "deadline", "edf", "tier", "central"})
    void shouldDecideAsRecordedWhenThePolicyIsTheSame(final String name) throws IOException
    {
        final Path file = folder.resolve("x.scxj");
        final Map<String, String> options = options(name);
        final RecordedRun run = RecordedRun.into(file, false)
            .begin(new PolicyCatalog().create(name), options).run(CYCLES, 10).end();
        run.close();
        assertThat(run.writer().recording().failure()).isEmpty();
        assertThat(run.nrErrors()).isZero();

        final ReplayReport report = replay(new PolicyCatalog().create(name), options, file);

        assertThat(report.nrRecordedDecisions()).isGreaterThan(CYCLES);
        assertThat(report.digest()).isEqualTo(report.recordedDigest());
        assertThat(report.nrPolicyErrors()).isZero();
        assertThat(report.nrDropped()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"fifo", "stride", "deadline", "edf", "tier", "central"})
    void shouldDecideTheSameEachTimeWhenThePolicyIsAnother(final String name) throws IOException
    {
        final Path file = folder.resolve("x.scxj");
        RecordedRun.into(file, true).begin(new Fifo(), Map.of()).run(CYCLES, 10).end().close();
        final Map<String, String> options = options(name);

        final ReplayReport first = replay(new PolicyCatalog().create(name), options, file);
        final ReplayReport second = replay(new PolicyCatalog().create(name), options, file);

        assertThat(first.nrDecisions()).isPositive();
        assertThat(second.digest()).isEqualTo(first.digest());
        assertThat(second.nrEvents()).isEqualTo(first.nrEvents()).isPositive();
    }

    /** A policy that notes everything that happens to it. */
    private static final class Diary implements SchedulingPolicy
    {
        private final List<String> lines = new ArrayList<>();
        private final long tickIntervalNs;

        Diary(final long tickIntervalNs)
        {
            this.tickIntervalNs = tickIntervalNs;
        }

        @Override
        public void onTask(final QueuedTask task, final Dispatcher out)
        {
            lines.add("task " + task.pid() + ' ' + task.token() + ' ' + task.enqueueNs() + ' ' + task.vtime());
            out.dispatch(task).vtime(task.token()).commit();
        }

        @Override
        public void onBatchEnd(final Dispatcher out)
        {
            lines.add("batch end");
        }

        @Override
        public void onTaskExit(final int pid)
        {
            lines.add("exit " + pid);
        }

        @Override
        public void onCpuAvailable(final int cpu, final Dispatcher out)
        {
            lines.add("cpu " + cpu);
        }

        @Override
        public long tickIntervalNs()
        {
            return tickIntervalNs;
        }

        @Override
        public void onTick(final long nowNs, final Dispatcher out)
        {
            lines.add("tick " + nowNs);
        }

        @Override
        public void onLeaseLost()
        {
            lines.add("lost");
        }

        @Override
        public void onLeaseRegained(final long lostNs)
        {
            lines.add("regained " + lostNs);
        }

        @Override
        public void onClose()
        {
            lines.add("close");
        }
    }

    @Test
    void shouldCallThePolicyAsItWasCalledWhenItWantsTheSameTicks()
    {
        final Path file = folder.resolve("x.scxj");
        final Diary before = new Diary(1_000_000);
        RecordedRun.into(file, false).begin(before, Map.of()).run(CYCLES, 10).end().close();
        before.onClose();
        assertThat(before.lines).anyMatch((line) -> line.startsWith("tick"))
            .anyMatch((line) -> line.startsWith("regained")).anyMatch((line) -> line.startsWith("cpu"));

        final Diary after = new Diary(1_000_000);
        replay(after, Map.of(), file);

        assertThat(after.lines).isEqualTo(before.lines);
    }

    @Test
    void shouldTickWhenDueWhenThePolicyWantsOtherTicks()
    {
        final Path file = folder.resolve("x.scxj");
        RecordedRun.into(file, false).begin(new Fifo(), Map.of()).run(CYCLES, 10).end().close();

        final Diary diary = new Diary(50_000);
        final ReplayReport report = replay(diary, Map.of(), file);

        final long nrTicks = diary.lines.stream().filter((line) -> line.startsWith("tick")).count();
        assertThat(nrTicks).isBetween(report.recordedNs() / 50_000 * 7 / 10, report.recordedNs() / 50_000);
    }

    @Test
    void shouldStartThePolicyAnewWhenTheSchedulerWas()
    {
        final Path file = folder.resolve("x.scxj");
        final Diary before = new Diary(0);
        RecordedRun.into(file, false)
            .begin(before, Map.of()).run(50, 10).end()
            .begin(before, Map.of()).run(50, 10).end().close();

        final Diary after = new Diary(0);
        final ReplayReport report = replay(after, Map.of(), file);

        assertThat(report.nrSessions()).isEqualTo(2);
        assertThat(after.lines).filteredOn("close"::equals).hasSize(2);
        assertThat(after.lines).filteredOn((line) -> line.startsWith("task"))
            .isEqualTo(before.lines.stream().filter((line) -> line.startsWith("task")).toList());
    }

    @Test
    void shouldGoOnInTheNextFileWhenTheRecordingWasRotated()
    {
        final Path file = folder.resolve("x.scxj");
        final Diary before = new Diary(1_000_000);
        new RecordedRun(3, new JournalOptions(file, JournalOptions.LIMIT_MIN_BYTES, 9, false, false))
            .begin(before, Map.of()).run(4000, 10).end().close();
        before.onClose();
        final Path older = folder.resolve("x.scxj.1");
        final Path oldest = folder.resolve("x.scxj.2");
        assertThat(oldest).exists();
        assertThat(folder.resolve("x.scxj.3")).doesNotExist();

        final Diary after = new Diary(1_000_000);
        final ReplayReport report = replay(after, Map.of(), oldest, older, file);

        assertThat(report.nrSessions()).isOne();
        assertThat(report.isAsRecorded()).isTrue();
        assertThat(after.lines).isEqualTo(before.lines);
        assertThat(replay(new Fifo(), Map.of(), file).nrEvents()).isPositive();
        assertThatThrownBy(() -> replay(new Fifo(), Map.of(), oldest, file))
            .isInstanceOf(SchedulerException.class)
            .hasMessageContaining(file + ": offset 0: does not follow " + oldest);
    }

    /** What was recorded by another ABI is refused, so the file is to be recorded anew when that changes. */
    @ParameterizedTest
    @ValueSource(strings = {"fifo", "stride", "deadline", "edf", "tier", "central"})
    void shouldReplayWhatARealKernelHasSent(final String name) throws URISyntaxException
    {
        final Path file = Path.of(ReplayTest.class.getResource("kernel-7.3.4-fifo.scxj").toURI());
        assertThat(JournalReader.sessionOf(file).properties())
            .containsEntry(JournalSession.KERNEL, "7.3.4+deb13-cloud-amd64");

        final ReplayReport first = replay(new PolicyCatalog().create(name), Map.of(), file);
        final ReplayReport second = replay(new PolicyCatalog().create(name), Map.of(), file);

        assertThat(first.nrTasks()).isEqualTo(367);
        assertThat(first.nrPolicyErrors()).isZero();
        assertThat(first.digest()).isEqualTo(second.digest());
        assertThat(first.nrDecisions()).isPositive();
        if ("fifo".equals(name))
        {
            assertThat(first.isAsRecorded()).isTrue();
            assertThat(first.digest()).isEqualTo("8472fdadb7ebef21a59a6556b551454cf5e5a3d571b412f62c92ac6d313620e8");
        }
    }

    @Test
    void shouldCountWhatThePolicyThrowsAndGoOn()
    {
        final Path file = folder.resolve("x.scxj");
        RecordedRun.into(file, false).begin(new Fifo(), Map.of()).run(100, 10).end().close();

        final ReplayReport report = replay((task, out) ->
        {
            throw new IllegalStateException("wrong");
        }, Map.of(), file);

        assertThat(report.nrPolicyErrors()).isEqualTo(report.nrTasks()).isPositive();
        assertThat(report.nrDecisions()).isEqualTo(report.nrTasks());
    }
}
