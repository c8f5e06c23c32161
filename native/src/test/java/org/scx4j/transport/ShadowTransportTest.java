// SPDX-License-Identifier: Apache-2.0
package org.scx4j.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.scx4j.BackendChoice;
import org.scx4j.Context;
import org.scx4j.SchedulerEngine;
import org.scx4j.api.Dispatcher;
import org.scx4j.api.QueuedTask;
import org.scx4j.api.SchedulingPolicy;
import org.scx4j.policy.Fifo;
import org.scx4j.protocol.KernelCounter;
import org.scx4j.protocol.SchedAbi;
import org.scx4j.protocol.ShadowCounter;
import org.scx4j.status.Agreement;
import org.scx4j.status.RunReport;

/**
 * The observer in this machine's own kernel, under whatever load there is and some of our own.
 */
@Timeout(120)
class ShadowTransportTest
{
    private static final int EXIT_ENVIRONMENT = 3;
    private static final int SLEEPS = 50;
    private static final double LEAST_SHARE = 0.999;

    /** Wants every task on CPU 0, and remembers whom it has seen. */
    private static final class Zero implements SchedulingPolicy
    {
        private final Set<Integer> woken = ConcurrentHashMap.newKeySet();
        private final Set<Integer> gone = ConcurrentHashMap.newKeySet();

        @Override
        public void onTask(final QueuedTask task, final Dispatcher out)
        {
            if (0 != (task.flags() & SchedAbi.SCHED_QUEUED_WAKEUP))
            {
                woken.add(task.pid());
            }
            out.dispatch(task).cpu(0).commit();
        }

        @Override
        public void onTaskExit(final int pid)
        {
            gone.add(pid);
        }
    }

    /** Wants every task on a CPU that no machine of ours has. */
    private static final class Nowhere implements SchedulingPolicy
    {
        @Override
        public void onTask(final QueuedTask task, final Dispatcher out)
        {
            out.dispatch(task).cpu(SchedAbi.SCHED_MAX_CPUS - 1).commit();
        }
    }

    /** Is far too slow for a machine's events. */
    private static final class Slow implements SchedulingPolicy
    {
        @Override
        public void onTask(final QueuedTask task, final Dispatcher out)
        {
            try
            {
                Thread.sleep(20);
            }
            catch (final InterruptedException ex)
            {
                Thread.currentThread().interrupt();
            }
            out.dispatch(task).commit();
        }
    }

    @BeforeEach
    void assumeKernel()
    {
        WakeupCount.assumePossible();
    }

    private static SchedulerEngine shadow(final Context context)
    {
        return SchedulerEngine.launch(context.backend(BackendChoice.SHADOW).lockMemory(false));
    }

    /** Sleeps some times, by a process for each; returns its own pid. */
    private static int sleepOften(final String... prefix) throws IOException, InterruptedException
    {
        final List<String> command = new ArrayList<>(List.of(prefix));
        command.addAll(List.of("sh", "-c", "for i in $(seq " + SLEEPS + "); do sleep 0.002; done"));
        final Process process = new ProcessBuilder(command).inheritIO().start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return (int)process.pid();
    }

    private static RunReport close(final SchedulerEngine engine)
    {
        engine.close();
        assertThat(engine.failure()).isNull();
        final RunReport report = engine.report();
        assertThat(report.backend()).isEqualTo("shadow");
        assertThat(report.nrLost()).as("queued - decided - exited - kernel - held").isZero();
        assertThat(report.counter(KernelCounter.NR_LOST) + report.counter(KernelCounter.NR_TWICE)).isZero();
        final Agreement agreement = report.agreement();
        assertThat(Stream.of(ShadowCounter.NR_HANDED, ShadowCounter.NR_DROPPED, ShadowCounter.NR_OWN,
            ShadowCounter.NR_RUNNING, ShadowCounter.NR_WAITING, ShadowCounter.NR_BYPASSED,
            ShadowCounter.NR_OTHER_CLASS, ShadowCounter.NR_UNTRACKED)
            .mapToLong(agreement::observation).sum()).as("every wake-up went one way").isEqualTo(agreement.nrSeen());
        return report;
    }

    @Test
    void shouldSeeTheWakeupsThatAnotherProgramCounts() throws Exception
    {
        try (WakeupCount count = new WakeupCount(); SchedulerEngine engine = shadow(new Context().policy(new Fifo())))
        {
            final long outerBefore = count.sum();
            final long seenBefore = engine.report().agreement().nrSeen();
            final long innerBefore = count.sum();
            sleepOften();
            final long inner = count.sum() - innerBefore;
            final long seen = engine.report().agreement().nrSeen() - seenBefore;
            final long outer = count.sum() - outerBefore;

            assertThat(inner).isGreaterThanOrEqualTo(SLEEPS);
            assertThat(seen).as("in a time between that of the two counts")
                .isBetween((long)(inner * LEAST_SHARE), outer);
            close(engine);
        }
    }

    @Test
    void shouldTellThePolicyOfAProcessAndOfItsEnd() throws Exception
    {
        final Zero policy = new Zero();
        final SchedulerEngine engine = shadow(new Context().policy(policy));
        final int pid = sleepOften();
        final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!policy.gone.contains(pid) && System.nanoTime() < deadlineNs)
        {
            Thread.sleep(5);
        }
        final RunReport report = close(engine);

        assertThat(policy.woken).contains(pid).hasSizeGreaterThan(SLEEPS)
            .doesNotContain((int)ProcessHandle.current().pid());
        assertThat(policy.gone).contains(pid).hasSizeGreaterThan(SLEEPS);
        assertThat(report.counter(KernelCounter.NR_ENGINE)).as("own threads are passed over").isPositive();
        assertThat(report.counter(KernelCounter.NR_QUEUED)).isGreaterThan(SLEEPS);
    }

    @Test
    void shouldCompareTheCpuThatThePolicyWished() throws Exception
    {
        final SchedulerEngine engine = shadow(new Context().policy(new Zero()));
        sleepOften();
        sleepOften("taskset", "-c", "0");
        final Agreement agreement = close(engine).agreement();

        assertThat(agreement.nrConfined()).as("who may use one CPU only has no choice").isGreaterThan(SLEEPS);
        assertThat(agreement.nrSameCpu()).isBetween(0L, agreement.nrNamedCpu());
        assertThat(agreement.nrNamedCpu() + agreement.nrAnyCpu() + agreement.nrConfined())
            .isEqualTo(agreement.nrCompared());
        assertThat(agreement.nrInTime()).isBetween(0L, agreement.nrCompared());
        assertThat(agreement.nrFirst()).isBetween(0L, agreement.nrChoices());
        assertThat(agreement.kernelWait().maxNs()).isPositive().isLessThanOrEqualTo(agreement.leastWait().maxNs());
    }

    @Test
    void shouldNotCompareACpuThatThePolicyLeftOpen() throws Exception
    {
        final SchedulerEngine engine = shadow(new Context().policy(new Fifo()));
        sleepOften();
        final Agreement agreement = close(engine).agreement();

        assertThat(agreement.nrNamedCpu()).as("fifo names none").isZero();
        assertThat(agreement.nrCompared()).isEqualTo(agreement.nrAnyCpu() + agreement.nrConfined()).isPositive();
        assertThat(agreement.cpu()).isZero();
    }

    @Test
    void shouldTakeACpuThatATaskMayNotUseForAny() throws Exception
    {
        final SchedulerEngine engine = shadow(new Context().policy(new Nowhere()));
        sleepOften();
        final RunReport report = close(engine);

        assertThat(report.counter(KernelCounter.NR_BOUNCED)).isPositive().isEqualTo(report.agreement().nrAnyCpu());
        assertThat(report.agreement().nrSameCpu()).isZero();
    }

    @Test
    void shouldCountWhatTheRingHasNoRoomForAndWaitForNobody() throws Exception
    {
        final SchedulerEngine engine = shadow(new Context().policy(new Slow()).ringBytes(4096));
        sleepOften();
        final RunReport report = close(engine);

        assertThat(report.counter(KernelCounter.NR_CONGESTED)).isPositive();
        assertThat(report.agreement().observation(ShadowCounter.NR_DROPPED)).isPositive()
            .isLessThanOrEqualTo(report.counter(KernelCounter.NR_CONGESTED));
    }

    @Test
    void shouldLeaveNothingBehind() throws Exception
    {
        final Set<String> before = bpfDescriptors();
        final SchedulerEngine engine = shadow(new Context().policy(new Fifo()));
        assertThat(bpfDescriptors()).hasSizeGreaterThan(before.size());
        close(engine);

        assertThat(bpfDescriptors()).as("nothing is pinned: links, programs and maps live by these only")
            .isEqualTo(before);
    }

    private static Set<String> bpfDescriptors() throws IOException
    {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd")))
        {
            return descriptors.filter(ShadowTransportTest::isBpf).map(Path::toString).collect(Collectors.toSet());
        }
    }

    private static boolean isBpf(final Path descriptor)
    {
        try
        {
            return Files.readSymbolicLink(descriptor).toString().startsWith("anon_inode:bpf");
        }
        catch (final IOException ex)
        {
            return false;
        }
    }

    @Test
    void shouldSayThatItIsAShadowWhenTheKernelHasNoSchedExt() throws Exception
    {
        assumeFalse(
            Files.exists(Path.of("/sys/kernel/sched_ext/state")), "this kernel has sched_ext");
        final List<String> lines = run(0, List.of(), "run", "--backend", "auto", "--duration", "300ms", "--json");

        assertThat(lines).anySatisfy((line) -> assertThat(line).startsWith(
            "scx4j: backend shadow: this kernel has no sched_ext ("));
        assertThat(lines).anySatisfy((line) -> assertThat(line).startsWith("{").contains(
            "\"backend\":\"shadow\"", "\"agreement\":{", "\"nr_lost\":0,"));
    }

    @Test
    void shouldRefuseWhenNotRoot() throws Exception
    {
        final List<String> lines = run(EXIT_ENVIRONMENT, List.of(
            "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups",
            "--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"),
            "run", "--backend", "shadow", "--duration", "1s");

        assertThat(lines).singleElement().asString().contains("not root", "sudo");
    }

    private static List<String> run(final int expected, final List<String> prefix, final String... arguments)
        throws Exception
    {
        final List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of(
            Path.of(System.getProperty("java.home"), "bin/java").toString(), "-XX:+UseSerialGC", "-Xmx128m",
            "--add-opens", "java.base/jdk.internal.misc=ALL-UNNAMED",
            "-cp", System.getProperty("java.class.path"), "org.scx4j.cli.Main"));
        command.addAll(List.of(arguments));
        final Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        final List<String> lines =
            new String(process.getInputStream().readAllBytes()).lines().filter((line) -> !line.isBlank()).toList();
        assertThat(process.waitFor()).as("%s", lines).isEqualTo(expected);
        return lines.stream().filter((line) -> !line.startsWith("WARNING:")).toList();
    }
}
