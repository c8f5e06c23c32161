// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.exceptions.SchedulerException.Category;

/**
 * {@code scx4j record} on a kernel that is none, and {@code scx4j replay} of what it wrote.
 */
@Timeout(120)
class RecordReplayTest
{
    @TempDir
    private Path folder;

    private FakeKernel kernel = new FakeKernel();
    private Session session;
    private MachineFixture machine;
    private Path file;

    @BeforeEach
    void openSession()
    {
        machine = new MachineFixture(folder.resolve("machine"));
        session = new Session(machine, () -> kernel);
        file = folder.resolve("x.scxj");
    }

    private int record(final String... more)
    {
        final String[] args = new String[5 + more.length];
        System.arraycopy(new String[]{"record", "--output", file.toString(), "--duration", "300ms"}, 0, args, 0, 5);
        System.arraycopy(more, 0, args, 5, more.length);
        return session.execute(args);
    }

    private Map<String, Object> replay(final String... more)
    {
        final Session replay = new Session(machine, () -> kernel);
        final String[] args = new String[3 + more.length];
        System.arraycopy(new String[]{"replay", file.toString(), "--json"}, 0, args, 0, 3);
        System.arraycopy(more, 0, args, 3, more.length);
        assertThat(replay.execute(args)).as(replay.err()).isZero();
        assertThat(replay.outLines()).hasSize(1);
        return JsonValue.object(replay.outLines().get(0));
    }

    private static Map<String, Object> object(final Session session)
    {
        final List<String> lines = session.outLines();
        return JsonValue.object(lines.get(lines.size() - 1));
    }

    @Test
    void shouldDecideTheSameTwiceWhenReplayedTwice() throws IOException
    {
        assertThat(record("--policy", "stride", "--json")).as(session.err()).isZero();
        @SuppressWarnings("unchecked")
        final Map<String, Object> recording = (Map<String, Object>)object(session).get("recording");
        assertThat(recording).containsEntry("file", file.toString()).containsEntry("failure", "");
        assertThat((Long)recording.get("bytes")).isEqualTo(Files.size(file));
        assertThat((Long)recording.get("records")).isPositive();

        final Path first = folder.resolve("first");
        final Path second = folder.resolve("second");
        final Map<String, Object> one = replay("--policy", "stride", "--decisions", first.toString());
        final Map<String, Object> two = replay("--policy", "stride", "--decisions", second.toString());

        assertThat(Files.mismatch(first, second)).isEqualTo(-1);
        assertThat(Files.size(first)).isEqualTo(64 * (Long)one.get("decisions")).isPositive();
        assertThat(one.get("digest")).isEqualTo(two.get("digest"));
        assertThat((Long)one.get("events_per_s")).isPositive();
        assertThat(one).containsEntry("recorded_policy", "stride").containsEntry("damage", "");
        if (0L == (Long)recording.get("dropped"))
        {
            assertThat(one).containsEntry("as_recorded", true);
        }
    }

    @Test
    void shouldReplayWithTheRecordedPolicyWhenNoneIsNamed()
    {
        assertThat(record("--policy", "deadline", "--compress")).as(session.err()).isZero();

        assertThat(session.out()).contains("recording\n", "  file          " + file + "\n", "  dropped  ");
        assertThat(replay()).containsEntry("policy", "deadline");
    }

    @Test
    void shouldWriteALineForEachDecisionWhenTextIsWanted() throws IOException
    {
        assertThat(record()).isZero();

        final Path decisions = folder.resolve("decisions");
        final Map<String, Object> report = replay("--decisions", decisions.toString(), "--format", "text");

        final List<String> lines = Files.readAllLines(decisions);
        assertThat(lines).hasSize(Math.toIntExact((Long)report.get("decisions")));
        assertThat(lines.get(0)).matches("1 42 -1 0 0 0 \\d+");
        assertThat(folder.resolve("decisions.part")).doesNotExist();
    }

    @Test
    void shouldRefuseAFileThatIsThereUnlessForced() throws IOException
    {
        Files.writeString(file, "precious");

        assertThat(record()).isEqualTo(2);
        assertThat(session.errLines()).containsExactly(
            "scx4j: " + file + " is there already: choose another file, or overwrite it by --force");
        assertThat(file).hasContent("precious");
        assertThat(kernel.isAttached()).isFalse();

        assertThat(record("--force")).isZero();
        assertThat((Long)replay().get("events")).isPositive();
    }

    @Test
    void shouldLeaveNoFileWhenTheKernelRefuses() throws IOException
    {
        kernel = new FakeKernel().refusing(new SchedulerException(Category.ENVIRONMENT, "no"));
        assertThat(record()).isEqualTo(3);
        assertThat(file).doesNotExist();

        Files.writeString(file, "precious");
        kernel = new FakeKernel().refusing(new SchedulerException(Category.ENVIRONMENT, "no"));
        assertThat(record("--force")).isEqualTo(3);
        assertThat(file).hasContent("precious");
    }

    @Test
    void shouldSayInOneLineWhatIsWrongWithTheCommandLine()
    {
        assertThat(session.execute("record", "--duration", "1s")).isEqualTo(2);
        assertThat(session.errLines()).singleElement().asString().contains("--output");

        assertThat(session.execute("replay", folder.resolve("none").toString())).isEqualTo(2);
        assertThat(session.errLines().get(1)).isEqualTo("scx4j: " + folder.resolve("none") + ": there is no such file");

        file = folder.resolve("no/folder/x.scxj");
        assertThat(record()).isEqualTo(3);
        assertThat(session.errLines().get(2))
            .isEqualTo("scx4j: can't write the recording " + file + ": its folder is not there");
        assertThat(kernel.isAttached()).isFalse();
    }

    @Test
    void shouldStopAtTheDamageOrRefuseItAsTheUserWants() throws IOException
    {
        assertThat(record()).isZero();
        final Map<String, Object> whole = replay();
        final byte[] bytes = Files.readAllBytes(file);
        Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length - 100));

        final Session refused = new Session(machine, () -> kernel);
        final Path decisions = folder.resolve("decisions");
        assertThat(refused.execute("replay", file.toString(), "--decisions", decisions.toString())).isEqualTo(2);
        assertThat(refused.errLines()).singleElement().asString()
            .matches("scx4j: .*/x\\.scxj: offset \\d+: the file ends within a block " +
            "\\(--on-damage stop replays what is before\\)");
        assertThat(folder.toFile().list()).containsExactlyInAnyOrder("machine", "x.scxj");

        final Map<String, Object> part = replay("--on-damage", "stop");
        assertThat((String)part.get("damage")).contains(": offset ", ": the file ends within a block");
        assertThat((Long)part.get("events")).isLessThan((Long)whole.get("events"));
    }

    @Test
    void shouldRefuseAnOptionThatThePolicyDoesNotKnow()
    {
        assertThat(record()).isZero();

        final Session refused = new Session(machine, () -> kernel);
        assertThat(refused.execute("replay", file.toString(), "--option", "x=1")).isEqualTo(2);
        assertThat(refused.errLines()).containsExactly("scx4j: policy 'fifo' has no option 'x': it has none");
    }

    @Test
    void shouldEndEarlyWhenASignalComes()
    {
        assertThat(record()).isZero();

        final Session stopped = new Session(machine, () -> kernel);
        stopped.stop.request();
        assertThat(stopped.execute("replay", file.toString(), "--json", "--pace", "recorded")).isZero();
        assertThat(object(stopped)).containsEntry("stopped", true);
    }
}
