// SPDX-License-Identifier: Apache-2.0
package org.scx4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
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
import org.scx4j.pipeline.ThreadLayout;
import org.scx4j.policy.Fifo;
import org.scx4j.policy.Stride;
import org.scx4j.protocol.KernelCounter;
import org.scx4j.status.ExitInfo;
import org.scx4j.status.RunReport;

/**
 * A policy takes the place of another in an engine over a kernel in memory; this thread is the kernel and who asks.
 */
@Timeout(60)
class PolicyReplacementTest
{
    private static final ExitInfo HOTPLUG = new ExitInfo(ExitInfo.KIND_UNREG_KERN,
        ExitInfo.CODE_ACT_RESTART | ExitInfo.CODE_RSN_HOTPLUG, "unregistered from the main kernel", "cpu 1", "");

    private final CopyOnWriteArrayList<String> calls = new CopyOnWriteArrayList<>();
    private final CopyOnWriteArrayList<ScriptedKernel> kernels = new CopyOnWriteArrayList<>();
    private final CopyOnWriteArrayList<Throwable> errors = new CopyOnWriteArrayList<>();
    @TempDir
    private Path sysfs;
    private SchedulerEngine engine;

    /** Tells what is called, and on which thread if that is not the event path. */
    private class Telling implements SchedulingPolicy
    {
        private final String name;
        RuntimeException failure;
        boolean wantsCpuAvailable;

        Telling(final String name)
        {
            this.name = name;
        }

        @Override
        public void onStart(final EngineContext context)
        {
            calls.add(name + " start " + context.option("depth"));
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
        public boolean wantsCpuAvailable()
        {
            return wantsCpuAvailable;
        }

        @Override
        public void onClose()
        {
            calls.add(name + " close");
        }
    }

    /** Does not return from a task before it may. */
    private final class Stuck extends Telling
    {
        private final CountDownLatch hasTask = new CountDownLatch(1);
        private final CountDownLatch mayReturn = new CountDownLatch(1);

        Stuck()
        {
            super("stuck");
        }

        @Override
        public void onTask(final QueuedTask task, final Dispatcher out)
        {
            hasTask.countDown();
            while (0 != mayReturn.getCount())
            {
                Thread.onSpinWait();
            }
            out.dispatch(task).commit();
        }
    }

    @BeforeEach
    void makeSysfs() throws IOException
    {
        final Path folder = Files.createDirectories(sysfs.resolve("devices/system/cpu"));
        Files.writeString(folder.resolve("online"), "0-3\n");
    }

    @AfterEach
    void close()
    {
        if (null != engine)
        {
            engine.close();
        }
    }

    private void launch(final SchedulingPolicy policy)
    {
        engine = SchedulerEngine.launch(new Context().policy(policy).layout(ThreadLayout.INLINE).lockMemory(false)
            .sysfs(sysfs).policyOption("depth", "3").errorHandler(errors::add).transportFactory(() ->
            {
                final ScriptedKernel kernel = new ScriptedKernel();
                kernels.add(kernel);
                return kernel;
            }));
    }

    private ScriptedKernel kernel(final int index)
    {
        return kernels.get(index);
    }

    @Test
    void shouldDecideByTheNextPolicyWhenReplaced()
    {
        launch(new Telling("a"));
        kernel(0).pump(100);
        engine.replacePolicy(new Telling("b"));
        kernel(0).pump(100);
        assertThat(engine.hasEnded()).isFalse();
        engine.replacePolicy(new Telling("c"), "third", Map.of());
        engine.close();

        assertThat(calls).containsExactly(
            "a start 3", "b start 3", "a close", "c start null", "b close", "c close");
        final RunReport report = engine.report();
        assertThat(report.policy()).isEqualTo("third");
        assertThat(report.policyChanges().nrSwaps()).isEqualTo(2);
        assertThat(report.policyChanges().failure()).isEmpty();
        assertThat(report.policyChanges().isFinal()).isFalse();
        assertThat(report.counter(KernelCounter.NR_DECIDED)).isEqualTo(200);
        assertThat(report.nrLost()).isZero();
        assertThat(kernels).as("attached once").hasSize(1);
        assertThat(kernel(0).calls()).containsExactly("attach", "detach", "close");
        assertThat(errors).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void shouldDecideEveryTaskOnceWhenSwappedAgainAndAgainUnderLoad(final int round) throws InterruptedException
    {
        launch(new Telling("first"));
        final AtomicReference<Throwable> failure = new AtomicReference<>();
        final Thread load = new Thread(() -> kernel(0).pump(200_000));
        load.setUncaughtExceptionHandler((thread, ex) -> failure.set(ex));
        load.start();
        long nrSwaps = 0;
        while (load.isAlive() || nrSwaps < 10)
        {
            engine.replacePolicy(0 == nrSwaps % 2 ? new Stride() : new Fifo(), null, Map.of());
            nrSwaps++;
        }
        load.join();
        engine.close();

        assertThat(failure).hasValue(null);
        assertThat(engine.report().policyChanges().nrSwaps()).isEqualTo(nrSwaps);
        assertThat(engine.report().counter(KernelCounter.NR_DECIDED)).isEqualTo(200_000);
        assertThat(engine.report().nrPolicyErrors()).isZero();
        assertThat(errors).isEmpty();
    }

    @Test
    void shouldKeepTheOldPolicyWhenTheNextOneDoesNotStart()
    {
        launch(new Telling("a"));
        final Telling next = new Telling("b");
        next.failure = new IllegalStateException("of the test");

        assertThatThrownBy(() -> engine.replacePolicy(next)).isSameAs(next.failure);
        assertThatThrownBy(() -> engine.replacePolicy(new Fifo())).isInstanceOf(SchedulerException.class)
            .hasMessage("policy 'fifo' has no option 'depth': it has none");
        kernel(0).pump(100);

        assertThat(engine.hasEnded()).isFalse();
        assertThat(engine.report().policy()).isEqualTo("telling");
        assertThat(engine.report().policyChanges().nrSwaps()).isZero();
        assertThat(calls).containsExactly("a start 3", "b start 3");
    }

    @Test
    void shouldRefuseThePolicyThatDecidesAlready()
    {
        final Telling policy = new Telling("a");
        launch(policy);

        assertThatThrownBy(() -> engine.replacePolicy(policy)).isInstanceOf(SchedulerException.class)
            .hasMessageContaining("make a new object");
        assertThatThrownBy(() -> engine.replacePolicy(new Telling("b"), "x".repeat(122), Map.of()))
            .hasMessageStartingWith("policy name too long: xxx");
        assertThat(calls).containsExactly("a start 3");
    }

    @Test
    void shouldStartTheNextPolicyWhenACpuComesOrGoes()
    {
        launch(new Telling("a"));
        engine.replacePolicy(new Telling("b"), "second", Map.of("depth", "4"));
        kernel(0).pump(100);
        kernel(0).exit(HOTPLUG);
        assertThat(engine.hasEnded()).isFalse();
        kernel(1).pump(100);
        engine.replacePolicy(new Telling("c"));
        engine.close();

        assertThat(calls).containsExactly("a start 3", "b start 4", "a close", "b close", "b start 4", "c start 4",
            "b close", "c close");
        assertThat(engine.report().policyChanges().nrSwaps()).isEqualTo(2);
        assertThat(engine.report().counter(KernelCounter.NR_DECIDED)).isEqualTo(200);
    }

    @Test
    void shouldAttachAnewWhenTheNextPolicyBindsLateAndTheKernelWasNotAskedForIt()
    {
        launch(new Telling("a"));
        kernel(0).pump(100);
        final Telling next = new Telling("b");
        next.wantsCpuAvailable = true;
        engine.replacePolicy(next);
        kernel(1).pump(50);
        engine.replacePolicy(new Telling("c"));
        final Telling last = new Telling("d");
        last.wantsCpuAvailable = true;
        engine.replacePolicy(last);
        engine.close();

        assertThat(calls).containsExactly("a start 3", "a close", "b start 3", "c start 3", "b close", "d start 3",
            "c close", "d close");
        assertThat(kernels).as("the kernel has been asked since").hasSize(2);
        assertThat(kernel(0).calls()).containsExactly("attach", "detach", "close");
        assertThat(engine.nrRestarts()).isEqualTo(1);
        assertThat(engine.lastRestart()).as("asked for by the kernel").isNull();
        assertThat(engine.report().counter(KernelCounter.NR_DECIDED)).isEqualTo(150);
        assertThat(engine.report().policyChanges().nrSwaps()).isEqualTo(3);
    }

    @Test
    void shouldGoBackToTheOldPolicyWhenTheOneThatBindsLateDoesNotStart()
    {
        launch(new Telling("a"));
        final Telling next = new Telling("b");
        next.wantsCpuAvailable = true;
        next.failure = new IllegalStateException("of the test");

        assertThatThrownBy(() -> engine.replacePolicy(next)).isSameAs(next.failure);

        assertThat(engine.hasEnded()).isFalse();
        assertThat(engine.report().policy()).isEqualTo("telling");
        kernels.get(kernels.size() - 1).pump(10);
        assertThat(calls).containsExactly("a start 3", "a close", "b start 3", "a start 3");
    }

    @Test
    void shouldSaySoAndKeepThePolicyWhenItDoesNotReturn() throws InterruptedException
    {
        final Stuck policy = new Stuck();
        launch(policy);
        kernel(0).enqueue(1);
        policy.hasTask.await();

        assertThatThrownBy(() -> engine.replacePolicy(new Telling("b"))).isInstanceOf(SchedulerException.class)
            .hasMessage("policy stuck can't be replaced: it has not returned from a callback");
        assertThat(calls).containsExactly("stuck start 3", "b start 3", "b close");
        policy.mayReturn.countDown();
        engine.replacePolicy(new Telling("c"));
        assertThat(engine.report().policyChanges().nrSwaps()).isEqualTo(1);
        assertThat(engine.report().policy()).isEqualTo("telling");
    }

    @Test
    void shouldGiveUpWhenTheEngineIsClosedMeanwhile() throws InterruptedException
    {
        final Stuck policy = new Stuck();
        launch(policy);
        kernel(0).enqueue(1);
        policy.hasTask.await();
        final List<Throwable> thrown = new ArrayList<>();
        final CountDownLatch isStarting = new CountDownLatch(1);
        final Thread swapper = new Thread(() ->
        {
            try
            {
                engine.replacePolicy(new Telling("b")
                {
                    @Override
                    public void onStart(final EngineContext context)
                    {
                        super.onStart(context);
                        isStarting.countDown();
                    }
                });
            }
            catch (final RuntimeException ex)
            {
                thrown.add(ex);
            }
            policy.mayReturn.countDown();
        });
        swapper.start();
        isStarting.await();
        engine.close();
        swapper.join();

        assertThat(thrown).singleElement().asInstanceOf(
            org.assertj.core.api.InstanceOfAssertFactories.THROWABLE).hasMessage(
            "policy stuck can't be replaced: the engine is being closed");
        assertThat(calls).containsExactly("stuck start 3", "b start 3", "b close", "stuck close");
        assertThat(engine.failure()).isNull();
        assertThatThrownBy(() -> engine.replacePolicy(new Telling("c"))).isInstanceOf(IllegalStateException.class)
            .hasMessage("no scheduler is attached: the engine is closed or has ended");
    }

    @Test
    void shouldRefuseOnTheEventPath()
    {
        final AtomicReference<Throwable> thrown = new AtomicReference<>();
        launch(new Telling("a")
        {
            @Override
            public void onTask(final QueuedTask task, final Dispatcher out)
            {
                try
                {
                    engine.replacePolicy(new Telling("b"));
                }
                catch (final IllegalStateException ex)
                {
                    thrown.set(ex);
                }
                super.onTask(task, out);
            }
        });
        kernel(0).pump(1);

        assertThat(thrown.get()).hasMessage(
            "the event path can't replace its own policy: it would wait for itself");
    }

    @Test
    void shouldReportWhatTheOldPolicyThrowsAsItIsClosed()
    {
        final IllegalStateException thrown = new IllegalStateException("of the test");
        launch(new Telling("a")
        {
            @Override
            public void onClose()
            {
                throw thrown;
            }
        });
        engine.replacePolicy(new Telling("b"));

        assertThat(errors).containsExactly(thrown);
        assertThat(engine.report().policyChanges().nrSwaps()).isEqualTo(1);
    }
}
