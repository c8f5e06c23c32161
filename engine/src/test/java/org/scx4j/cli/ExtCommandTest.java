// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.scx4j.jni.Errno;
import org.scx4j.jni.LibC;
import org.scx4j.scheduling.SchedExtClass;

/**
 * With the processes of this machine, but another kernel than its own.
 */
@Timeout(30)
class ExtCommandTest
{
    private static final int READY_BYTE = 'r';

    @TempDir
    private Path root;
    private final FakeCalls kernel = new FakeCalls();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    /** Knows what it was told. */
    private static final class FakeCalls implements SchedExtClass.Calls
    {
        private final Map<Integer, Integer> policies = new ConcurrentHashMap<>();
        private int error;

        @Override
        public int policy(final int tid)
        {
            return policies.getOrDefault(tid, LibC.SCHED_OTHER);
        }

        @Override
        public int setPolicy(final int tid, final int policy)
        {
            if (0 == error)
            {
                policies.put(tid, policy);
            }
            return -error;
        }
    }

    /** A JVM that runs the command line of its arguments, with a command that says when it is ready. */
    static final class Waiting
    {
        private Waiting()
        {
        }

        public static void main(final String[] arguments)
        {
            final SchedExtClass schedExtClass = new SchedExtClass(Path.of("/proc"), new FakeCalls());
            System.exit(new Main(Machine.current(), null, new StopSignal(), schedExtClass).execute(arguments));
        }
    }

    private int execute(final String... arguments)
    {
        final List<String> all = new ArrayList<>(List.of("ext"));
        all.addAll(List.of(arguments));
        return new Main(new MachineFixture(root).machine(), null, new StopSignal(),
            new SchedExtClass(Path.of("/proc"), kernel))
            .print(new PrintWriter(out), new PrintWriter(err))
            .execute(all.toArray(String[]::new));
    }

    @Test
    void shouldPutProcessesInAndTakeThemOut() throws IOException
    {
        final Process first = new ProcessBuilder("sleep", "60").start();
        final Process second = new ProcessBuilder("sleep", "60").start();
        try
        {
            final int one = (int)first.pid();
            final int two = (int)second.pid();

            assertThat(execute("--pid", one + "," + two)).isZero();
            assertThat(kernel.policies).containsOnlyKeys(one, two).values().containsOnly(LibC.SCHED_EXT);
            assertThat(out.toString()).isEqualTo("process " + one + ": 1 thread(s) in SCHED_EXT\n" +
                "process " + two + ": 1 thread(s) in SCHED_EXT\n");

            assertThat(execute("--off", "--pid", Integer.toString(two))).isZero();
            assertThat(kernel.policies).containsEntry(one, LibC.SCHED_EXT).containsEntry(two, LibC.SCHED_OTHER);
            assertThat(out.toString()).endsWith("process " + two + ": 1 thread(s) back in SCHED_OTHER\n");
            assertThat(err.toString()).isEmpty();
        }
        finally
        {
            first.destroyForcibly();
            second.destroyForcibly();
        }
    }

    @ParameterizedTest
    @CsvSource({"exit 0,0", "exit 125,125", "kill -9 $$,137", "kill -TERM $$,143"})
    void shouldReturnTheStatusOfTheCommand(final String script, final int status)
    {
        assertThat(execute("--", "sh", "-c", script)).isEqualTo(status);
        assertThat(kernel.policies).containsEntry(0, LibC.SCHED_EXT);
        assertThat(out.toString() + err).isEmpty();
    }

    @Test
    void shouldPassEverythingOnWhatFollowsTheCommand()
    {
        final String script = "test \"$*\" = '--help --pid 1 --off -- @x'";

        assertThat(execute("sh", "-c", script, "sh", "--help", "--pid", "1", "--off", "--", "@x")).isZero();
        assertThat(execute("--", "sh", "-c", script, "sh", "--help", "--pid", "1", "--off", "--", "@x")).isZero();
        assertThat(out.toString() + err).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "'';nothing to put into the class: give --pid PID or a COMMAND (see scx4j ext --help)",
        "--off;nothing to put into the class: give --pid PID or a COMMAND (see scx4j ext --help)",
        "--pid 1 true;--pid and a COMMAND at once: give one of them (see scx4j ext --help)",
        "--off true;--off takes processes out: give --pid PID with it (see scx4j ext --help)",
        "--pid x;invalid value for option '--pid' (PID): 'x' is not an int (see scx4j ext --help)",
        "--pid 0;no process 0: give the id of one that runs (ps -e)",
        "--pid 2147483647;no process 2147483647: give the id of one that runs (ps -e)"})
    void shouldSayWhatToDoWhenTheArgumentsAreWrong(final String arguments, final String message)
    {
        assertThat(execute(arguments.isEmpty() ? new String[0] : arguments.split(" "))).isEqualTo(2);
        assertThat(err.toString()).isEqualTo("scx4j: " + message + "\n");
        assertThat(out.toString()).isEmpty();
        assertThat(kernel.policies).isEmpty();
    }

    @Test
    void shouldSayWhatTheMachineLacksWhenTheKernelRefuses()
    {
        kernel.error = Errno.EINVAL;
        assertThat(execute("true")).isEqualTo(3);
        assertThat(err.toString()).startsWith("scx4j: this kernel has no SCHED_EXT: boot ").hasLineCount(1);
    }

    @Test
    void shouldSayWhatTheMachineLacksWhenThereIsNoNativeLibrary()
    {
        final Session session = new Session(new MachineFixture(root), null);

        assertThat(session.execute("ext", "true")).isEqualTo(3);
        assertThat(session.errLines()).singleElement().asString().startsWith("scx4j: native library not available");
    }

    @Test
    void shouldShowExamplesWhenHelpIsWanted()
    {
        assertThat(execute("--help")).isZero();
        assertThat(out.toString()).contains("scx4j ext --pid PID[,PID...] [--off]", "scx4j ext [--] COMMAND [ARG...]",
            "Examples:", "--pid 4711,4712 --off");
    }

    @Test
    void shouldOutliveCtrlCAndPassTermOnUntilTheCommandEnds() throws Exception
    {
        final Process jvm = new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC", "-Xmx32m",
            "-XX:TieredStopAtLevel=1", "--add-opens", "java.base/jdk.internal.misc=ALL-UNNAMED", "-cp",
            System.getProperty("java.class.path"), Waiting.class.getName(),
            "ext", "--", "sh", "-c", "trap 'exit 42' TERM; echo r; while :; do sleep 0.05; done")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
        try
        {
            assertThat(jvm.getInputStream().read()).isEqualTo(READY_BYTE);

            kill("INT", jvm);
            assertThat(jvm.waitFor(500, TimeUnit.MILLISECONDS)).as("ended by Ctrl-C").isFalse();
            kill("TERM", jvm);
            assertThat(jvm.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(jvm.exitValue()).isEqualTo(42);
        }
        finally
        {
            jvm.descendants().forEach(ProcessHandle::destroyForcibly);
            jvm.destroyForcibly();
        }
    }

    private static void kill(final String signal, final Process process) throws IOException, InterruptedException
    {
        assertThat(new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).inheritIO().start().waitFor())
            .isZero();
    }
}
