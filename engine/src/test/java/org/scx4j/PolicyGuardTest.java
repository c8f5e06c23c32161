// SPDX-License-Identifier: Apache-2.0
package org.scx4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.scx4j.PolicyGuard.Action;
import org.scx4j.api.Dispatcher;
import org.scx4j.api.EngineContext;
import org.scx4j.api.PolicyHandover;
import org.scx4j.api.QueuedTask;
import org.scx4j.api.SchedulingPolicy;
import org.scx4j.api.Successor;
import org.scx4j.pipeline.ThreadLayout;
import org.scx4j.protocol.KernelCounter;
import org.scx4j.status.RunReport;

/**
 * Policies that fail in an engine over a kernel in memory; this thread is the kernel and who watches.
 */
@Timeout(60)
class PolicyGuardTest
{
    private static final long LIMIT_NS = PolicyGuard.LIMIT_MIN_NS;
    private static final long LOOK_NS = 10_000_000L;

    private final CopyOnWriteArrayList<ScriptedKernel> kernels = new CopyOnWriteArrayList<>();
    private final CopyOnWriteArrayList<Throwable> errors = new CopyOnWriteArrayList<>();
    private final Stuck stuck = new Stuck();
    @TempDir
    private Path sysfs;
    private SchedulerEngine engine;

    /** Does not return from a task before it may, and wants an option. */
    private static final class Stuck implements SchedulingPolicy
    {
        private final CountDownLatch hasTask = new CountDownLatch(1);
        private final CountDownLatch mayReturn = new CountDownLatch(1);

        @Override
        public void onStart(final EngineContext context)
        {
            context.option("depth");
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

    /** Always throws. */
    private static final class Throwing implements SchedulingPolicy
    {
        @Override
        public void onTask(final QueuedTask task, final Dispatcher out)
        {
            throw new IllegalStateException("of the test");
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
        stuck.mayReturn.countDown();
        if (null != engine)
        {
            engine.close();
        }
    }

    private Context context(final SchedulingPolicy policy, final ThreadLayout layout)
    {
        return new Context().policy(policy).layout(layout).lockMemory(false)
            .sysfs(sysfs).errorHandler(errors::add).transportFactory(() ->
            {
                final ScriptedKernel kernel = new ScriptedKernel();
                kernels.add(kernel);
                return kernel;
            });
    }

    private void launchStuck(final Action action, final ThreadLayout layout) throws InterruptedException
    {
        engine = SchedulerEngine.launch(context(stuck, layout).policyOption("depth", "3")
            .policyGuard(new PolicyGuard(action, LIMIT_NS, null, null)));
        kernels.get(0).enqueue(1);
        stuck.hasTask.await();
        kernels.get(0).loseLease();
    }

    private void awaitFailure() throws InterruptedException
    {
        while (engine.policyChanges().failure().isEmpty())
        {
            engine.awaitEnd(LOOK_NS);
        }
    }

    @ParameterizedTest
    @EnumSource(ThreadLayout.class)
    void shouldGoOnWithTheFallbackWhenThePolicyDoesNotReturn(final ThreadLayout layout) throws InterruptedException
    {
        launchStuck(Action.FALLBACK, layout);
        awaitFailure();

        assertThat(engine.hasEnded()).isFalse();
        assertThat(kernels).hasSize(2);
        assertThat(kernels.get(0).calls()).as("the thread may still use it").containsExactly("attach", "detach");
        kernels.get(1).pump(100);
        stuck.mayReturn.countDown();
        while (!kernels.get(0).calls().contains("close"))
        {
            Thread.sleep(1);
        }
        engine.close();

        final RunReport report = engine.report();
        assertThat(report.policy()).isEqualTo("fifo");
        assertThat(report.policyChanges().failure()).matches("policy stuck did not return for 1[0-9][0-9] ms " +
            "\\(thread scx4j-(policy|\\[reader,policy,dispatcher])\\): replaced by fifo");
        assertThat(report.policyChanges().nrSwaps()).isEqualTo(1);
        assertThat(report.policyChanges().isFinal()).isTrue();
        assertThat(report.counter(KernelCounter.NR_DECIDED)).isEqualTo(100);
        assertThat(engine.failure()).isNull();
        assertThat(kernels.get(1).calls()).containsExactly("attach", "detach", "close");
        assertThat(errors).isEmpty();
    }

    @Test
    void shouldDetachWhenThePolicyDoesNotReturnAndThatIsWanted() throws InterruptedException
    {
        launchStuck(Action.DETACH, ThreadLayout.INLINE);
        awaitFailure();

        assertThat(engine.hasEnded()).isTrue();
        assertThat(kernels).hasSize(1);
        assertThat(kernels.get(0).calls()).containsExactly("attach", "detach");
        assertThat(engine.policyChanges().failure()).startsWith("policy stuck did not return for 1")
            .endsWith(": detached, the kernel schedules by itself");
        engine.close();
        assertThat(engine.failure()).isNull();
        assertThat(engine.report().policyChanges().isFinal()).isTrue();
        assertThat(engine.report().policyChanges().nrSwaps()).isZero();
    }

    @Test
    void shouldOnlySaySoWhenItIsToWait() throws InterruptedException
    {
        launchStuck(Action.WAIT, ThreadLayout.INLINE);
        awaitFailure();

        assertThat(engine.hasEnded()).isFalse();
        assertThat(engine.policyChanges().failure()).startsWith("policy stuck did not return for 1").endsWith(")");
        assertThat(engine.policyChanges().isFinal()).isFalse();
        stuck.mayReturn.countDown();
        engine.close();
        assertThat(engine.report().policy()).isEqualTo("stuck");
        assertThat(kernels).hasSize(1);
        assertThat(kernels.get(0).calls()).containsExactly("attach", "detach", "close");
    }

    @Test
    void shouldGoOnWithTheFallbackWithoutAGapWhenThePolicyAlwaysThrows() throws InterruptedException
    {
        engine = SchedulerEngine.launch(context(new Throwing(), ThreadLayout.INLINE)
            .policyGuard(new PolicyGuard(Action.FALLBACK, LIMIT_NS, new Stuck(), "mine")));
        stuck.mayReturn.countDown();
        long nrTasks = 0;
        while (engine.policyChanges().failure().isEmpty())
        {
            kernels.get(0).pump(10);
            nrTasks += 10;
            engine.awaitEnd(LOOK_NS);
        }
        final long nrErrors = engine.report().nrPolicyErrors();

        assertThat(engine.hasEnded()).isFalse();
        assertThat(engine.report().policy()).isEqualTo("mine");
        assertThat(engine.policyChanges().failure()).matches("policy throwing threw \\d+ exceptions at \\d+ tasks " +
            "in \\d+ ms \\(thread scx4j-\\[reader,policy,dispatcher]\\): replaced by mine");
        assertThat(kernels).as("attached all the time").hasSize(1);
        assertThat(engine.report().counter(KernelCounter.NR_DECIDED)).isEqualTo(nrTasks);
        assertThat(nrErrors).isEqualTo(nrTasks);
    }

    /** Always throws, and does not end to hand over before it may. */
    private static final class Clinging implements SchedulingPolicy, PolicyHandover
    {
        private final CountDownLatch mayEnd = new CountDownLatch(1);

        @Override
        public void onTask(final QueuedTask task, final Dispatcher out)
        {
            throw new IllegalStateException("of the test");
        }

        @Override
        public Object handOver(final Successor successor)
        {
            while (0 != mayEnd.getCount())
            {
                Thread.onSpinWait();
            }
            return null;
        }
    }

    @Test
    void shouldAttachAnewWithTheFallbackWhenThePolicyDoesNotEndToHandOver() throws InterruptedException
    {
        final Clinging policy = new Clinging();
        final CopyOnWriteArrayList<String> calls = new CopyOnWriteArrayList<>();
        engine = SchedulerEngine.launch(context(policy, ThreadLayout.INLINE)
            .policyGuard(new PolicyGuard(Action.FALLBACK, LIMIT_NS, new SchedulingPolicy()
            {
                @Override
                public void onStart(final EngineContext context)
                {
                    calls.add("start");
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
            }, "second")));
        while (engine.policyChanges().failure().isEmpty())
        {
            kernels.get(0).pump(10);
            engine.awaitEnd(LOOK_NS);
        }
        assertThat(kernels).hasSize(2);
        kernels.get(1).pump(100);
        policy.mayEnd.countDown();
        while (!kernels.get(0).calls().contains("close"))
        {
            Thread.sleep(1);
        }

        assertThat(calls).as("the thread that was left behind calls the policy before").containsExactly(
            "start", "close", "start");
        assertThat(engine.report().policy()).isEqualTo("second");
        assertThat(engine.hasEnded()).isFalse();
    }

    @Test
    void shouldDetachWhenTheFallbackFailsToo() throws InterruptedException
    {
        engine = SchedulerEngine.launch(context(new Throwing(), ThreadLayout.INLINE)
            .policyGuard(new PolicyGuard(Action.FALLBACK, LIMIT_NS, new Throwing(), "second")));
        while (!engine.awaitEnd(LOOK_NS))
        {
            kernels.get(0).pump(10);
        }

        assertThat(engine.policyChanges().failure()).startsWith("policy second threw ")
            .endsWith(": detached, the kernel schedules by itself");
        assertThat(engine.policyChanges().nrSwaps()).isEqualTo(1);
        assertThat(engine.failure()).isNull();
        assertThat(kernels.get(0).calls()).containsExactly("attach", "detach", "close");
    }

    @Test
    void shouldDetachAndSayWhyWhenTheFallbackCanNotStart() throws InterruptedException
    {
        engine = SchedulerEngine.launch(context(new Throwing(), ThreadLayout.INLINE)
            .policyGuard(new PolicyGuard(Action.FALLBACK, LIMIT_NS, new SchedulingPolicy()
            {
                @Override
                public void onStart(final EngineContext context)
                {
                    throw new IllegalStateException("not today");
                }

                @Override
                public void onTask(final QueuedTask task, final Dispatcher out)
                {
                    throw new AssertionError();
                }
            }, "second")));
        while (!engine.awaitEnd(LOOK_NS))
        {
            kernels.get(0).pump(10);
        }

        assertThat(engine.policyChanges().failure()).startsWith("policy throwing threw ")
            .endsWith(": detached, because second can't replace it: java.lang.IllegalStateException: not today");
        assertThat(engine.report().policy()).isEqualTo("throwing");
        assertThat(engine.policyChanges().isFinal()).isTrue();
    }

    @Test
    void shouldLeaveAPolicyAloneThatReturnsInTime() throws InterruptedException
    {
        stuck.mayReturn.countDown();
        engine = SchedulerEngine.launch(context(stuck, ThreadLayout.INLINE)
            .policyGuard(new PolicyGuard(Action.DETACH, PolicyGuard.LIMIT_MAX_NS, null, null)));
        kernels.get(0).loseLease();
        kernels.get(0).pump(100);

        assertThat(engine.awaitEnd(5 * LOOK_NS)).isFalse();
        assertThat(engine.policyChanges().failure()).isEmpty();
    }
}
