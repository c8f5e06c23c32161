// SPDX-License-Identifier: Apache-2.0
package org.scx4j.rustland;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.scx4j.Context;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.exceptions.SchedulerException.Category;
import org.scx4j.pipeline.ThreadLayout;
import org.scx4j.pipeline.WaitMode;
import org.scx4j.policy.Fifo;
import org.scx4j.protocol.KernelCounter;
import org.scx4j.status.ExitInfo;
import org.scx4j.status.RunReport;

/**
 * The life of a pull scheduler, from init to report, over a kernel in memory.
 */
@Timeout(60)
class BpfSchedulerInitTest
{
    private final PullKernel kernel = new PullKernel();
    @TempDir
    private Path sysfs;

    @BeforeEach
    void makeSysfs() throws IOException
    {
        final Path folder = Files.createDirectories(sysfs.resolve("devices/system/cpu"));
        Files.writeString(folder.resolve("online"), "0-3\n");
    }

    private Context context()
    {
        return new Context().lockMemory(false).sysfs(sysfs).transportFactory(() -> kernel);
    }

    @Test
    void shouldStartStopAndGiveBackInOrder()
    {
        try (BpfScheduler scheduler = BpfScheduler.init(context()))
        {
            assertThat(scheduler.exited()).isFalse();
        }

        assertThat(kernel.calls).containsExactly("enter 0 on 3 to park", "attach", "detach", "close");
    }

    @Test
    void shouldSpinOnTheCpuThatWasChosen()
    {
        BpfScheduler.init(context().waitMode(WaitMode.SPIN).cpus(1)).close();

        assertThat(kernel.calls).first().isEqualTo("enter 0 on 1 to spin");
    }

    @Test
    void shouldReportWhatWasDone()
    {
        final DispatchedTask decision = new DispatchedTask();
        final BpfScheduler scheduler = BpfScheduler.init(context().policyName("pulled"));
        kernel.enqueue(1, 100);
        for (QueuedTask task = scheduler.dequeueTask(); null != task; task = scheduler.dequeueTask())
        {
            scheduler.dispatchTask(decision.from(task));
        }
        assertThat(kernel.drain()).hasSize(100);
        scheduler.close();
        final RunReport report = scheduler.report();

        assertThat(report.policy()).isEqualTo("pulled");
        assertThat(report.backend()).isEqualTo("memory");
        assertThat(report.layout()).isEqualTo("inline");
        assertThat(report.waitMode()).isEqualTo("park");
        assertThat(report.cpus()).containsExactly(3);
        assertThat(report.durationNs()).isPositive();
        assertThat(report.counter(KernelCounter.NR_DECIDED)).isEqualTo(100);
        assertThat(report.nrLost()).isZero();
        assertThat(report.latency().p50()).isPositive();
        assertThat(report.exit()).isNull();
    }

    @Test
    void shouldCallItselfRustlandWhenItHasNoName()
    {
        try (BpfScheduler scheduler = BpfScheduler.init(context()))
        {
            assertThat(scheduler.report().policy()).isEqualTo("rustland");
        }
    }

    @Test
    void shouldSayWhyItEnded()
    {
        kernel.exitInfoAfterDetach = new ExitInfo(ExitInfo.KIND_UNREG, 0, "unregistered from user space", "", "");
        final BpfScheduler scheduler = BpfScheduler.init(context());
        final ExitInfo exit = scheduler.shutdownAndReport();

        assertThat(exit).isSameAs(kernel.exitInfoAfterDetach);
        assertThat(exit.shouldRestart()).isFalse();
        assertThat(kernel.calls).endsWith("detach", "close");
    }

    @Test
    void shouldRunAgainWithTheSameContextWhenTheKernelWantsIt()
    {
        final Context context = context();
        int runs = 0;
        kernel.exitInfo = new ExitInfo(ExitInfo.KIND_UNREG_KERN, 1L << 48, "hotplug", "", "");
        do
        {
            runs++;
            final BpfScheduler scheduler = BpfScheduler.init(context);
            assertThat(scheduler.exited()).isEqualTo(1 == runs);
            final boolean wantsMore = scheduler.shutdownAndReport().shouldRestart();
            assertThat(wantsMore).isEqualTo(1 == runs);
            kernel.exitInfo = null;
        }
        while (runs < 2);

        assertThat(kernel.calls).containsExactly("enter 0 on 3 to park", "attach", "detach", "close",
            "enter 0 on 3 to park", "attach", "detach", "close");
    }

    @Test
    void shouldLeaveNothingBehindWhenTheKernelRefusesTheAttach()
    {
        kernel.attachFailure = new IllegalStateException("of the test");

        assertThatThrownBy(() -> BpfScheduler.init(context())).isSameAs(kernel.attachFailure);
        assertThat(kernel.calls).containsExactly("enter 0 on 3 to park", "attach", "detach", "close");
    }

    @Test
    void shouldOpenNoKernelWhenAnOptionIsWrong()
    {
        final AtomicBoolean isOpened = new AtomicBoolean();
        final Context context = context().transportFactory(() ->
        {
            isOpened.set(true);
            return kernel;
        });

        assertUsage(context.sliceNs(1), "slice out of range");
        context.sliceNs(Context.SLICE_DEFAULT_NS);
        assertUsage(context.layout(ThreadLayout.PIPELINED), "the caller's thread is the only one");
        context.layout(null);
        assertUsage(context.policy(new Fifo()), "a policy is set, but here the caller decides");
        assertThat(isOpened).isFalse();
    }

    private static void assertUsage(final Context context, final String message)
    {
        assertThatThrownBy(() -> BpfScheduler.init(context))
            .isInstanceOfSatisfying(SchedulerException.class,
                (ex) -> assertThat(ex.category()).isEqualTo(Category.USAGE))
            .hasMessageStartingWith(message);
    }

    @Test
    void shouldWaitForTheCallerWhenAStopIsSignalled() throws InterruptedException
    {
        final BpfScheduler scheduler = BpfScheduler.init(context());
        final StopHook hook = new StopHook(scheduler);
        final Thread jvm = new Thread(hook::onSignal);
        jvm.start();
        while (!scheduler.exited())
        {
            Thread.onSpinWait();
        }
        assertThat(jvm.isAlive()).as("the JVM's end waits for us").isTrue();
        hook.closing();
        scheduler.close();
        hook.remove();
        jvm.join();

        assertThat(kernel.calls).endsWith("detach", "close");
    }

    @Test
    void shouldNotWaitForACallerThatIsGoneWhenAStopIsSignalled() throws InterruptedException
    {
        final StopHook[] hook = new StopHook[1];
        final BpfScheduler[] scheduler = new BpfScheduler[1];
        final Thread caller = new Thread(() ->
        {
            scheduler[0] = BpfScheduler.init(context());
            hook[0] = new StopHook(scheduler[0]);
        });
        caller.start();
        caller.join();
        hook[0].closing();
        hook[0].onSignal();

        assertThat(scheduler[0].exited()).isTrue();
        scheduler[0].close();
    }
}
