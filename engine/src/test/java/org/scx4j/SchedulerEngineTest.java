// SPDX-License-Identifier: Apache-2.0
package org.scx4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.scx4j.api.Dispatcher;
import org.scx4j.api.EngineContext;
import org.scx4j.api.QueuedTask;
import org.scx4j.api.SchedulingPolicy;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.pipeline.ThreadLayout;
import org.scx4j.pipeline.WrappedTransport;
import org.scx4j.policy.Fifo;
import org.scx4j.protocol.KernelCounter;
import org.scx4j.protocol.SchedAbi;
import org.scx4j.status.ExitInfo;
import org.scx4j.status.RunReport;
import org.scx4j.transport.KernelTransport;
import org.scx4j.transport.MemoryTransport;
import org.scx4j.transport.QueuedRecordHandler;

/**
 * A whole engine over a kernel in memory; this thread is the kernel.
 */
@Timeout(60)
class SchedulerEngineTest
{
    private static final long SECOND_NS = 1_000_000_000L;

    private final CopyOnWriteArrayList<String> calls = new CopyOnWriteArrayList<>();
    private final CopyOnWriteArrayList<Throwable> errors = new CopyOnWriteArrayList<>();
    private final MemoryTransport kernel = new MemoryTransport(1 << 16);
    private final KernelTransport transport = new Recording();
    @TempDir
    private Path sysfs;
    private SchedulerEngine engine;
    private volatile ExitInfo exitInfo;
    private volatile RuntimeException entryFailure;
    private volatile RuntimeException attachFailure;
    private volatile RuntimeException pollFailure;

    @BeforeEach
    void makeSysfs() throws IOException
    {
        final Path folder = Files.createDirectories(sysfs.resolve("devices/system/cpu"));
        Files.writeString(folder.resolve("online"), "0-1\n");
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
    void shouldDecideEveryTaskAndReportItWhenItRuns()
    {
        launch(new Fifo());
        assertThat(engine.hasEnded()).isFalse();
        pump(10_000);
        engine.close();

        final RunReport report = engine.report();
        assertThat(report.counter(KernelCounter.NR_QUEUED)).isEqualTo(10_000);
        assertThat(report.counter(KernelCounter.NR_DECIDED)).isEqualTo(10_000);
        assertThat(report.counters()).hasSize(KernelCounter.count());
        assertThat(report.nrLost()).isZero();
        assertThat(report.policy()).isEqualTo("fifo");
        assertThat(report.backend()).isEqualTo("memory");
        assertThat(report.ops()).isEqualTo("none");
        assertThat(report.layout()).isEqualTo("inline");
        assertThat(report.nrPolicyErrors()).isZero();
        assertThat(report.exit()).isNull();
        assertThat(report.isEvicted()).isFalse();
        assertThat(report.durationNs()).isPositive();
        assertThat(report.decisionsPerSecond()).isPositive();
        assertThat(report.latency().p50()).isPositive()
            .isLessThanOrEqualTo(report.latency().p99());
        assertThat(report.latency().p999()).isBetween(report.latency().p99(), report.latency().maxNs());
        assertThat(errors).isEmpty();
    }

    @Test
    void shouldDetachAndSaySoWhenThePolicyLoops() throws InterruptedException
    {
        final AtomicBoolean loops = new AtomicBoolean(true);
        final CountDownLatch entered = new CountDownLatch(1);
        launch((task, out) ->
        {
            entered.countDown();
            while (loops.get())
            {
                Thread.onSpinWait();
            }
        });
        kernel.enqueue(SchedAbi.SCHED_EVENT_QUEUED, 1, 1, 1);
        entered.await();
        engine.close();

        assertThat(engine.failure()).hasMessageContaining("does not end");
        assertThat(calls).contains("detach").doesNotContain("close");
        loops.set(false);
    }

    @Test
    void shouldEndWhenAStageFails()
    {
        launch(new Fifo());
        pollFailure = new IllegalStateException("foreign record");
        while (!engine.hasEnded())
        {
            Thread.onSpinWait();
        }
        engine.close();

        assertThat(engine.failure()).hasMessage("foreign record");
        assertThat(errors).as("reported once").hasSize(1);
        assertThat(calls).contains("detach", "close");
    }

    @Test
    void shouldStartStopAndGiveBackInOrder()
    {
        launch(new SchedulingPolicy()
        {
            @Override
            public void onStart(final EngineContext context)
            {
                calls.add("start " + context.sliceNs() + " " + context.nrCpuIds());
            }

            @Override
            public void onTask(final QueuedTask task, final Dispatcher out)
            {
                out.dispatch(task).commit();
            }

            @Override
            public void onClose()
            {
                calls.add("policy close");
            }
        });
        engine.close();

        assertThat(calls).containsExactly(
            "start 5000000 1", "enter 0", "attach", "detach", "policy close", "close");
    }

    @Test
    void shouldChangeNothingWhenClosedAgain()
    {
        launch(new Fifo());
        pump(100);
        engine.close();
        final RunReport first = engine.report();
        final int nrCalls = calls.size();
        engine.close();
        engine.close();

        assertThat(calls).hasSize(nrCalls);
        assertThat(engine.report()).isEqualTo(first);
        assertThat(engine.hasEnded()).isTrue();
    }

    @Test
    void shouldCountAndReportErrorsWhenThePolicyThrows()
    {
        final IllegalStateException failure = new IllegalStateException("of the test");
        launch((task, out) ->
        {
            if (0 == task.token() % 10)
            {
                throw failure;
            }
            out.dispatch(task).commit();
        });
        pump(1_000);
        engine.close();

        assertThat(engine.report().nrPolicyErrors()).isEqualTo(100);
        assertThat(engine.report().counter(KernelCounter.NR_DECIDED)).isEqualTo(1_000);
        assertThat(errors).hasSize(100).containsOnly(failure);
    }

    @Test
    void shouldWaitUntilTheTimeIsUp() throws InterruptedException
    {
        launch(new Fifo());
        final long begin = System.nanoTime();

        assertThat(engine.awaitEnd(0)).isFalse();
        assertThat(engine.awaitEnd(50_000_000)).isFalse();
        assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(50_000_000);
    }

    @Test
    void shouldEndWhenTheKernelThrowsItOut() throws InterruptedException
    {
        launch(new Fifo());
        exitInfo = new ExitInfo(1026, 0, "runnable task stall", "cat[7] failed to run for 5.0s", "");

        assertThat(engine.awaitEnd(Long.MAX_VALUE)).isTrue();
        assertThat(engine.hasEnded()).isTrue();
        assertThat(engine.exitInfo()).isSameAs(exitInfo);
        assertThat(engine.report().exit()).isSameAs(exitInfo);
        assertThat(engine.report().isEvicted()).isTrue();
        assertThat(calls).as("closing is the caller's").doesNotContain("close");
    }

    @Test
    void shouldLeaveNothingBehindWhenThePolicyCanNotStart()
    {
        final IllegalStateException failure = new IllegalStateException("of the test");

        assertThatThrownBy(() -> launch(new SchedulingPolicy()
        {
            @Override
            public void onStart(final EngineContext context)
            {
                throw failure;
            }

            @Override
            public void onTask(final QueuedTask task, final Dispatcher out)
            {
                throw new AssertionError();
            }
        })).isSameAs(failure);
        assertThat(calls).containsExactly("close");
    }

    @Test
    void shouldTellThePolicyTheTopologyWhenItStarts()
    {
        launch(new SchedulingPolicy()
        {
            @Override
            public void onStart(final EngineContext context)
            {
                calls.add("start on " + context.topology());
            }

            @Override
            public void onTask(final QueuedTask task, final Dispatcher out)
            {
                out.dispatch(task).commit();
            }
        });

        assertThat(calls).startsWith("start on nrCpuIds=2, online=0-1, cores=2, llcs=1, nodes=1");
    }

    @Test
    void shouldOpenNoKernelWhenTheTopologyMakesNoSense() throws IOException
    {
        Files.writeString(sysfs.resolve("devices/system/cpu/possible"), "0\n");

        assertThatThrownBy(() -> launch(new Fifo())).isInstanceOf(SchedulerException.class)
            .hasMessageEndingWith("a CPU is online that is not in 'possible': '0-1'");
        assertThat(calls).isEmpty();
    }

    @Test
    void shouldLeaveNothingBehindWhenAThreadCanNotEnter()
    {
        entryFailure = new IllegalStateException("of the test");

        assertThatThrownBy(() -> launch(new Fifo())).isSameAs(entryFailure);
        assertThat(calls).containsExactly("enter 0", "detach", "close");
        assertThat(nrHotThreads()).isZero();
    }

    @Test
    void shouldLeaveNothingBehindWhenTheKernelRefusesTheAttach()
    {
        attachFailure = new IllegalStateException("of the test");

        assertThatThrownBy(() -> launch(new Fifo())).isSameAs(attachFailure);
        assertThat(calls).containsExactly("enter 0", "attach", "detach", "close");
        assertThat(nrHotThreads()).isZero();
    }

    @Test
    void shouldOpenNoKernelWhenAnOptionIsWrong()
    {
        assertThatThrownBy(() -> SchedulerEngine.launch(context(new Fifo()).sliceNs(1)))
            .isInstanceOf(SchedulerException.class).hasMessageStartingWith("slice out of range");
        assertThat(calls).isEmpty();
    }

    @Test
    void shouldLeaveNothingBehindWhenThePolicyDoesNotKnowAnOption()
    {
        assertThatThrownBy(() -> SchedulerEngine.launch(context(optionsPolicy()).policyOption("depth", "3")
            .policyOption("width", "4").policyOption("zeal", "5")))
            .isInstanceOfSatisfying(SchedulerException.class, (ex) ->
            {
                assertThat(ex).hasMessage("policy 'fifo' has no option 'width': known are depth, height");
                assertThat(ex.category()).isEqualTo(SchedulerException.Category.USAGE);
            });
        assertThat(calls).containsExactly("depth=3 height=null", "policy close", "close");
        assertThat(nrHotThreads()).isZero();
    }

    @Test
    void shouldSaySoWhenThePolicyHasNoOptionsAtAll()
    {
        assertThatThrownBy(() -> SchedulerEngine.launch(context(new Fifo()).policyOption("depth", "3")))
            .hasMessage("policy 'fifo' has no option 'depth': it has none");
        assertThat(calls).containsExactly("close");
    }

    @Test
    void shouldGiveThePolicyItsOptionsWhenItKnowsThem()
    {
        engine = SchedulerEngine.launch(context(optionsPolicy()).policyOption("height", ""));

        assertThat(calls).containsExactly("depth=null height=", "enter 0", "attach");
    }

    private SchedulingPolicy optionsPolicy()
    {
        return new SchedulingPolicy()
        {
            @Override
            public void onStart(final EngineContext context)
            {
                calls.add("depth=" + context.option("depth") + " height=" + context.option("height"));
            }

            @Override
            public void onTask(final QueuedTask task, final Dispatcher out)
            {
                out.dispatch(task).commit();
            }

            @Override
            public void onClose()
            {
                calls.add("policy close");
            }
        };
    }

    @Test
    void shouldMeasureAllocationWhenItHasWarmedUp() throws InterruptedException
    {
        launch(new Fifo());
        final long begin = System.nanoTime();
        while (System.nanoTime() - begin < SECOND_NS)
        {
            pump(1_000);
        }
        assertThat(engine.report().allocationEvents()).as("the measurement begins here").isZero();
        pump(200_000);

        final RunReport report = engine.report();
        assertThat(report.allocationEvents()).isBetween(200_000L, 210_000L);
        assertThat(report.allocatedBytesPerEvent()).isLessThan(1);
    }

    private Context context(final SchedulingPolicy policy)
    {
        return new Context().policy(policy).policyName("fifo").layout(ThreadLayout.INLINE).lockMemory(false)
            .sysfs(sysfs).errorHandler(errors::add).transportFactory(() -> transport);
    }

    private void launch(final SchedulingPolicy policy)
    {
        engine = SchedulerEngine.launch(context(policy));
    }

    private void pump(final int nrTasks)
    {
        int nrEnqueued = 0;
        int nrDrained = 0;
        while (nrDrained < nrTasks)
        {
            while (nrEnqueued < nrTasks &&
                kernel.enqueue(SchedAbi.SCHED_EVENT_QUEUED, 1, nrEnqueued + 1, System.nanoTime()))
            {
                nrEnqueued++;
            }
            final int drained = kernel.drain((decision) -> { });
            nrDrained += drained;
            if (0 == drained)
            {
                assertThat(Thread.interrupted()).as("time is up at task %d", nrDrained).isFalse();
                Thread.yield();
            }
        }
    }

    private static long nrHotThreads()
    {
        return Thread.getAllStackTraces().keySet().stream()
            .filter((thread) -> thread.getName().startsWith("scx4j-")).count();
    }

    private final class Recording extends WrappedTransport
    {
        Recording()
        {
            super(kernel, (timeoutMs) -> Thread.yield());
        }

        @Override
        public void attach()
        {
            calls.add("attach");
            if (null != attachFailure)
            {
                throw attachFailure;
            }
        }

        @Override
        public void detach()
        {
            calls.add("detach");
        }

        @Override
        public void close()
        {
            calls.add("close");
        }

        @Override
        public int enterHotThread(final int slot, final int cpu, final boolean ownsCpu)
        {
            calls.add("enter " + slot);
            if (null != entryFailure)
            {
                throw entryFailure;
            }
            return 7;
        }

        @Override
        public int poll(final QueuedRecordHandler handler, final int limit)
        {
            if (null != pollFailure)
            {
                throw pollFailure;
            }
            return super.poll(handler, limit);
        }

        @Override
        public ExitInfo exitInfo()
        {
            return exitInfo;
        }
    }
}
