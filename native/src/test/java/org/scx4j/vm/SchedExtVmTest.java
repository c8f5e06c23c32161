// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.scx4j.transport.SchedExtTransport;

/**
 * A policy in Java schedules a real kernel: attaches, accounts for every task, and lets go of it however it ends.
 */
@Tag("vm")
@Timeout(180)
@ExtendWith(SchedExtKernel.class)
class SchedExtVmTest
{
    private static final int BURNERS = 4;
    private static final int EXIT_ENVIRONMENT = 3;
    private static final int TRACE_SECONDS = 5;
    /** An event allocates nothing; a deoptimisation by the JIT may allocate some hundred bytes, once. */
    private static final double ONE_OFF_BYTES = 0.1;
    private static final int PAUSE_MS = 1500;
    private static final int MORE_THAN_THE_RING_HOLDS = 60;

    private static void runUnderLoad(final int seconds, final String... more) throws Exception
    {
        final Stream<String> options = Stream.of("run", "--policy", "fifo", "--json");
        try (SchedulerProcess scheduler =
            SchedulerProcess.start(Stream.concat(options, Stream.of(more)).toArray(String[]::new)).awaitEnabled();
            Load load = new Load(BURNERS))
        {
            assertThat(SchedulerProcess.ops()).isEqualTo("scx4j_fifo");
            final long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
            while (System.nanoTime() < endNs)
            {
                assertThat(SchedulerProcess.state()).as(scheduler.describe()).isEqualTo("enabled");
                Thread.sleep(100);
            }
            assertThat(load.isComplete()).isTrue();
            assertThat(load.progress()).isPositive();
            scheduler.signal("TERM");
            assertThat(scheduler.awaitExit(60)).as(scheduler.describe()).isZero();
            scheduler.assertAccountedFor();
            assertThat(scheduler.number("alloc_bytes_per_event")).as(scheduler.describe()).isLessThan(ONE_OFF_BYTES);
            System.out.println("vm: " + String.join(" ", more) + " " + scheduler.json());
        }
    }

    @Test
    void shouldScheduleEveryTaskWhenInline() throws Exception
    {
        runUnderLoad(30, "--layout", "inline");
    }

    @Test
    void shouldScheduleEveryTaskWhenPipelined() throws Exception
    {
        runUnderLoad(15, "--layout", "pipelined");
    }

    @Test
    void shouldScheduleByItselfWhenTheRingIsFull() throws Exception
    {
        try (SchedulerProcess scheduler =
            SchedulerProcess.start("run", "--ring-bytes", "4096", "--lease", "0", "--json").awaitEnabled();
            Load load = new Load(1);
            Sleepers sleepers = new Sleepers(MORE_THAN_THE_RING_HOLDS))
        {
            Thread.sleep(3000);
            scheduler.pause(PAUSE_MS);
            Thread.sleep(3000);
            assertThat(SchedulerProcess.state()).as(scheduler.describe()).isEqualTo("enabled");
            assertThat(load.isComplete()).isTrue();
            assertThat(sleepers.nrAlive()).isEqualTo(MORE_THAN_THE_RING_HOLDS);
            scheduler.signal("TERM");
            assertThat(scheduler.awaitExit(60)).as(scheduler.describe()).isZero();
            scheduler.assertAccountedFor();
            System.out.println("vm: paused " + PAUSE_MS + " ms with a full ring " + scheduler.json());
            assertThat(scheduler.number("nr_congested")).as(scheduler.describe()).isPositive();
            assertThat(scheduler.number("nr_kernel"))
                .isEqualTo(scheduler.number("nr_congested") + scheduler.number("nr_rescued"));
        }
    }

    @Test
    void shouldCancelDecisionsWhenAffinityChangesMeanwhile() throws Exception
    {
        try (SchedulerProcess scheduler = SchedulerProcess.start("run", "--json").awaitEnabled();
            Load load = new Load(1))
        {
            final Process storm = new ProcessBuilder("stress-ng", "--temp-path", "/tmp", "--affinity", "4",
                "--affinity-delay", "1000000", "--timeout", "10s")
                .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
            assertThat(storm.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(storm.exitValue()).isZero();
            assertThat(SchedulerProcess.state()).as(scheduler.describe()).isEqualTo("enabled");
            assertThat(load.isComplete()).isTrue();
            scheduler.signal("TERM");
            assertThat(scheduler.awaitExit(60)).as(scheduler.describe()).isZero();
            scheduler.assertAccountedFor();
            System.out.println("vm: affinity storm " + scheduler.json());
            assertThat(scheduler.number("nr_exited")).as(scheduler.describe()).isPositive();
        }
    }

    @Test
    void shouldMakeNoSystemCallPerTaskWhenSpinning() throws Exception
    {
        try (SchedulerProcess scheduler = SchedulerProcess.start(
            "run", "--layout", "inline", "--wait", "spin", "--json").awaitEnabled();
            Load load = new Load(BURNERS))
        {
            Thread.sleep(3000);
            final long calls = systemCalls(scheduler.hotThreadIds(), TRACE_SECONDS);
            assertThat(load.isComplete()).isTrue();
            scheduler.signal("TERM");
            assertThat(scheduler.awaitExit(60)).as(scheduler.describe()).isZero();
            scheduler.assertAccountedFor();
            final double tasks = scheduler.number("decisions_per_s") * TRACE_SECONDS;
            System.out.printf("vm: %d system calls of the hot thread for about %.0f tasks%n", calls, tasks);
            assertThat(calls / tasks).as("calls=" + calls + ", tasks=" + tasks).isLessThan(0.5);
        }
    }

    /** Counts with strace, which must not be scheduled by the threads that it stops: it runs in a real-time class. */
    private static long systemCalls(final List<String> threadIds, final int seconds) throws Exception
    {
        assertThat(threadIds).isNotEmpty();
        final Path counts = Files.createTempFile("strace", ".counts");
        final StringBuilder command = new StringBuilder("exec chrt -f 50 timeout -s INT " + seconds + " strace -c -o " +
            counts);
        threadIds.forEach((id) -> command.append(" -p ").append(id));
        final Process strace = new ProcessBuilder("sh", "-c", command.toString()).inheritIO().start();
        assertThat(strace.waitFor(seconds + 30, TimeUnit.SECONDS)).isTrue();
        final List<String> lines = Files.readAllLines(counts);
        return lines.stream().filter((line) -> line.endsWith("total"))
            .mapToLong((line) -> Long.parseLong(line.strip().split("\\s+")[3])).findFirst().orElse(0);
    }

    @Test
    void shouldFallBackWhenKilled() throws Exception
    {
        try (SchedulerProcess scheduler = SchedulerProcess.start("run", "--policy", "fifo").awaitEnabled();
            Load load = new Load(BURNERS))
        {
            Thread.sleep(3000);
            final KernelLog log = new KernelLog("kill");
            scheduler.signal("KILL");
            final long disabledNs = SchedulerProcess.awaitDisabledNs(TimeUnit.SECONDS.toNanos(10));
            System.out.println("vm: disabled " + disabledNs / 1_000_000 + " ms after SIGKILL");
            assertThat(SchedulerProcess.state()).isEqualTo("disabled");
            assertThat(log.evictions()).as("it went with its process, and was not thrown out").isEmpty();

            final long progress = load.progress();
            Thread.sleep(3000);
            assertThat(load.isComplete()).isTrue();
            assertThat(load.progress()).isGreaterThan(progress);
        }
    }

    @Test
    void shouldDetachAndReportWhenTerminated() throws Exception
    {
        for (final String signal : List.of("INT", "TERM"))
        {
            try (SchedulerProcess scheduler = SchedulerProcess.start("run", "--json").awaitEnabled())
            {
                Thread.sleep(500);
                scheduler.signal(signal);
                assertThat(scheduler.awaitExit(30)).as(signal + ": " + scheduler.describe()).isZero();
                scheduler.assertAccountedFor();
            }
        }
    }

    @Test
    void shouldRefuseWhenAnotherSchedulerIsAttached() throws Exception
    {
        try (SchedulerProcess first = SchedulerProcess.start("run", "--policy", "fifo").awaitEnabled();
            SchedulerProcess second = SchedulerProcess.start("run", "--policy", "fifo", "--duration", "1s"))
        {
            assertThat(second.awaitExit(60)).as(second.describe()).isEqualTo(EXIT_ENVIRONMENT);
            assertOneLine(second, "another scheduler is attached");
            assertThat(SchedulerProcess.state()).isEqualTo("enabled");
            assertThat(first.isAlive()).isTrue();
        }
    }

    @Test
    void shouldRefuseWhenNotRoot() throws Exception
    {
        try (SchedulerProcess scheduler = SchedulerProcess.start(List.of(
            "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups",
            // may read, wherever the project lies, and nothing else
            "--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search",
            SchedulerProcess.home().resolve("bin/scx4j").toString(), "run", "--backend", "sched_ext",
            "--duration", "1s")))
        {
            assertThat(scheduler.awaitExit(60)).as(scheduler.describe()).isEqualTo(EXIT_ENVIRONMENT);
            assertOneLine(scheduler, "root");
        }
    }

    @Test
    void shouldRefuseAnObjectOfAnotherAbi() throws Exception
    {
        final Path object = Files.createTempFile("foreign", ".bpf.o");
        try (InputStream in =
            SchedExtTransport.class.getClassLoader().getResourceAsStream(SchedExtTransport.OBJECT_RESOURCE))
        {
            final String bytes = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
            Files.writeString(object, bytes.replace("exec_runtime_ns", "exec_runtime_xx"),
                StandardCharsets.ISO_8859_1);
        }
        try (SchedulerProcess scheduler =
            SchedulerProcess.start("run", "--duration", "1s", "--object", object.toString()))
        {
            assertThat(scheduler.awaitExit(60)).as(scheduler.describe()).isNotZero();
            assertOneLine(scheduler, "different builds");
        }
    }

    private static void assertOneLine(final SchedulerProcess scheduler, final String text)
    {
        assertThat(scheduler.stderr().strip().lines().toList()).as(scheduler.describe()).hasSize(1)
            .first().asString().contains(text);
    }
}
