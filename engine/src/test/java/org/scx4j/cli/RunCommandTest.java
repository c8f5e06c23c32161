// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.scx4j.api.Dispatcher;
import org.scx4j.api.QueuedTask;
import org.scx4j.api.SchedulingPolicy;
import org.scx4j.protocol.KernelCounter;

@Timeout(60)
class RunCommandTest
{
    @TempDir
    private Path root;
    private MachineFixture machine;
    private FakeKernel kernel;
    private Session session;

    /** Throws for its first tasks. */
    public static final class Stumbling implements SchedulingPolicy
    {
        private int nrTasks;

        /** Throws from the start. */
        public Stumbling()
        {
        }

        @Override
        public void onTask(final QueuedTask task, final Dispatcher out)
        {
            if (nrTasks++ < 10)
            {
                throw new IllegalStateException("stumbled");
            }
            out.dispatch(task).commit();
        }
    }

    @BeforeEach
    void before()
    {
        machine = new MachineFixture(root);
        kernel = new FakeKernel();
        session = new Session(machine, () -> kernel);
    }

    private Map<String, Object> json()
    {
        final List<String> lines = session.outLines();
        return JsonValue.object(lines.get(lines.size() - 1));
    }

    @Test
    void shouldRunAndDetachWhenTheTimeIsUp()
    {
        assertThat(session.execute("run", "--duration", "200ms")).isZero();

        assertThat(kernel.isClosed()).isTrue();
        assertThat(session.errLines()).containsExactly(
            "scx4j: scx4j_test attached (fake): policy fifo, inline on CPU 3, for 200 ms; Ctrl-C stops it");
        assertThat(session.out())
            .startsWith("scx4j_test: ")
            .contains("\ntasks\n", "\nengine\n", "  doorbells                  3  ", "  parks                      7  ")
            .endsWith("end\n  reason        unregistered from user space (kind 64, code 0)\n");
    }

    @Test
    void shouldPrintNothingButTheObjectWhenJsonIsWanted()
    {
        assertThat(session.execute("run", "--duration", "200ms", "--json", "--policy", "org.scx4j.policy.Fifo",
            "--cpus", "2")).isZero();

        assertThat(session.outLines()).hasSize(1);
        assertThat(json())
            .containsEntry("backend", "fake")
            .containsEntry("policy", "fifo")
            .containsEntry("ops", "scx4j_test")
            .containsEntry("layout", "inline")
            .containsEntry("cpus", List.of(2L))
            .containsEntry("wait", "park")
            .containsEntry("nr_lost", 0L)
            .containsEntry("nr_twice", 0L)
            .containsEntry("evicted", false);
        assertThat((Long)json().get("duration_ns")).isGreaterThanOrEqualTo(200_000_000L);
        assertThat((Long)json().get("nr_decided")).isPositive();
    }

    @Test
    void shouldPrintAllOptionsOnceWhenVerbose()
    {
        assertThat(session.execute("run", "--duration", "50ms", "--json", "--verbose", "--partial", "--full-user",
            "--low-power", "--per-cpu-local", "--no-restart", "--no-lock-memory", "--name", "mine", "--rescue", "10ms",
            "--lease", "7ms", "--exit-dump-len", "4K")).isZero();

        assertThat(session.errLines().stream().filter((line) -> line.startsWith("scx4j: options: ")))
            .singleElement().asString()
            .startsWith("scx4j: options: policy=fifo, options={}, layout=INLINE, wait=PARK, cpus=[3], ")
            .contains("rescueNs=10000000, leaseNs=7000000, ", "exitDumpBytes=4096, partial=true, " +
            "builtinIdle=false, lowPower=true, perCpuLocal=true, lockMemory=false, restart=false, ")
            .endsWith(", ops=mine");
    }

    @Test
    void shouldTakeTheEnginesChoiceWhenThreadsAreNotNamed()
    {
        assertThat(session.execute("run", "--duration", "50ms", "--json")).isZero();
        assertThat(json())
            .containsEntry("layout", "inline")
            .containsEntry("cpus", List.of(3L))
            .containsEntry("wait", "park");

        kernel = new FakeKernel();
        assertThat(session.execute("run", "--duration", "50ms", "--json", "--wait", "spin", "--cpus", "1")).isZero();
        assertThat(json())
            .containsEntry("layout", "inline")
            .containsEntry("cpus", List.of(1L))
            .containsEntry("wait", "spin");
    }

    @Test
    void shouldPrintLinesMeanwhileWhenStatisticsAreWanted()
    {
        assertThat(session.execute("run", "--duration", "500ms", "--stats", "0.1", "--json")).isZero();

        final List<String> lines = session.errLines();
        assertThat(lines).hasSizeBetween(2, 5);
        assertThat(lines.subList(1, lines.size()))
            .allMatch((line) -> line.matches(" +0\\.\\d s  queued [\\d,]+/s  decided [\\d,]+/s  latency p50 .*"));
        assertThat(session.outLines()).hasSize(1);
    }

    @Test
    void shouldPrintLinesByDefaultWhenOnATerminalOnly() throws IOException
    {
        final Path link = root.resolve("proc/self/fd/2");
        Files.createDirectories(link.getParent());
        assertThat(machine.machine().isErrTerminal()).isFalse();

        Files.createSymbolicLink(link, Path.of("/dev/pts/3"));
        assertThat(machine.machine().isErrTerminal()).isTrue();

        Files.delete(link);
        Files.createSymbolicLink(link, Path.of("pipe:[42]"));
        assertThat(machine.machine().isErrTerminal()).isFalse();
    }

    @Test
    void shouldDetachAndReportOnceWhenASignalComes() throws InterruptedException
    {
        final Thread signal = new Thread(() ->
        {
            while (!kernel.isAttached())
            {
                Thread.onSpinWait();
            }
            session.stop.request();
            session.stop.request();
        });
        signal.start();

        assertThat(session.execute("run", "--json")).isZero();

        signal.join();
        assertThat(kernel.isClosed()).isTrue();
        assertThat(session.outLines()).hasSize(1);
        assertThat(json()).containsEntry("evicted", false).containsEntry("nr_lost", 0L);
        assertThat(session.errLines()).containsExactly(
            "scx4j: scx4j_test attached (fake): policy fifo, inline on CPU 3; Ctrl-C stops it");
    }

    @Test
    void shouldSayWhyAndKeepTheDumpWhenEvicted() throws IOException
    {
        kernel.evicting(FakeKernel.STALLED);

        assertThat(session.execute("run")).isEqualTo(4);

        final List<Path> files = filesIn(root.resolve("tmp"));
        assertThat(files).singleElement().satisfies(
            (file) -> assertThat(file).content().isEqualTo(FakeKernel.STALLED.dump()));
        assertThat(session.out()).endsWith(
            "  EVICTED       runnable task stall (kind 1026, code 0)\n" +
            "  message       burn[42] failed to run for 5.1s\n" +
            "  dump          " + files.get(0) + "\n");
        assertThat(session.err()).doesNotContain("nr_run=1");
    }

    @Test
    void shouldPrintTheDumpWhenEvictedAndVerbose() throws IOException
    {
        kernel.evicting(FakeKernel.STALLED);
        machine.environment.put("SCX4J_VM_OUT", Files.createDirectory(root.resolve("out")).toString());

        assertThat(session.execute("run", "--json", "--verbose")).isEqualTo(4);

        assertThat(session.err()).contains(FakeKernel.STALLED.dump());
        assertThat(json()).containsEntry("evicted", true)
            .containsEntry("dump", filesIn(root.resolve("out")).get(0).toString());
    }

    @Test
    void shouldSayThatItIsNotKeptWhenTheDumpHasNoFolder()
    {
        machine.environment.put("SCX4J_VM_OUT", root.resolve("missing").toString());

        assertThat(new DumpFile(machine.machine()).write("text")).startsWith("not kept (").endsWith("with --verbose");
    }

    @Test
    void shouldRunOnAndSaySoWhenACpuComesOrGoes()
    {
        final List<FakeKernel> kernels = new ArrayList<>();
        session = new Session(machine, () ->
        {
            kernels.add(0 == kernels.size() ? new FakeKernel().evicting(FakeKernel.HOTPLUG) : new FakeKernel());
            return kernels.get(kernels.size() - 1);
        });

        assertThat(session.execute("run", "--duration", "1s", "--json")).isZero();

        assertThat(kernels).hasSize(2).allMatch(FakeKernel::isClosed);
        assertThat(session.errLines()).hasSize(2);
        assertThat(session.errLines().get(1)).matches("scx4j: CPU hotplug: restarted in \\d+ ms");
        assertThat(json())
            .containsEntry("nr_restarts", 1L)
            .containsEntry("doorbells", 6L)
            .containsEntry("parks", 14L)
            .containsEntry("nr_lost", 0L)
            .containsEntry("evicted", false);
    }

    @Test
    void shouldReportAndSayWhyWhenItCanNotRestart() throws IOException
    {
        final List<FakeKernel> kernels = new ArrayList<>();
        session = new Session(machine, () ->
        {
            machine.cpus("0-2");
            kernels.add(new FakeKernel().evicting(FakeKernel.HOTPLUG));
            return kernels.get(kernels.size() - 1);
        });

        assertThat(session.execute("run", "--json", "--cpus", "3")).isEqualTo(4);

        assertThat(kernels).singleElement().matches(FakeKernel::isClosed);
        assertThat(session.errLines()).endsWith("scx4j: can't restart after CPU hotplug, and the kernel schedules by " +
            "itself: CPU 3 is not online: choose from 0-2");
        assertThat(json())
            .containsEntry("nr_restarts", 0L)
            .containsEntry("nr_lost", 0L)
            .containsEntry("evicted", true);
    }

    @Test
    void shouldEndWhenACpuComesOrGoesAndRestartIsNotWanted()
    {
        kernel.evicting(FakeKernel.HOTPLUG);

        assertThat(session.execute("run", "--no-restart")).isEqualTo(4);
        assertThat(session.out()).contains("  EVICTED       unregistered from the main kernel (kind 66, ");
        assertThat(session.errLines()).hasSize(1);
    }

    @Test
    void shouldRefuseWhenThePolicyDoesNotKnowAnOption()
    {
        assertThat(session.execute("run", "--option", "depth=3", "--option", "x=y=z")).isEqualTo(2);

        assertThat(session.errLines()).containsExactly("scx4j: policy 'fifo' has no option 'depth': it has none");
        assertThat(kernel.isAttached()).isFalse();
        assertThat(kernel.isClosed()).isTrue();
    }

    @Test
    void shouldFailWhenTheSumsDoNotAddUp()
    {
        kernel.counting(KernelCounter.NR_TWICE, 1);
        assertThat(session.execute("run", "--duration", "50ms", "--json")).isEqualTo(5);
        assertThat(json()).containsEntry("nr_twice", 1L);
    }

    @Test
    void shouldPrintALineForTheFirstFewWhenThePolicyThrows()
    {
        assertThat(session.execute("run", "--duration", "200ms", "--json", "--policy", Stumbling.class.getName()))
            .isZero();

        final List<String> errors = session.errLines().stream()
            .filter((line) -> line.contains("error"))
            .collect(Collectors.toList());
        assertThat(session.errLines()).noneMatch((line) -> line.contains("\tat "));
        assertThat(errors).isNotEmpty().hasSizeLessThanOrEqualTo(6);
        assertThat(errors.get(0)).startsWith("scx4j: error on thread ").contains("IllegalStateException: stumbled");
        assertThat((Long)json().get("policy_errors")).isPositive();
    }

    /** Throws for each of its tasks. */
    public static final class Throwing implements SchedulingPolicy
    {
        /** Throws from the start. */
        public Throwing()
        {
        }

        @Override
        public void onTask(final QueuedTask task, final Dispatcher out)
        {
            throw new IllegalStateException("wrong");
        }
    }

    @Test
    void shouldGoOnWithTheFallbackAndSaySoWhenThePolicyAlwaysThrows()
    {
        assertThat(session.execute("run", "--duration", "1s", "--policy", Throwing.class.getName(), "--json",
            "--on-policy-failure", "fallback", "--fallback", "stride", "--policy-limit", "100ms")).isEqualTo(6);

        assertThat(session.errLines()).last().asString().matches("scx4j: policy throwing threw \\d+ exceptions at " +
            "\\d+ tasks in \\d+ ms \\(thread scx4j-.*\\): replaced by stride");
        assertThat(json()).containsEntry("policy", "stride").containsEntry("nr_policy_swaps", 1L)
            .containsEntry("nr_lost", 0L);
        assertThat((String)json().get("policy_failure")).endsWith(": replaced by stride");
    }

    @Test
    void shouldEndAndSaySoWhenThePolicyAlwaysThrowsAndThatIsWanted()
    {
        assertThat(session.execute("run", "--policy", Throwing.class.getName(), "--on-policy-failure", "detach",
            "--policy-limit", "100ms")).isEqualTo(6);

        assertThat(session.errLines()).last().asString().startsWith("scx4j: policy throwing threw ")
            .endsWith(": detached, the kernel schedules by itself");
        assertThat(session.out()).contains("\nend\n  FAILED        policy throwing threw ");
        assertThat(kernel.isClosed()).isTrue();
    }

    private static List<Path> filesIn(final Path folder) throws IOException
    {
        try (Stream<Path> files = Files.list(folder))
        {
            return files.collect(Collectors.toList());
        }
    }
}
