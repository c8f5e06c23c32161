// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.scx4j.journal.WrittenRecording;
import org.scx4j.protocol.QueuedTaskDescriptor;
import org.scx4j.protocol.QueuedTaskFlyweight;
import org.scx4j.protocol.SchedAbi;
import org.scx4j.topology.CpuTopology;

/**
 * Policies side by side: the table, the object for programs, the page as a browser shows it, and the trace as a program
 * reads it back.
 */
@Timeout(120)
class CompareCommandTest
{
    private static final List<String> BROWSERS = List.of("chromium-headless-shell", "chromium", "google-chrome");
    private static final double US_PER_MS = 1e3;
    private static final long MS = 1_000_000L;
    private static final long S = 1_000 * MS;

    @TempDir
    private Path root;
    private Session session;

    @BeforeEach
    void before()
    {
        session = new Session(new MachineFixture(root), null);
    }

    @Test
    void shouldSetPoliciesSideBySide()
    {
        assertThat(session.execute("compare", "--policies", "fifo,stride", "--duration", "200ms", "--cpus", "2"))
            .isZero();

        assertThat(session.err()).isEmpty();
        final List<String> lines = session.outLines();
        assertThat(lines.get(0)).isEqualTo("burners+sleepers: 200 ms simulated on 2 CPUs, seed 1");
        assertThat(words(lines)).containsSubsequence(
            List.of("task", "policy", "runs"), List.of("burner", "fifo"), List.of("burner", "stride"),
            List.of("sleeper", "fifo"), List.of("sleeper", "stride"), List.of("machine", "policy", "switches"));
        assertThat(lines).filteredOn((line) -> line.endsWith("  hold")).hasSize(2);
    }

    /** The words with which each line begins, as many as the test names. */
    private static List<List<String>> words(final List<String> lines)
    {
        return lines.stream().map((line) -> line.strip().split(" +"))
            .map((words) -> List.of(words).subList(0, Math.min(words.length, "policy".equals(words[1]) ? 3 : 2)))
            .collect(Collectors.toList());
    }

    @Test
    void shouldSayTheSameOfEachPolicyAsASimulationOfItsOwn()
    {
        session.execute(
            "compare", "pipe", "--policies", "central,tier", "--duration", "100ms", "--seed", "7", "--json");
        final Map<String, Object> comparison = JsonValue.object(session.out());

        assertThat(comparison).containsEntry("workload", "pipe");
        for (final Object run : (List<?>)comparison.get("runs"))
        {
            final Map<?, ?> one = (Map<?, ?>)run;
            final Session alone = new Session(new MachineFixture(root), null);
            alone.execute("sim", "--workload", "pipe", "--policy", (String)one.get("policy"), "--duration", "100ms",
                "--seed", "7", "--json");
            assertThat(one.get("decision_digest")).isEqualTo(JsonValue.object(alone.out()).get("decision_digest"));
        }
        assertThat((List<?>)comparison.get("runs")).hasSize(2);
    }

    @Test
    void shouldWriteATraceInWhichEachCpuRunsOneTaskAtATime() throws IOException
    {
        final Path trace = root.resolve("trace.json");
        session.execute("compare", "server", "--policies", "fifo,deadline", "--duration", "300ms", "--cpus", "3",
            "--perfetto", trace.toString(), "--perfetto-duration", "100ms");

        final List<?> events = (List<?>)JsonValue.object(Files.readString(trace)).get("traceEvents");
        assertThat(names(events, "process_name")).containsExactly("fifo", "deadline");
        assertThat(names(events, "thread_name")).containsExactly("CPU 0", "CPU 1", "CPU 2", "CPU 0", "CPU 1", "CPU 2");
        final Map<String, Double> freeAtUs = new HashMap<>();
        int nrSlices = 0;
        for (final Map<?, ?> event : events(events, "X"))
        {
            final String track = event.get("pid") + "/" + event.get("tid");
            final double startUs = ((Number)event.get("ts")).doubleValue();
            assertThat(startUs).as("%s", event).isGreaterThanOrEqualTo(freeAtUs.getOrDefault(track, 0.0) - 0.001)
                .isLessThan(100 * US_PER_MS);
            freeAtUs.put(track, startUs + ((Number)event.get("dur")).doubleValue());
            nrSlices++;
        }
        assertThat(freeAtUs).hasSize(6);
        assertThat(nrSlices).isGreaterThan(100);
        assertThat(events(events, "C")).as("tasks that wait").isNotEmpty()
            .allMatch((event) -> ((Number)((Map<?, ?>)event.get("args")).get("tasks")).intValue() >= 0);
    }

    private static List<Map<?, ?>> events(final List<?> events, final String phase)
    {
        return events.stream().map((event) -> (Map<?, ?>)event).filter((event) -> phase.equals(event.get("ph")))
            .collect(Collectors.toList());
    }

    private static List<Object> names(final List<?> events, final String what)
    {
        return events(events, "M").stream().filter((event) -> what.equals(event.get("name")))
            .map((event) -> ((Map<?, ?>)event.get("args")).get("name")).collect(Collectors.toList());
    }

    @Test
    void shouldWriteAPageThatABrowserDraws() throws Exception
    {
        final String browser = browser();
        assumeTrue(null != browser, "none of these is installed: " + String.join(", ", BROWSERS));
        final Path page = root.resolve("page.html");
        session.execute("compare", "server", "--policies", "fifo,deadline,tier", "--duration", "300ms",
            "--html", page.toString());

        final String shown = dump(browser, page);

        assertThat(shown).as("the script came to its end").contains("data-drawn=\"yes\"");
        assertThat(shown).contains("<h1 id=\"title\">fifo, deadline, tier on server</h1>");
        final int nrTasks = (int)session.outLines().stream().filter((line) -> line.contains(" fifo ")).count() - 1;
        assertThat(nrTasks).isPositive();
        assertThat(count(shown, "<polyline ")).as("a curve per policy and task").isEqualTo(3 * nrTasks);
        assertThat(count(shown, "<canvas ")).as("a timeline per policy").isEqualTo(3);
        assertThat(count(shown, "<tr>")).as("rows").isEqualTo(1 + 3 + 1 + 3 * nrTasks);
        assertThat(shown).doesNotContain("NaN").doesNotContain("undefined");
    }

    private static String browser()
    {
        return BROWSERS.stream().filter((name) -> Stream.of(System.getenv("PATH").split(":"))
            .anyMatch((folder) -> Files.isExecutable(Path.of(folder, name)))).findFirst().orElse(null);
    }

    private String dump(final String browser, final Path page) throws IOException, InterruptedException
    {
        final Path shown = root.resolve("shown.html");
        final List<String> command = new ArrayList<>(List.of(browser, "--headless", "--no-sandbox", "--disable-gpu",
            "--user-data-dir=" + root.resolve("profile"), "--dump-dom", page.toUri().toString()));
        final Process process = new ProcessBuilder(command).redirectOutput(shown.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD).start();
        try
        {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("%s ends", browser).isTrue();
        }
        finally
        {
            process.destroyForcibly().waitFor();
        }
        final String text = Files.readString(shown);
        return text.substring(0, text.indexOf("<script type=")) + text.substring(text.lastIndexOf("</script>")) +
            Pattern.compile("data-drawn=\"\\w+\"").matcher(text).results().map((found) -> found.group())
                .collect(Collectors.joining());
    }

    private static int count(final String text, final String part)
    {
        return text.split(Pattern.quote(part), -1).length - 1;
    }

    @Test
    void shouldTellTheWorstOfAllWhenAnInvariantIsViolated() throws IOException
    {
        final Path unequal = Files.writeString(root.resolve("unequal.workload"),
            "task rich count=2 weight=200 : loop { run 5ms }\ntask poor weight=1 : loop { run 5ms }\n");
        final int status = session.execute("compare", unequal.toString(), "--policies",
            "fifo," + SimCommandTest.Unfair.class.getName(), "--cpus", "1", "--timeout", "300ms");

        assertThat(status).isEqualTo(ExitCode.EVICTED.status());
        assertThat(session.errLines()).singleElement().asString()
            .startsWith("scx4j: policy " + SimCommandTest.Unfair.class.getName() + ": invariant MAX_WAIT violated at ");
        assertThat(session.outLines()).filteredOn((line) -> line.endsWith("  hold")).hasSize(1);
        assertThat(session.outLines()).filteredOn((line) -> line.endsWith("  VIOLATED: MAX_WAIT")).hasSize(1);
    }

    @Test
    void shouldSayInOneLineWhatIsWrong()
    {
        refused(2, "scx4j: --policies names 'fifo' twice", "--policies", "fifo,tier,fifo");
        refused(2, "scx4j: --duration and --perfetto-duration must be longer than 0", "--duration", "0s");
        refused(3, "scx4j: can't write " + root.resolve("no/x.html") + ": " + root.resolve("no/x.html.part") +
            ": name a file in a folder that you may write to", "--html", root.resolve("no/x.html").toString(),
            "--duration", "1ms", "--policies", "fifo");
    }

    private void refused(final int status, final String line, final String... options)
    {
        final List<String> command = new ArrayList<>(List.of("compare"));
        command.addAll(List.of(options));
        final Session session = new Session(new MachineFixture(root), null);
        assertThat(session.execute(command.toArray(String[]::new))).isEqualTo(status);
        assertThat(session.errLines()).containsExactly(line);
        assertThat(session.out()).isEmpty();
    }

    private Path recorded() throws IOException
    {
        final Path file = root.resolve("x.scxj");
        try (WrittenRecording recording = new WrittenRecording(file, CpuTopology.regular(2, 1, 2, 2)))
        {
            final QueuedTaskFlyweight task =
                new QueuedTaskFlyweight().wrap(new UnsafeBuffer(new byte[QueuedTaskDescriptor.RECORD_BYTES]), 0);
            task.kind(SchedAbi.SCHED_EVENT_QUEUED);
            recording.cycle(S);
            for (int turn = 0; turn < 100; turn++)
            {
                for (int pid = 1; pid <= 3; pid++)
                {
                    task.buffer().putInt(QueuedTaskDescriptor.PID_OFFSET, pid);
                    task.buffer().putInt(QueuedTaskDescriptor.WEIGHT_OFFSET, 100);
                    task.buffer().putLong(QueuedTaskDescriptor.FLAGS_OFFSET, SchedAbi.SCHED_QUEUED_WAKEUP);
                    task.buffer().putLong(QueuedTaskDescriptor.ENQUEUE_NS_OFFSET, S + turn * 20 * MS + pid);
                    task.buffer().putLong(QueuedTaskDescriptor.SUM_EXEC_RUNTIME_NS_OFFSET, turn * 5 * MS);
                    task.buffer().putLong(QueuedTaskDescriptor.COMM_OFFSET, pid > 1 ? 'b' : 'a');
                    recording.queued(task);
                }
            }
        }
        return file;
    }

    @Test
    void shouldCompareOnTheMachineAndTheTimeOfARecording() throws IOException
    {
        final String file = recorded().toString();
        final Path page = root.resolve("page.html");
        final Path trace = root.resolve("trace.json");

        assertThat(session.execute("compare", file, "--policies", "fifo,tier", "--html", page.toString(),
            "--perfetto", trace.toString())).isZero();

        assertThat(session.outLines().get(0)).isEqualTo(file + ": 1.98 s simulated on 2 CPUs, seed 1");
        assertThat(words(session.outLines())).contains(List.of("a", "fifo"), List.of("b", "tier"));
        assertThat(session.errLines()).containsExactly("scx4j: " + file + ": 1.98 s recorded with policy fifo on " +
            "kernel 7.0; 3 tasks in 300 turns used 37.9 % of 2 CPUs; 0 turns are not in the recording, 0 records " +
            "were dropped");
        assertThat(page).content().contains(file.substring(1));
        assertThat(names((List<?>)JsonValue.object(Files.readString(trace)).get("traceEvents"), "thread_name"))
            .containsExactly("CPU 0", "CPU 1", "CPU 0", "CPU 1");
    }

    @Test
    void shouldGiveEachPolicyTheSameRecordingWhateverTheirOrder() throws IOException
    {
        final String file = recorded().toString();
        session.execute("compare", file, "--policies", "fifo,tier", "--cpus", "1", "--duration", "1s", "--json");
        final Session other = new Session(new MachineFixture(root), null);
        other.execute("compare", file, "--policies", "tier,fifo", "--cpus", "1", "--duration", "1s", "--json");

        final List<?> forth = (List<?>)JsonValue.object(session.out()).get("runs");
        final List<?> back = (List<?>)JsonValue.object(other.out()).get("runs");
        for (int i = 0; i < 2; i++)
        {
            final Map<?, ?> one = (Map<?, ?>)forth.get(i);
            final Map<?, ?> same = (Map<?, ?>)back.get(1 - i);
            assertThat(one.get("policy")).isEqualTo(same.get("policy"));
            assertThat(one.get("decision_digest")).isEqualTo(same.get("decision_digest"));
            assertThat(one.get("tasks")).isEqualTo(same.get("tasks"));
            assertThat(one.get("cpus")).isEqualTo(1L);
            assertThat(one.get("duration_ns")).isEqualTo(S);
        }
        assertThat(((Map<?, ?>)forth.get(0)).get("decision_digest"))
            .isNotEqualTo(((Map<?, ?>)forth.get(1)).get("decision_digest"));
    }

    @Test
    void shouldRefuseADamagedRecordingOrTakeWhatIsBefore() throws IOException
    {
        final Path file = recorded();
        final byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length - 10));

        assertThat(session.execute("compare", file.toString(), "--policies", "fifo"))
            .isEqualTo(ExitCode.USAGE.status());
        assertThat(session.errLines()).singleElement().asString().startsWith("scx4j: " + file + ": offset ")
            .endsWith(" (--on-damage stop takes what is before)");

        final Session patient = new Session(new MachineFixture(root), null);
        assertThat(patient.execute("sim", "--workload", file.toString(), "--on-damage", "stop")).isZero();
        assertThat(patient.errLines()).hasSize(2).first().asString()
            .startsWith("scx4j: stopped at the damage: " + file + ": offset ");
    }

    @Test
    void shouldTakeTheDurationOfAFileOfRtAppUnlessOneIsGiven() throws IOException
    {
        final Path file = Files.writeString(root.resolve("w.json"),
            "{ /* comment */ \"tasks\": { \"a\": { \"run\": 1000, \"sleep\": 500, } }, " +
            "\"global\": { \"duration\": 2 } }");

        assertThat(session.execute("compare", file.toString(), "--policies", "fifo")).isZero();
        assertThat(session.execute("sim", "--workload", file.toString(), "--duration", "100ms")).isZero();

        assertThat(session.outLines()).contains(file + ": 2.00 s simulated on 4 CPUs, seed 1",
            file + ": 100 ms simulated on 4 CPUs, policy fifo, seed 1");
        assertThat(session.err()).isEmpty();
    }
}
