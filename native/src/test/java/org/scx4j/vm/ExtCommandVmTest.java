// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * {@code scx4j ext} changes the class of real tasks, and of no others.
 */
@Tag("vm")
@Timeout(180)
class ExtCommandVmTest
{
    private static final int SCHED_OTHER = 0;
    private static final int SCHED_EXT = 7;
    /** Field 41 of a thread's stat, counted from the third, the first behind the name. */
    private static final int POLICY_FIELD = 41 - 3;
    private static final int EXIT_USAGE = 2;
    private static final int STATUS_KILLED = 128 + 9;
    private static final int SECONDS = 60;

    @BeforeEach
    void needsSchedExt()
    {
        assumeTrue(Files.exists(SchedulerProcess.STATE), "this kernel has no sched_ext: bin/test runs this in a VM");
    }

    private static List<Integer> policies(final long pid) throws IOException
    {
        final List<Integer> policies = new ArrayList<>();
        try (Stream<Path> threads = Files.list(Path.of("/proc/" + pid + "/task")))
        {
            for (final Path thread : threads.toList())
            {
                final String stat = stat(thread);
                if (!stat.isEmpty())
                {
                    policies.add(Integer.parseInt(
                        stat.substring(stat.lastIndexOf(')') + 2).split(" ")[POLICY_FIELD]));
                }
            }
        }
        return policies;
    }

    /** Empty if the thread has ended: a JVM's compiler threads come and go. */
    private static String stat(final Path thread) throws IOException
    {
        try
        {
            return Files.readString(thread.resolve("stat"));
        }
        catch (final NoSuchFileException ex)
        {
            return "";
        }
        catch (final IOException ex)
        {
            if (Files.exists(thread))
            {
                throw ex;
            }
            return "";
        }
    }

    /** The one process that the JVM has started. */
    private static long awaitCommand(final SchedulerProcess scx4j) throws InterruptedException
    {
        final long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (System.nanoTime() < endNs)
        {
            final List<Long> commands = ProcessHandle.of(scx4j.pid()).stream()
                .flatMap(ProcessHandle::children)
                .filter((child) -> child.info().command().orElse("").endsWith("sleep"))
                .map(ProcessHandle::pid)
                .toList();
            if (!commands.isEmpty())
            {
                return commands.get(0);
            }
            Thread.sleep(20);
        }
        throw new AssertionError("no command was started; " + scx4j.describe());
    }

    /** The command runs a moment before the thread that has started it is out of the class. */
    private static void awaitPolicy(final long pid, final int policy) throws Exception
    {
        final long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (policies(pid).stream().anyMatch((found) -> policy != found))
        {
            assertThat(System.nanoTime()).as("policies: " + policies(pid)).isLessThan(endNs);
            Thread.sleep(20);
        }
    }

    private static String succeed(final String... arguments) throws Exception
    {
        try (SchedulerProcess scx4j = SchedulerProcess.start(arguments))
        {
            assertThat(scx4j.awaitExit(SECONDS)).as(scx4j.describe()).isZero();
            assertThat(scx4j.stderr()).isEmpty();
            return scx4j.stdout();
        }
    }

    @Test
    void shouldRunACommandAndWhatItStartsInTheClass() throws Exception
    {
        final String policy = "awk '{ print $41 }' /proc/self/stat";

        assertThat(succeed("ext", "--", "sh", "-c", policy + "; sh -c \"$0\"; exit 0", policy)).isEqualTo("7\n7\n");
    }

    @Test
    void shouldEndAsTheCommandDoesWhenItIsKilled() throws Exception
    {
        try (SchedulerProcess scx4j = SchedulerProcess.start("ext", "sh", "-c", "kill -9 $$"))
        {
            assertThat(scx4j.awaitExit(SECONDS)).as(scx4j.describe()).isEqualTo(STATUS_KILLED);
        }
    }

    @Test
    void shouldPutAllThreadsOfAProcessInAndTakeThemOut() throws Exception
    {
        try (SchedulerProcess jvm = SchedulerProcess.start("ext", "sleep", "1000"))
        {
            final long command = awaitCommand(jvm);
            assertThat(policies(command)).containsExactly(SCHED_EXT);
            awaitPolicy(jvm.pid(), SCHED_OTHER);
            final String both = jvm.pid() + "," + command;

            assertThat(succeed("ext", "--pid", both)).hasLineCount(2).contains("in SCHED_EXT");
            assertThat(policies(jvm.pid())).hasSizeGreaterThan(2).containsOnly(SCHED_EXT);

            assertThat(succeed("ext", "--pid", both, "--off")).hasLineCount(2).contains("back in SCHED_OTHER");
            assertThat(policies(jvm.pid())).hasSizeGreaterThan(2).containsOnly(SCHED_OTHER);
            assertThat(policies(command)).containsExactly(SCHED_OTHER);

            jvm.signal("TERM");
            assertThat(jvm.awaitExit(SECONDS)).as("the status of the command").isEqualTo(128 + 15);
        }
    }

    @Test
    void shouldSayWhichWhenThereIsNoSuchProcess() throws Exception
    {
        try (SchedulerProcess scx4j = SchedulerProcess.start("ext", "--pid", "2147483647"))
        {
            assertThat(scx4j.awaitExit(SECONDS)).isEqualTo(EXIT_USAGE);
            assertThat(scx4j.stderr()).startsWith("scx4j: no process 2147483647: ").hasLineCount(1);
        }
    }
}
