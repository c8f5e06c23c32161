// SPDX-License-Identifier: Apache-2.0
package org.scx4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.scx4j.api.Dispatcher;
import org.scx4j.api.EngineContext;
import org.scx4j.api.QueuedTask;
import org.scx4j.api.SchedulingPolicy;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.exceptions.SchedulerException.Category;
import org.scx4j.pipeline.ThreadLayout;
import org.scx4j.protocol.KernelCounter;
import org.scx4j.status.ExitInfo;
import org.scx4j.status.RunReport;

/**
 * An engine over one kernel in memory after the other; this thread is the kernel and whoever watches the engine.
 */
@Timeout(60)
class SchedulerEngineRestartTest
{
    private static final long RESTART = ExitInfo.CODE_ACT_RESTART | ExitInfo.CODE_RSN_HOTPLUG;
    private static final ExitInfo HOTPLUG = new ExitInfo(
        ExitInfo.KIND_UNREG_KERN, RESTART, "unregistered from the main kernel", "cpu 1 going offline, exiting", "");

    private final CopyOnWriteArrayList<String> calls = new CopyOnWriteArrayList<>();
    private final CopyOnWriteArrayList<ScriptedKernel> kernels = new CopyOnWriteArrayList<>();
    private final StartingPolicy policy = new StartingPolicy();
    @TempDir
    private Path sysfs;
    private Supplier<ScriptedKernel> nextKernel = ScriptedKernel::new;
    private SchedulerEngine engine;

    private final class StartingPolicy implements SchedulingPolicy
    {
        private RuntimeException failure;

        @Override
        public void onStart(final EngineContext context)
        {
            calls.add("start on " + context.topology().onlineCpus());
            if (null != failure)
            {
                throw failure;
            }
        }

        @Override
        public void onTask(final QueuedTask task, final Dispatcher out)
        {
            out.dispatch(task).commit();
        }

        @Override
        public void onClose()
        {
            calls.add("close");
        }
    }

    @BeforeEach
    void makeSysfs() throws IOException
    {
        online("0-1");
    }

    @AfterEach
    void close()
    {
        if (null != engine)
        {
            engine.close();
        }
    }

    @Test
    void shouldAttachAnewWhenTheKernelAsksForIt() throws InterruptedException
    {
        launch(context());
        kernel(0).exit(HOTPLUG);

        assertThat(engine.awaitEnd(1)).isFalse();

        assertThat(kernels).hasSize(2);
        assertThat(kernel(0).calls()).containsExactly("attach", "detach", "close");
        assertThat(kernel(1).calls()).containsExactly("attach");
        assertThat(calls).containsExactly("start on 0-1", "close", "start on 0-1");
        assertThat(engine.exitInfo()).isNull();
        assertThat(engine.failure()).isNull();
        assertThat(engine.nrRestarts()).isEqualTo(1);
        assertThat(engine.lastRestart().cause()).isSameAs(HOTPLUG);
        assertThat(engine.lastRestart().durationNs()).isPositive();

        engine.close();
        assertThat(kernel(1).calls()).containsExactly("attach", "detach", "close");
        assertThat(calls).containsExactly("start on 0-1", "close", "start on 0-1", "close");
    }

    @Test
    void shouldAddUpWhatAllAttachmentsDid()
    {
        launch(context());
        kernel(0).pump(1_000);
        kernel(0).exit(HOTPLUG);
        assertThat(engine.hasEnded()).isFalse();
        final RunReport between = engine.report();
        kernel(1).pump(500);
        kernel(1).exit(HOTPLUG);
        assertThat(engine.hasEnded()).isFalse();
        kernel(2).pump(30);
        engine.close();

        assertThat(between.counter(KernelCounter.NR_QUEUED)).isEqualTo(1_000);
        assertThat(between.nrLost()).isZero();
        assertThat(between.exit()).isNull();
        assertThat(between.latency().maxNs()).isPositive();
        final RunReport report = engine.report();
        assertThat(report.counter(KernelCounter.NR_QUEUED)).isEqualTo(1_530);
        assertThat(report.counter(KernelCounter.NR_DECIDED)).isEqualTo(1_530);
        assertThat(report.nrLost()).isZero();
        assertThat(report.nrRestarts()).isEqualTo(2);
        assertThat(report.durationNs()).isGreaterThan(between.durationNs());
        assertThat(report.latency().maxNs()).isGreaterThanOrEqualTo(between.latency().maxNs());
        assertThat(report.nrDoorbells()).as("7 for each kernel").isEqualTo(21);
        assertThat(engine.report()).as("asked again").isEqualTo(report);
    }

    @Test
    void shouldChooseCpusAndReadTheTopologyAnewWhenNobodyNamedThem() throws IOException
    {
        launch(context());
        assertThat(engine.report().cpus()).containsExactly(1);
        online("0");
        kernel(0).exit(HOTPLUG);

        assertThat(engine.hasEnded()).isFalse();

        assertThat(engine.report().cpus()).containsExactly(0);
        assertThat(calls).containsExactly("start on 0-1", "close", "start on 0");
    }

    @Test
    void shouldFailWhenACpuThatWasNamedIsGone() throws IOException
    {
        launch(context().cpus(1));
        kernel(0).pump(10);
        online("0");
        kernel(0).exit(HOTPLUG);

        assertThat(engine.hasEnded()).isTrue();

        assertFailed("can't restart after CPU hotplug, and the kernel schedules by itself: CPU 1 is not online: " +
            "choose from 0");
        assertThat(kernels).hasSize(1);
        engine.close();
        assertThat(kernel(0).calls()).containsExactly("attach", "detach", "close");
        assertThat(engine.report().counter(KernelCounter.NR_DECIDED)).as("counted once").isEqualTo(10);
        assertThat(engine.report().isEvicted()).isTrue();
        assertThat(engine.report().nrRestarts()).isZero();
        assertThat(engine.nrRestarts()).isZero();
        assertThat(engine.lastRestart()).isNull();
    }

    @ParameterizedTest
    @ValueSource(longs = {ExitInfo.KIND_ERROR, 1025, 1026, Long.MAX_VALUE})
    void shouldNotAttachAnewWhenEvicted(final long kind)
    {
        launch(context());
        kernel(0).exit(new ExitInfo(kind, RESTART, "runnable task stall", "", ""));

        assertThat(engine.hasEnded()).isTrue();
        assertThat(kernels).hasSize(1);
        assertThat(engine.failure()).isNull();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, ExitInfo.CODE_RSN_HOTPLUG})
    void shouldNotAttachAnewWhenTheKernelDoesNotAskForIt(final long code)
    {
        launch(context());
        kernel(0).exit(new ExitInfo(ExitInfo.KIND_UNREG_KERN, code, "unregistered", "", ""));

        assertThat(engine.hasEnded()).isTrue();
        assertThat(kernels).hasSize(1);
    }

    @Test
    void shouldEndWhenRestartIsNotWanted()
    {
        launch(context().restart(false));
        kernel(0).exit(HOTPLUG);

        assertThat(engine.hasEnded()).isTrue();
        assertThat(engine.exitInfo()).isSameAs(HOTPLUG);
        assertThat(engine.failure()).isNull();
        assertThat(kernels).hasSize(1);
    }

    @Test
    void shouldTryAgainWhenTheKernelRefusesAtFirst()
    {
        launch(context());
        nextKernel = () -> new ScriptedKernel().refuse(kernels.size() < 3 ? refusal() : null);
        kernel(0).exit(HOTPLUG);

        assertThat(engine.hasEnded()).isFalse();

        assertThat(kernels).hasSize(4);
        assertThat(kernel(1).calls()).containsExactly("attach", "detach", "close");
        assertThat(kernel(2).calls()).containsExactly("attach", "detach", "close");
        assertThat(kernel(3).calls()).containsExactly("attach");
        assertThat(engine.nrRestarts()).isEqualTo(1);
        kernel(3).pump(100);
        engine.close();
        assertThat(engine.report().nrLost()).isZero();
        assertThat(engine.report().counter(KernelCounter.NR_DECIDED)).isEqualTo(100);
    }

    @Test
    void shouldGiveUpWhenTheKernelRefusesAgainAndAgain()
    {
        launch(context());
        nextKernel = () -> new ScriptedKernel().refuse(refusal());
        kernel(0).exit(HOTPLUG);

        assertThat(engine.hasEnded()).isTrue();

        assertFailed("can't restart after CPU hotplug, and the kernel schedules by itself: bpf struct_ops attach " +
            "failed: errno=EBUSY");
        assertThat(kernels).hasSize(1 + SchedulerEngine.RESTART_ATTEMPTS);
        assertThat(kernels).allSatisfy((kernel) -> assertThat(kernel.calls()).endsWith("detach", "close"));
        assertThat(engine.hasEnded()).as("asked again").isTrue();
        assertThat(kernels).hasSize(1 + SchedulerEngine.RESTART_ATTEMPTS);
    }

    @Test
    void shouldGiveUpWhenTheKernelEndsItAtOnceAgainAndAgain() throws InterruptedException
    {
        launch(context());
        nextKernel = () -> new ScriptedKernel().exit(HOTPLUG);
        kernel(0).exit(HOTPLUG);

        assertThat(engine.awaitEnd(Long.MAX_VALUE)).isTrue();

        assertFailed("can't restart after CPU hotplug, and the kernel schedules by itself: it ended at once, again " +
            "and again: " + HOTPLUG);
        assertThat(kernels).hasSize(1 + SchedulerEngine.RESTART_ATTEMPTS);
        assertThat(kernels).allSatisfy((kernel) ->
            assertThat(kernel.calls()).containsExactly("attach", "detach", "close"));
    }

    @Test
    void shouldFailAtOnceWhenThePolicyDoesNotStartAgain()
    {
        launch(context());
        policy.failure = new IllegalStateException("too few CPUs");
        kernel(0).exit(HOTPLUG);

        assertThat(engine.hasEnded()).isTrue();

        assertFailed("can't restart after CPU hotplug, and the kernel schedules by itself: " +
            "java.lang.IllegalStateException: too few CPUs");
        assertThat(kernels).hasSize(2);
        assertThat(kernel(1).calls()).containsExactly("close");
    }

    @Test
    void shouldCloseEverythingWhenClosedDuringARestart() throws InterruptedException
    {
        launch(context());
        final CountDownLatch isOpening = new CountDownLatch(1);
        final CountDownLatch mayOpen = new CountDownLatch(1);
        nextKernel = () ->
        {
            isOpening.countDown();
            await(mayOpen);
            return new ScriptedKernel();
        };
        kernel(0).exit(HOTPLUG);
        final Thread watcher = new Thread(engine::hasEnded, "watcher");
        watcher.start();
        isOpening.await();
        final Thread closer = new Thread(engine::close, "closer");
        closer.start();
        mayOpen.countDown();
        closer.join();
        watcher.join();

        assertThat(engine.hasEnded()).isTrue();
        assertThat(engine.failure()).isNull();
        assertThat(kernels).hasSize(2).allSatisfy((kernel) ->
            assertThat(kernel.calls()).containsExactly("attach", "detach", "close"));
    }

    @Test
    void shouldGiveUpTheRestartWhenClosedBetweenTwoAttempts() throws InterruptedException
    {
        launch(context());
        final CountDownLatch isRefused = new CountDownLatch(1);
        nextKernel = () ->
        {
            isRefused.countDown();
            return new ScriptedKernel().refuse(refusal());
        };
        kernel(0).exit(HOTPLUG);
        final Thread watcher = new Thread(engine::hasEnded, "watcher");
        watcher.start();
        isRefused.await();
        engine.close();
        watcher.join();

        assertThat(engine.failure()).isNull();
        assertThat(kernels).allSatisfy((kernel) -> assertThat(kernel.calls()).endsWith("detach", "close"));
    }

    @Test
    void shouldAttachAnewAndStayInterruptedWhenTheWatcherIsInterrupted()
    {
        launch(context());
        nextKernel = () -> new ScriptedKernel().refuse(1 == kernels.size() ? refusal() : null);
        kernel(0).exit(HOTPLUG);
        Thread.currentThread().interrupt();

        assertThat(engine.hasEnded()).isFalse();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(engine.nrRestarts()).isEqualTo(1);
        assertThat(kernel(0).calls()).containsExactly("attach", "detach", "close");
        assertThat(kernels).hasSize(3);
    }

    private void assertFailed(final String message)
    {
        assertThat(engine.failure()).isInstanceOfSatisfying(SchedulerException.class, (ex) ->
        {
            assertThat(ex).hasMessage(message);
            assertThat(ex.category()).isEqualTo(Category.EVICTED);
        });
        assertThat(engine.exitInfo()).isSameAs(HOTPLUG);
    }

    private static SchedulerException refusal()
    {
        return new SchedulerException(Category.FATAL, "bpf struct_ops attach failed: errno=EBUSY");
    }

    private static void await(final CountDownLatch latch)
    {
        try
        {
            latch.await();
        }
        catch (final InterruptedException ex)
        {
            throw new IllegalStateException(ex);
        }
    }

    private ScriptedKernel kernel(final int index)
    {
        return kernels.get(index);
    }

    private Context context()
    {
        return new Context().policy(policy).layout(ThreadLayout.INLINE).lockMemory(false).sysfs(sysfs)
            .transportFactory(() ->
            {
                final ScriptedKernel kernel = nextKernel.get();
                kernels.add(kernel);
                return kernel;
            });
    }

    private void launch(final Context context)
    {
        engine = SchedulerEngine.launch(context);
    }

    private void online(final String cpus) throws IOException
    {
        final Path folder = Files.createDirectories(sysfs.resolve("devices/system/cpu"));
        Files.writeString(folder.resolve("online"), cpus + "\n");
    }
}
