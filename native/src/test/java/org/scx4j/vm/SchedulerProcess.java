// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A scheduler started with {@code bin/scx4j}, its output, and what the kernel says of it.
 * <p>
 * Thread safety: for one thread.
 */
public final class SchedulerProcess implements AutoCloseable
{
    /** Where the kernel says whether a scheduler is attached. */
    public static final Path STATE = Path.of("/sys/kernel/sched_ext/state");
    private static final Path OPS = Path.of("/sys/kernel/sched_ext/root/ops");
    private static final long LAUNCH_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(60);
    private static final long POLL_MS = 20;
    /** For programs that embed scx4j too. */
    static final int LEASE_MS = 200;
    private static final int JDK_WITH_NATIVE_ACCESS = 22;
    private static final int JDK_WITHOUT_GUARANTEED_SAFEPOINTS = 21;

    private final Process process;
    private final Path stdout;
    private final Path stderr;

    private SchedulerProcess(final Process process, final Path stdout, final Path stderr)
    {
        this.process = process;
        this.stdout = stdout;
        this.stderr = stderr;
    }

    /**
     * Starts {@code bin/scx4j} with some arguments, and with a long lease if they say nothing of it: the emulator runs
     * one CPU after the other, so that a thread is often silent for some milliseconds.
     *
     * @param arguments of {@code bin/scx4j}.
     * @return it, just started.
     * @throws IOException if it does not start.
     */
    public static SchedulerProcess start(final String... arguments) throws IOException
    {
        final List<String> command = new ArrayList<>();
        command.add(home().resolve("bin/scx4j").toString());
        command.addAll(List.of(arguments));
        if ("run".equals(arguments[0]) && !command.contains("--lease"))
        {
            command.addAll(List.of("--lease", LEASE_MS + "ms"));
        }
        return start(command);
    }

    /**
     * Starts a program of these tests that embeds scx4j, in a JVM of its own.
     *
     * @param main      the program.
     * @param arguments of it.
     * @return it, just started.
     * @throws IOException if it does not start.
     */
    public static SchedulerProcess startMain(final Class<?> main, final String... arguments) throws IOException
    {
        final List<String> command = new ArrayList<>(List.of(
            java(),
            "-XX:+UseSerialGC", "-XX:-UsePerfData", "-Xms64m", "-Xmx64m", "-XX:+AlwaysPreTouch",
            "-XX:TieredStopAtLevel=1", "--add-opens", "java.base/jdk.internal.misc=ALL-UNNAMED"));
        final int jdk = Runtime.version().feature();
        if (jdk >= JDK_WITH_NATIVE_ACCESS)
        {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        if (jdk < JDK_WITHOUT_GUARANTEED_SAFEPOINTS)
        {
            command.addAll(List.of("-XX:+UnlockDiagnosticVMOptions", "-XX:GuaranteedSafepointInterval=0"));
        }
        command.addAll(List.of("-cp", classPath(), main.getName()));
        command.addAll(List.of(arguments));
        return start(command);
    }

    /**
     * Starts a command that becomes a scheduler.
     *
     * @param command and its arguments, as they are.
     * @return it, just started.
     * @throws IOException if it does not start.
     */
    public static SchedulerProcess start(final List<String> command) throws IOException
    {
        final Path stdout = Files.createTempFile("scx4j", ".out");
        final Path stderr = Files.createTempFile("scx4j", ".err");
        final Process process = new ProcessBuilder(command)
            .redirectInput(new java.io.File("/dev/null"))
            .redirectOutput(stdout.toFile())
            .redirectError(stderr.toFile())
            .start();
        return new SchedulerProcess(process, stdout, stderr);
    }

    /**
     * The project's folder.
     *
     * @return the one that has {@code bin/scx4j}, here or above.
     */
    public static Path home()
    {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("bin/scx4j")))
        {
            folder = folder.getParent();
        }
        return folder;
    }

    /**
     * The JVM that runs the tests.
     *
     * @return its command.
     */
    public static String java()
    {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /**
     * The tests' own classes, and scx4j with what it needs.
     *
     * @return for {@code -cp}.
     */
    public static String classPath()
    {
        return testClasses() + ":" + home().resolve("native/target/lib") + "/*";
    }

    /**
     * Where the test's own classes are, policies among them.
     *
     * @return a folder, for {@code --classpath}.
     */
    public static String testClasses()
    {
        return home().resolve("native/target/test-classes").toString();
    }

    /**
     * What the kernel says of schedulers.
     *
     * @return such as "enabled"; empty if this kernel has no sched_ext.
     */
    public static String state()
    {
        return read(STATE);
    }

    /**
     * Name of the scheduler that is attached.
     *
     * @return empty if there is none.
     */
    public static String ops()
    {
        return read(OPS);
    }

    private static String read(final Path path)
    {
        try
        {
            return Files.readString(path).strip();
        }
        catch (final IOException ex)
        {
            return "";
        }
    }

    /**
     * Waits until the kernel says that a scheduler is enabled.
     *
     * @return this.
     * @throws InterruptedException if interrupted.
     */
    public SchedulerProcess awaitEnabled() throws InterruptedException
    {
        final long deadlineNs = System.nanoTime() + LAUNCH_TIMEOUT_NS;
        while (!"enabled".equals(state()))
        {
            if (!process.isAlive() || System.nanoTime() > deadlineNs)
            {
                throw new AssertionError("not attached; " + describe());
            }
            Thread.sleep(POLL_MS);
        }
        return this;
    }

    /**
     * Waits until it has said something on stderr.
     *
     * @param part of what it says.
     * @return this.
     * @throws InterruptedException if interrupted.
     */
    public SchedulerProcess awaitStderr(final String part) throws InterruptedException
    {
        final long deadlineNs = System.nanoTime() + LAUNCH_TIMEOUT_NS;
        while (!stderr().contains(part))
        {
            if (!process.isAlive() || System.nanoTime() > deadlineNs)
            {
                throw new AssertionError("did not say '" + part + "'; " + describe());
            }
            Thread.sleep(POLL_MS);
        }
        return this;
    }

    /**
     * Waits until the kernel says that no scheduler is enabled.
     *
     * @param timeoutNs how long at most, nanoseconds.
     * @return how long that took, nanoseconds.
     * @throws InterruptedException if interrupted.
     */
    public static long awaitDisabledNs(final long timeoutNs) throws InterruptedException
    {
        final long beginNs = System.nanoTime();
        while (!"disabled".equals(state()) && System.nanoTime() - beginNs < timeoutNs)
        {
            Thread.sleep(1);
        }
        return System.nanoTime() - beginNs;
    }

    /**
     * Waits for its end.
     *
     * @param seconds how long at most; an error if it takes longer.
     * @return its exit status.
     * @throws InterruptedException if interrupted.
     */
    public int awaitExit(final int seconds) throws InterruptedException
    {
        if (!process.waitFor(seconds, TimeUnit.SECONDS))
        {
            throw new AssertionError("still running after " + seconds + " s; " + describe());
        }
        return process.exitValue();
    }

    /** Kills it at once, without another process that would have to wait for a CPU. */
    public void kill()
    {
        process.destroyForcibly();
    }

    /**
     * Sends a signal.
     *
     * @param name such as "TERM".
     * @throws IOException          if it can't be sent.
     * @throws InterruptedException if interrupted.
     */
    public void signal(final String name) throws IOException, InterruptedException
    {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).inheritIO().start().waitFor();
    }

    /**
     * Stops it, and lets it go on after some time. From a real-time class: whoever does that must not be scheduled by
     * the threads that it stops.
     */
    void pause(final long durationMs) throws IOException, InterruptedException
    {
        final String script = "kill -STOP " + pid() + "; sleep " + durationMs / 1000.0 + "; kill -CONT " + pid();
        if (0 != new ProcessBuilder("chrt", "-f", "50", "sh", "-c", script).inheritIO().start().waitFor())
        {
            throw new AssertionError("can't stop the scheduler's process; " + describe());
        }
    }

    /**
     * The kernel's ids of the threads of the event path, found by their names.
     *
     * @return in no order.
     * @throws IOException if the process is gone.
     */
    public List<String> hotThreadIds() throws IOException
    {
        final List<String> ids = new ArrayList<>();
        try (Stream<Path> threads = Files.list(Path.of("/proc/" + process.pid() + "/task")))
        {
            for (final Path thread : threads.toList())
            {
                if (read(thread.resolve("comm")).startsWith("scx4j-"))
                {
                    ids.add(thread.getFileName().toString());
                }
            }
        }
        return ids;
    }

    /**
     * Whether it has not ended.
     *
     * @return true while it runs.
     */
    public boolean isAlive()
    {
        return process.isAlive();
    }

    /**
     * Its process id.
     *
     * @return also that of the JVM, which it becomes.
     */
    public long pid()
    {
        return process.pid();
    }

    String stdout()
    {
        return text(stdout);
    }

    /**
     * What it has said.
     *
     * @return all of its standard error so far.
     */
    public String stderr()
    {
        return text(stderr);
    }

    private static String text(final Path path)
    {
        try
        {
            return Files.readString(path);
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
    }

    /**
     * A number out of what it has printed as JSON.
     *
     * @param field name of the number.
     * @return it.
     */
    public double number(final String field)
    {
        return Json.number(json(), field);
    }

    /**
     * What it has printed as JSON.
     *
     * @return the last line of its standard output.
     */
    public String json()
    {
        final String[] lines = stdout().strip().split("\n");
        return lines[lines.length - 1];
    }

    /** Ends it in order, and checks that every task is accounted for. */
    void stopAndAccount() throws IOException, InterruptedException
    {
        signal("TERM");
        if (0 != awaitExit(60))
        {
            throw new AssertionError("exit status " + process.exitValue() + "; " + describe());
        }
        assertAccountedFor();
    }

    /** Each queued task was decided, left, was scheduled by the kernel's side or was held at the end. */
    void assertAccountedFor()
    {
        final double accounted =
            number("nr_decided") + number("nr_exited") + number("nr_kernel") + number("nr_held");
        if (0 != number("nr_lost") || 0 != number("nr_twice") || 0 == number("nr_queued") ||
            number("nr_queued") != accounted || !json().contains("\"evicted\":false"))
        {
            throw new AssertionError("not every task is accounted for; " + describe());
        }
    }

    /**
     * All there is to know of it, for the message of a failure.
     *
     * @return some lines.
     */
    public String describe()
    {
        return "alive=" + process.isAlive() + ", state=" + state() + ", ops=" + ops() +
            "\nstdout: " + stdout() + "\nstderr: " + stderr();
    }

    @Override
    public void close()
    {
        if (!process.isAlive())
        {
            return; // and another one may schedule by now
        }
        process.destroyForcibly();
        try
        {
            process.waitFor();
            awaitDisabledNs(TimeUnit.SECONDS.toNanos(10));
        }
        catch (final InterruptedException ex)
        {
            Thread.currentThread().interrupt();
        }
    }
}
