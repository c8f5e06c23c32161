// SPDX-License-Identifier: Apache-2.0
package org.scx4j.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.policy.Fifo;
import org.scx4j.status.Recording;

/**
 * What becomes of a recording that can't be written as it comes.
 */
@Timeout(120)
class JournalWriterTest
{
    private static final Path FULL = Path.of("/dev/full");

    @TempDir
    private Path folder;

    private JournalOptions options(final int files)
    {
        return new JournalOptions(folder.resolve("x.scxj"), JournalOptions.LIMIT_MIN_BYTES, files, false, false);
    }

    @Test
    void shouldStopAtTheSizeLimitAndSayWhy() throws IOException
    {
        final RecordedRun run = new RecordedRun(1, options(1)).begin(new Fifo(), Map.of()).run(4000, 10).end();
        run.close();

        final Recording recording = run.writer().recording();
        final Path file = folder.resolve("x.scxj");
        assertThat(recording.failure()).isEqualTo("recording into " + file +
            " stopped: it has reached its size limit of 1048576 bytes");
        assertThat(recording.nrDropped()).isPositive();
        assertThat(Files.size(file)).isLessThanOrEqualTo(JournalOptions.LIMIT_MIN_BYTES)
            .isEqualTo(recording.bytes());
        assertThat(folder.toFile().list()).containsExactly("x.scxj");
        assertThat(ReplayTest.replay(new Fifo(), Map.of(), file).isAsRecorded()).isTrue();
    }

    @Test
    void shouldKeepTheNewestFilesWhenThereAreMoreThanWanted()
    {
        final RecordedRun run = new RecordedRun(1, options(2)).begin(new Fifo(), Map.of()).run(9000, 10).end();
        run.close();

        assertThat(run.writer().recording().failure()).isEmpty();
        assertThat(run.writer().recording().bytes()).isGreaterThan(3 * JournalOptions.LIMIT_MIN_BYTES);
        assertThat(folder.toFile().list()).containsExactlyInAnyOrder("x.scxj", "x.scxj.1");
    }

    @Test
    void shouldRefuseAFileThatRotationWouldOverwriteUnlessForced() throws IOException
    {
        Files.writeString(folder.resolve("x.scxj.1"), "precious");

        assertThatThrownBy(() -> new RecordedRun(1, options(2)))
            .isInstanceOf(SchedulerException.class)
            .hasMessage(folder.resolve("x.scxj.1") +
                " is there already: choose another file, or overwrite it by --force");
        assertThat(folder.toFile().list()).containsExactly("x.scxj.1");

        new RecordedRun(1, options(1)).begin(new Fifo(), Map.of()).run(10, 1).end().close();
        assertThat(folder.resolve("x.scxj.1")).hasContent("precious");
    }

    @Test
    void shouldGoOnWithoutTheFileWhenTheDiskIsFullAtTheStart()
    {
        assumeTrue(Files.exists(FULL), "no /dev/full here");
        final RecordedRun run = new RecordedRun(1, options(1),
            (file, how) -> FileChannel.open(FULL, StandardOpenOption.WRITE))
            .begin(new Fifo(), Map.of()).run(100, 10).end();
        run.close();

        final Recording recording = run.writer().recording();
        assertThat(recording.failure()).startsWith("recording into ").contains(" stopped: No space left on device");
        assertThat(recording.nrRecords()).isZero();
        assertThat(recording.nrDropped()).isGreaterThan(100);
        assertThat(run.nrErrors()).isZero();
    }

    @Test
    void shouldKeepWhatItHasWhenTheDiskIsFullLater()
    {
        assumeTrue(Files.exists(FULL), "no /dev/full here");
        final List<String> opened = new java.util.ArrayList<>();
        final RecordedRun run = new RecordedRun(1, options(3), (file, how) ->
        {
            opened.add(file.toString());
            return 1 == opened.size() ? FileChannel.open(file, how) :
                FileChannel.open(FULL, StandardOpenOption.WRITE);
        }).begin(new Fifo(), Map.of()).run(4000, 10).end();
        run.close();

        assertThat(run.writer().recording().failure()).contains("No space left on device");
        assertThat(run.writer().recording().nrDropped()).isPositive();
        assertThat(ReplayTest.replay(new Fifo(), Map.of(), folder.resolve("x.scxj.1")).isAsRecorded()).isTrue();
    }

    @Test
    void shouldDropWholeDutyCyclesAndSayWhereWhenTheFileDoesNotKeepUp()
    {
        final RecordedRun run = RecordedRun.into(folder.resolve("x.scxj"), false)
            .begin(new Fifo(), Map.of(), 1 << 14).run(1000, 100).end();
        run.close();

        final Recording recording = run.writer().recording();
        assertThat(recording.nrDropped()).isPositive();
        final ReplayReport report = ReplayTest.replay(new Fifo(), Map.of(), folder.resolve("x.scxj"));
        assertThat(report.nrDropped()).isPositive().isLessThanOrEqualTo(recording.nrDropped());
        assertThat(report.nrEvents()).isPositive();
    }

    @Test
    void shouldBeShorterWhenCompressed() throws IOException
    {
        final Path plain = folder.resolve("plain");
        final Path compressed = folder.resolve("compressed");
        RecordedRun.into(plain, false).begin(new Fifo(), Map.of()).run(2000, 50).end().close();
        RecordedRun.into(compressed, true).begin(new Fifo(), Map.of()).run(2000, 50).end().close();

        assertThat(Files.size(compressed)).isLessThan(Files.size(plain) / 3);
        assertThat(ReplayTest.replay(new Fifo(), Map.of(), compressed).digest())
            .isEqualTo(ReplayTest.replay(new Fifo(), Map.of(), plain).digest());
    }

    @Test
    void shouldLoseTheLastBlockAtMostWhenTheProcessIsKilled() throws IOException, InterruptedException
    {
        final Path file = folder.resolve("x.scxj");
        final Process process = new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(), "--add-opens",
            "java.base/jdk.internal.misc=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
            RecordingProgram.class.getName(), file.toString())
            .redirectErrorStream(true).redirectOutput(folder.resolve("out").toFile()).start();
        try
        {
            while (process.isAlive() && (!Files.exists(file) || Files.size(file) < 1 << 20))
            {
                Thread.sleep(10);
            }
            assertThat(process.isAlive()).as(Files.readString(folder.resolve("out"))).isTrue();
        }
        finally
        {
            process.destroyForcibly().waitFor();
        }

        assertThatThrownBy(() -> ReplayTest.replay(new Fifo(), Map.of(), file))
            .isInstanceOf(SchedulerException.class)
            .hasMessageMatching(".*x\\.scxj: offset \\d+: the file ends with.* " +
            "\\(--on-damage stop replays what is before\\)");
        final ReplayReport report = new Replay(List.of(() -> JournalReader.open(file)), new Fifo(),
            new ReplayOptions("fifo", Map.of(), null, false, true, false), (ex) -> { }, (bytes, events) -> true).run();
        final long recordBytes = 2L * RecordDescriptor.HEADER_BYTES + RecordDescriptor.CYCLE_BYTES +
            RecordDescriptor.EVENT_BYTES;
        assertThat(report.nrEvents() * recordBytes).isGreaterThan(Files.size(file) - 2 * JournalWriter.BLOCK_BYTES);
        assertThat(report.nrDropped()).isZero();
    }

    @Test
    void shouldRefuseFiguresThatMakeNoSense()
    {
        final Path file = folder.resolve("x.scxj");
        assertThatThrownBy(() -> new JournalOptions(file, 1000, 1, false, false))
            .isInstanceOf(SchedulerException.class)
            .hasMessage("size limit of a recording too small: 1000 bytes, must be 1048576 or more");
        assertThatThrownBy(() -> new JournalOptions(file, 1 << 20, 0, false, false))
            .isInstanceOf(SchedulerException.class)
            .hasMessage("number of files of a recording out of range: 0, must be 1 to 1000");
    }

    @Test
    void shouldReadBackASessionAsItWasWritten()
    {
        final Path file = folder.resolve("x.scxj");
        RecordedRun.into(file, false).begin(new Fifo(), Map.of("ü", "a=b\nc", "empty", "")).run(5, 1).end().close();

        final JournalSession session = JournalReader.sessionOf(file);

        assertThat(session.policyOptions()).isEqualTo(Map.of("ü", "a=b\nc", "empty", ""));
        assertThat(session.sliceNs()).isEqualTo(5_000_000);
        assertThat(session.topology().toString()).isEqualTo(RecordedRun.topology().toString());
        assertThat(session.topology().nodeIdOf(1)).isEqualTo(8);
        assertThat(session.topology().cpusOfLlc(1).toArray()).containsExactly(2, 3);
        assertThat(session.topology().capacityOf(3)).isEqualTo(512);
    }
}
