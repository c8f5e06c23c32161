// SPDX-License-Identifier: Apache-2.0
package org.scx4j.journal;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.protocol.QueuedTaskDescriptor;
import org.scx4j.protocol.SchedAbi;
import org.scx4j.transport.CpuStatesImage;

/**
 * What can be told of the waits in a recording, and what can't.
 */
@Timeout(60)
class RecordedWaitsTest
{
    private static final long MS = 1_000_000;
    private static final int PID = 7;

    private final UnsafeBuffer record = new UnsafeBuffer(new byte[QueuedTaskDescriptor.RECORD_BYTES]);

    @TempDir
    private Path folder;
    private Recorder recorder;
    private JournalTap tap;
    private int nrSessions;

    @BeforeEach
    void record()
    {
        recorder = new Recorder(JournalOptions.to(file()));
        beginSession();
        recorder.startWithoutThread();
        task(PID, "sleeper");
    }

    private Path file()
    {
        return folder.resolve("x.scxj");
    }

    private void beginSession()
    {
        tap = recorder.tap(new CpuStatesImage(RecordedRun.NR_CPUS).view(RecordedRun.topology()),
            RecordedRun.topology(), RecordedRun.NR_CPUS);
        recorder.begin(tap, new JournalSession(nrSessions++, RecordedRun.NR_CPUS, 5 * MS, 0, 0, 0, 64,
            RecordedRun.topology(), Map.of(JournalSession.POLICY, "test")));
    }

    private void put(final int offset, final long value)
    {
        record.putLong(offset, value, LITTLE_ENDIAN);
    }

    private void task(final int pid, final String comm)
    {
        record.setMemory(0, record.capacity(), (byte)0);
        record.putInt(QueuedTaskDescriptor.KIND_OFFSET, SchedAbi.SCHED_EVENT_QUEUED, LITTLE_ENDIAN);
        record.putInt(QueuedTaskDescriptor.PID_OFFSET, pid, LITTLE_ENDIAN);
        record.putInt(QueuedTaskDescriptor.TGID_OFFSET, PID, LITTLE_ENDIAN);
        record.putInt(QueuedTaskDescriptor.WEIGHT_OFFSET, 100, LITTLE_ENDIAN);
        final byte[] name = comm.getBytes(StandardCharsets.UTF_8);
        record.putBytes(QueuedTaskDescriptor.COMM_OFFSET, name, 0, name.length);
    }

    /** The task is queued; it has had CPU time for so long, and since its last sleep. */
    private void queued(final long enqueueNs, final long sumExecNs, final long execNs, final long nvcsw)
    {
        put(QueuedTaskDescriptor.ENQUEUE_NS_OFFSET, enqueueNs);
        put(QueuedTaskDescriptor.SUM_EXEC_RUNTIME_NS_OFFSET, sumExecNs);
        put(QueuedTaskDescriptor.EXEC_RUNTIME_NS_OFFSET, execNs);
        put(QueuedTaskDescriptor.NVCSW_OFFSET, nvcsw);
        tap.onCycle(enqueueNs);
        tap.onEvent(record, 0);
    }

    private void ran(final long startNs, final long stopNs)
    {
        put(QueuedTaskDescriptor.START_NS_OFFSET, startNs);
        put(QueuedTaskDescriptor.STOP_NS_OFFSET, stopNs);
    }

    private RecordedWaits read()
    {
        recorder.end();
        recorder.close();
        return RecordedWaits.read(List.of(file()), false);
    }

    private void assertUnknown(final long nrUnknown)
    {
        final RecordedTaskGroup group = read().of("sleeper");

        assertThat(group.nrWaits()).isZero();
        assertThat(group.nrUnknown()).isEqualTo(nrUnknown);
        assertThat(group.nrQueued()).isEqualTo(group.nrWaits() + group.nrUnknown() + group.nrOpen());
    }

    @Test
    void shouldTakeTheWaitFromTheNextRecordWhenTheTaskHasRunOnceAndSlept()
    {
        queued(100 * MS, 0, 0, 5);
        ran(103 * MS, 104 * MS);
        queued(110 * MS, MS, 0, 6);
        ran(111 * MS, 113 * MS);
        queued(120 * MS, 3 * MS, 0, 7);

        final RecordedWaits waits = read();
        final RecordedTaskGroup group = waits.of("sleeper");

        assertThat(group.nrWaits()).isEqualTo(2);
        assertThat(group.waits().valuesAreEquivalent(group.waits().getMinValue(), MS)).isTrue();
        assertThat(group.waits().valuesAreEquivalent(group.waitMaxNs(), 3 * MS)).isTrue();
        assertThat(group.nrUnknown()).isZero();
        assertThat(group.nrOpen()).isEqualTo(1);
        assertThat(group.nrQueued()).isEqualTo(3);
        assertThat(group.nrTasks()).isEqualTo(1);
        assertThat(group.weight()).isEqualTo(100);
        assertThat(group.cpuNs()).isEqualTo(3 * MS);
        assertThat(waits.durationNs()).isEqualTo(20 * MS);
        assertThat(waits.session().properties()).containsEntry(JournalSession.POLICY, "test");
    }

    @Test
    void shouldTakeTheWaitOfATaskThatWasPreempted()
    {
        queued(100 * MS, 0, 0, 5);
        ran(103 * MS, 108 * MS);
        queued(108 * MS, 5 * MS, 5 * MS, 5);

        final RecordedTaskGroup group = read().of("sleeper");

        assertThat(group.nrWaits()).isEqualTo(1);
        assertThat(group.waits().valuesAreEquivalent(group.waitMaxNs(), 3 * MS)).isTrue();
    }

    @Test
    void shouldNotTellTheWaitWhenATaskThatWasPreemptedHasRunTwice()
    {
        queued(100 * MS, 0, 0, 5);
        ran(106 * MS, 108 * MS);
        queued(108 * MS, 2 * MS + 1, 2 * MS + 1, 5); // the first run took a nanosecond

        assertUnknown(1);
    }

    @Test
    void shouldNotTellTheWaitWhenTheTaskHasSleptTwice()
    {
        queued(100 * MS, 0, 0, 5);
        ran(106 * MS, 107 * MS);
        queued(108 * MS, MS, 0, 7);

        assertUnknown(1);
    }

    @Test
    void shouldNotTellTheWaitWhenTheTaskWasPreemptedWithoutARecordAndSleptThen()
    {
        queued(100 * MS, 0, 0, 5);
        ran(106 * MS, 107 * MS);
        queued(108 * MS, 2 * MS, 0, 6);

        assertUnknown(1);
    }

    @Test
    void shouldNotTellTheWaitWhenTheTaskHasRunBetweenItsWakeUpAndTheRecord()
    {
        queued(100 * MS, 0, 0, 5);
        ran(106 * MS, 107 * MS);
        queued(108 * MS, 2 * MS, MS, 6);

        assertUnknown(1);
    }

    @Test
    void shouldNotTellTheWaitWhenTheLastRunBeganBeforeIt()
    {
        queued(100 * MS, 0, 0, 5);
        ran(99 * MS, 107 * MS);
        queued(108 * MS, 8 * MS, 8 * MS, 5);

        assertUnknown(1);
    }

    @Test
    void shouldWaitOnWhenTheTaskIsQueuedAgainWithoutHavingRun()
    {
        ran(90 * MS, 91 * MS);
        queued(100 * MS, 0, 0, 5);
        queued(101 * MS, 0, 0, 5);
        ran(103 * MS, 104 * MS);
        queued(104 * MS, MS, MS, 5);

        final RecordedTaskGroup group = read().of("sleeper");

        assertThat(group.nrWaits()).isEqualTo(1);
        assertThat(group.waits().valuesAreEquivalent(group.waitMaxNs(), 3 * MS)).isTrue();
        assertThat(group.nrQueued()).isEqualTo(2);
    }

    @Test
    void shouldTakeATaskOfTheSameNumberForAnotherOneWhenTheFirstHasExited()
    {
        queued(100 * MS, 0, 0, 5);
        record.putInt(QueuedTaskDescriptor.KIND_OFFSET, SchedAbi.SCHED_EVENT_EXIT, LITTLE_ENDIAN);
        tap.onEvent(record, 0);
        task(PID, "other");
        ran(103 * MS, 104 * MS);
        queued(104 * MS, MS, MS, 5);

        final RecordedWaits waits = read();

        assertThat(waits.of("sleeper").nrOpen()).isEqualTo(1);
        assertThat(waits.of("sleeper").nrWaits()).isZero();
        assertThat(waits.of("other").nrWaits()).isZero();
        assertThat(waits.of("other").nrTasks()).isEqualTo(1);
        assertThat(waits.of("nobody")).isNull();
    }

    @Test
    void shouldCountAWaitForTheNameThatTheTaskHadAsItWasQueued()
    {
        queued(100 * MS, 0, 0, 5);
        task(PID, "renamed");
        ran(103 * MS, 108 * MS);
        queued(108 * MS, 5 * MS, 5 * MS, 5);

        final RecordedWaits waits = read();

        assertThat(waits.of("sleeper").nrWaits()).isEqualTo(1);
        assertThat(waits.of("sleeper").cpuNs()).isEqualTo(5 * MS);
        assertThat(waits.of("renamed").nrWaits()).isZero();
        assertThat(waits.groups()).allMatch((group) -> 1 == group.nrTasks());
        assertThat(waits.groups()).extracting(RecordedTaskGroup::name).containsExactly("sleeper", "renamed");
    }

    @Test
    void shouldTellNoWaitAcrossTwoSessions()
    {
        queued(100 * MS, 0, 0, 5);
        recorder.end();
        beginSession();
        ran(103 * MS, 108 * MS);
        queued(108 * MS, 5 * MS, 5 * MS, 5);

        assertUnknown(0);
    }

    @Test
    void shouldTellNoWaitAcrossAGap()
    {
        queued(100 * MS, 0, 0, 5);
        recorder.drain();
        while (0 == tap.nrDropped())
        {
            tap.onCycle(101 * MS);
        }
        recorder.drain();
        ran(103 * MS, 108 * MS);
        queued(108 * MS, 5 * MS, 5 * MS, 5);

        final RecordedWaits waits = read();

        assertThat(waits.nrDropped()).isPositive();
        assertThat(waits.of("sleeper").nrWaits()).isZero();
        assertThat(waits.of("sleeper").nrOpen()).isEqualTo(2);
    }

    @Test
    void shouldCountEachRecordOnceWhateverItSays()
    {
        final Random random = new Random(1);
        for (int i = 0; i < 20_000; i++)
        {
            task(1 + random.nextInt(5), "task" + random.nextInt(3));
            ran(any(random), any(random));
            queued(any(random), any(random), any(random), random.nextInt(3));
        }

        for (final RecordedTaskGroup group : read().groups())
        {
            assertThat(group.nrWaits()).isPositive();
            assertThat(group.nrQueued()).isEqualTo(group.nrWaits() + group.nrUnknown() + group.nrOpen());
        }
    }

    private static long any(final Random random)
    {
        return random.nextInt(10) > 0 ? random.nextInt(3) : random.nextLong();
    }

    @Test
    void shouldRefuseADamagedFileUnlessToldToPassOverIt() throws IOException
    {
        queued(100 * MS, 0, 0, 5);
        read();
        Files.write(file(), Arrays.copyOf(Files.readAllBytes(file()), (int)Files.size(file()) - 10));

        assertThatThrownBy(() -> RecordedWaits.read(List.of(file()), false))
            .isInstanceOf(SchedulerException.class)
            .hasMessageContaining(file() + ": offset ");
        final RecordedWaits waits = RecordedWaits.read(List.of(file()), true);
        assertThat(waits.of("sleeper").nrQueued()).isEqualTo(1);
        assertThat(waits.damage()).contains("offset");
    }

    @Test
    void shouldRefuseFilesThatDoNotFollowEachOther()
    {
        read();

        assertThatThrownBy(() -> RecordedWaits.read(List.of(file(), file()), false))
            .isInstanceOf(SchedulerException.class)
            .hasMessageContaining("does not follow");
    }
}
