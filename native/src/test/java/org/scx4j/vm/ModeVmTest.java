// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The modes: only some tasks, idle CPUs left to the policy, few wake-ups, tasks of one CPU past the policy; and what
 * users do to affinities meanwhile.
 */
@Tag("vm")
@Timeout(180)
@ExtendWith(SchedExtKernel.class)
class ModeVmTest
{
    private static final int LOAD_MS = 6_000;
    private static final int STORM_SECONDS = 60;

    /** Whether a task is scheduled by sched_ext, as the kernel tells. */
    private static boolean isOnSchedExt(final long pid) throws IOException
    {
        for (final String line : Files.readAllLines(Path.of("/proc/" + pid + "/sched")))
        {
            if (line.startsWith("ext.enabled"))
            {
                return line.endsWith("1");
            }
        }
        throw new AssertionError("no ext.enabled in /proc/" + pid + "/sched");
    }

    @Test
    void shouldLeaveOtherTasksAloneWhenPartial() throws Exception
    {
        try (SchedulerProcess scheduler = SchedulerProcess.start("run", "--partial", "--json").awaitEnabled();
            Burner fair = Burner.anywhere(0);
            SchedulerProcess command = SchedulerProcess.start(
                "ext", "--", "sh", "-c", "echo $$; while :; do :; done"))
        {
            final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            while (command.stdout().isBlank() && System.nanoTime() < deadlineNs)
            {
                Thread.sleep(20);
            }
            final long ext = Long.parseLong(command.stdout().strip());
            Thread.sleep(LOAD_MS);

            assertThat(isOnSchedExt(ext)).as("the command that asked for it").isTrue();
            assertThat(isOnSchedExt(fair.pid())).as("a task that did not").isFalse();
            assertThat(isOnSchedExt(scheduler.pid())).as("the engine").isFalse();
            assertThat(SchedulerProcess.state()).isEqualTo("enabled");
            ProcessHandle.of(ext).ifPresent(ProcessHandle::destroyForcibly);
            scheduler.stopAndAccount();
            System.out.println("vm: partial " + scheduler.json());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--full-user", "--low-power", "--per-cpu-local"})
    void shouldScheduleEveryTaskInEachMode(final String mode) throws Exception
    {
        try (SchedulerProcess scheduler = SchedulerProcess.start("run", mode, "--json").awaitEnabled();
            Load load = new Load(2))
        {
            Thread.sleep(LOAD_MS);
            assertThat(SchedulerProcess.state()).as(scheduler.describe()).isEqualTo("enabled");
            assertThat(load.isComplete()).isTrue();
            assertThat(load.progress()).isPositive();
            scheduler.stopAndAccount();
            System.out.println("vm: " + mode + " " + scheduler.json());
        }
    }

    /** How often a thread of this process has gone to sleep so far. */
    private static long voluntarySwitches(final String name) throws IOException
    {
        try (Stream<Path> threads = Files.list(Path.of("/proc/self/task")))
        {
            for (final Path thread : threads.toList())
            {
                if (name.equals(Files.readString(thread.resolve("comm")).strip()))
                {
                    return Files.readAllLines(thread.resolve("status")).stream()
                        .filter((line) -> line.startsWith("voluntary_ctxt_switches"))
                        .mapToLong((line) -> Long.parseLong(line.split("\\s+")[1])).findFirst().orElseThrow();
                }
            }
        }
        throw new AssertionError("no thread " + name);
    }

    @Test
    void shouldScheduleEveryTaskWhenItIsDecidedInEveryWay() throws Exception
    {
        try (SchedulerProcess scheduler = SchedulerProcess.start("run", "--json", "--policy", AllKinds.class.getName(),
            "--classpath", SchedulerProcess.testClasses()).awaitEnabled();
            Load load = new Load(4))
        {
            Thread.sleep(LOAD_MS);
            assertThat(SchedulerProcess.state()).as(scheduler.describe()).isEqualTo("enabled");
            assertThat(load.isComplete()).isTrue();
            assertThat(load.progress()).isPositive();
            scheduler.stopAndAccount();
            System.out.println("vm: decided in every way " + scheduler.json());
            assertThat(scheduler.number("nr_preempts")).as(scheduler.describe()).isPositive();
            assertThat(scheduler.number("policy_errors")).as(scheduler.describe()).isZero();
        }
    }

    @Test
    void shouldSendEveryWakeUpThroughThePolicyWhenFullUser() throws Exception
    {
        try (SchedulerProcess scheduler = SchedulerProcess.start("run", "--full-user", "--json", "--policy",
            WakeupCounter.class.getName(), "--classpath", SchedulerProcess.testClasses()).awaitEnabled())
        {
            final WakeLatency sleeper = new WakeLatency(WakeupCounter.SLEEPER);
            Thread.sleep(LOAD_MS);
            final long sleeps = voluntarySwitches(WakeupCounter.SLEEPER);
            sleeper.stop();
            scheduler.stopAndAccount();
            final List<String> said =
                scheduler.stderr().lines().filter((line) -> line.startsWith("wake-ups: ")).toList();
            assertThat(said).as(scheduler.describe()).hasSize(1);
            final String[] words = said.get(0).split(" ");
            System.out.println("vm: full-user: " + sleeps + " sleeps, " + words[1] + " wake-ups by the policy, " +
                words[3] + " CPUs picked by the kernel's side");
            assertThat(sleeps).isPositive();
            assertThat(Long.parseLong(words[1])).as("every wake-up of the sleeper")
                .isGreaterThanOrEqualTo(sleeps - 1);
            assertThat(Long.parseLong(words[3])).as("CPUs picked by the kernel's side").isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"fifo", "org.scx4j.vm.ExactPick"})
    void shouldSurviveAnAffinityStorm(final String policy) throws Exception
    {
        try (SchedulerProcess scheduler = SchedulerProcess.start("run", "--json", "--policy", policy, "--classpath",
            SchedulerProcess.testClasses()).awaitEnabled();
            Load load = new Load(1))
        {
            final int seconds = "fifo".equals(policy) ? STORM_SECONDS : STORM_SECONDS / 6;
            final Process storm = new ProcessBuilder("stress-ng", "--quiet", "--temp-path", "/tmp", "--affinity", "4",
                "--affinity-rand", "--timeout", seconds + "s").inheritIO().start();
            final Process loop = new ProcessBuilder("sh", "-c", "sleep 1000 & s=$!; trap 'kill $s' EXIT; i=0; " +
                "while [ $i -lt " + 20 * seconds + " ]; do i=$((i + 1)); " +
                "taskset -p -c $((i % 4)) $$ >/dev/null; taskset -p -c 0-3 $$ >/dev/null; done").inheritIO().start();
            assertThat(storm.waitFor(seconds + 60, TimeUnit.SECONDS)).isTrue();
            assertThat(storm.exitValue()).isZero();
            loop.destroy();
            assertThat(SchedulerProcess.state()).as(scheduler.describe()).isEqualTo("enabled");
            assertThat(load.isComplete()).isTrue();
            scheduler.stopAndAccount();
            System.out.println("vm: affinity storm of " + seconds + " s, " + policy + " " + scheduler.json());
        }
    }
}
