// SPDX-License-Identifier: Apache-2.0
package org.scx4j.rustland;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.scx4j.rustland.BpfScheduler.UNCHANGED;
import static org.scx4j.rustland.DispatchedTask.RL_CPU_ANY;
import static org.scx4j.rustland.DispatchedTask.RL_HEAD;
import static org.scx4j.rustland.DispatchedTask.RL_PREEMPT_CPU;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.scx4j.api.Cpu;
import org.scx4j.pipeline.PipelineOptions;
import org.scx4j.pipeline.ThreadLayout;
import org.scx4j.pipeline.WaitMode;
import org.scx4j.protocol.KernelCounter;
import org.scx4j.protocol.SchedAbi;
import org.scx4j.status.ExitInfo;
import org.scx4j.topology.CpuTopology;
import org.scx4j.transport.MemoryTransport;

/**
 * The pull face over a kernel in memory; this thread is both, the caller and the kernel.
 */
@Timeout(30)
class BpfSchedulerTest
{
    private static final int SMALL_RING_BYTES = 4096;
    private static final int PARK_MS = 10;

    private final DispatchedTask decision = new DispatchedTask();
    @TempDir
    private Path sysfs;
    private PullKernel kernel = new PullKernel();
    private BpfScheduler scheduler;

    @BeforeEach
    void makeScheduler() throws IOException
    {
        final Path folder = Files.createDirectories(sysfs.resolve("devices/system/cpu"));
        Files.writeString(folder.resolve("online"), "0-3\n");
        scheduler = over(kernel, WaitMode.PARK);
    }

    private BpfScheduler over(final PullKernel transport, final WaitMode waitMode)
    {
        final PipelineOptions options = new PipelineOptions(
            ThreadLayout.INLINE, new int[]{3}, waitMode, 64, 256, 0, PARK_MS);
        return new BpfScheduler(transport, CpuTopology.read(sysfs), options, () -> 1_000_000, null);
    }

    private int dispatchAll()
    {
        int count = 0;
        for (QueuedTask task = scheduler.dequeueTask(); null != task; task = scheduler.dequeueTask())
        {
            assertThat(scheduler.dispatchTask(decision.from(task))).isTrue();
            count++;
        }
        return count;
    }

    private static List<Long> tokens(final long first, final long last)
    {
        return LongStream.rangeClosed(first, last).boxed().toList();
    }

    @Test
    void shouldDecideEveryTaskOnceAndInOrderWhenTheCallerIsFifo()
    {
        final List<Long> decided = new ArrayList<>();
        for (long token = 1; token <= 10_000; token += 100)
        {
            kernel.enqueue(token, token + 99);
            assertThat(dispatchAll()).isEqualTo(100);
            decided.addAll(kernel.drain());
        }

        assertThat(decided).isEqualTo(tokens(1, 10_000));
        assertThat(scheduler.nrUserDispatches()).isEqualTo(10_000);
        assertThat(kernel.held).isEmpty();
    }

    @Test
    void shouldReturnNullWhenNoTaskWaits()
    {
        assertThat(scheduler.dequeueTask()).isNull();
        assertThat(kernel.parks).as("it does not sleep").isEmpty();
    }

    @Test
    void shouldTellOfExitsByANegativeCpu()
    {
        kernel.enqueue(1, 1);
        kernel.enqueueEvent(SchedAbi.SCHED_EVENT_EXIT, 42);

        final QueuedTask queued = scheduler.dequeueTask();
        assertThat(queued.cpu()).isEqualTo(queued.prevCpu()).isZero();
        assertThat(queued.isExiting()).isFalse();
        final QueuedTask exiting = scheduler.dequeueTask();
        assertThat(exiting.cpu()).isNegative();
        assertThat(exiting.isExiting()).isTrue();
        assertThat(exiting.pid()).isEqualTo(42);
        assertThat(scheduler.pickIdle(exiting)).isEqualTo(Cpu.ANY);
        assertThat(scheduler.dequeueTask()).isNull();
        assertThat(kernel.held).as("an exit is not held").containsExactly(1L);
    }

    @Test
    void shouldLeaveExitsOutWhenTheyAreNotWanted()
    {
        scheduler.exitEvents(false);
        kernel.enqueueEvent(SchedAbi.SCHED_EVENT_EXIT, 42);
        kernel.enqueue(1, 1);
        kernel.enqueueEvent(SchedAbi.SCHED_EVENT_EXIT, 43);

        assertThat(scheduler.dequeueTask().token()).isEqualTo(1);
        assertThat(scheduler.dequeueTask()).isNull();
    }

    @Test
    void shouldLeaveOutThatACpuIsAvailable()
    {
        kernel.enqueueEvent(SchedAbi.SCHED_EVENT_CPU_AVAILABLE, 0);
        kernel.enqueue(1, 1);

        assertThat(scheduler.dequeueTask().token()).isEqualTo(1);
        assertThat(scheduler.dequeueTask()).isNull();
    }

    @Test
    void shouldFailWhenAnEventIsOfAnotherBuild()
    {
        kernel.enqueueEvent(99, 0);

        assertThatThrownBy(() -> scheduler.dequeueTask())
            .isInstanceOf(IllegalStateException.class).hasMessage("unknown event: kind=99");
    }

    @Test
    void shouldCarryWhatTheCallerDecided()
    {
        kernel.enqueue(7, 7);
        final QueuedTask task = scheduler.dequeueTask();
        scheduler.dispatchTask(decision.from(task));
        scheduler.dispatchTask(decision.cpu(2).sliceNs(3).vtime(4).flags(RL_PREEMPT_CPU | RL_HEAD));
        scheduler.dispatchTask(decision.cpu(2).sliceNs(0).vtime(0).flags(RL_CPU_ANY));
        scheduler.dispatchTask(decision.cpu(RL_CPU_ANY).flags(0));
        scheduler.dispatchTask(decision.cpu(-16).flags(63));
        scheduler.dispatchTask(decision.from(8, 3, 9, 0));
        scheduler.publish();

        assertThat(kernel.drainWords()).containsExactly(
            "pid=7 cpu=0 token=7 slice=0 vtime=0 flags=0 enqueue=7",
            "pid=7 cpu=2 token=7 slice=3 vtime=4 flags=3 enqueue=7",
            "pid=7 cpu=-1 token=7 slice=0 vtime=0 flags=0 enqueue=7",
            "pid=7 cpu=-1 token=7 slice=0 vtime=0 flags=0 enqueue=7",
            "pid=7 cpu=-1 token=7 slice=0 vtime=0 flags=0 enqueue=7",
            "pid=8 cpu=3 token=9 slice=0 vtime=0 flags=0 enqueue=0");
    }

    @Test
    void shouldKickAndPreemptCpus()
    {
        assertThat(scheduler.kickCpu(1)).isTrue();
        assertThat(scheduler.preemptCpu(2)).isTrue();
        scheduler.notifyComplete(1);

        assertThat(kernel.drainWords()).containsExactly(
            "pid=0 cpu=1 token=0 slice=0 vtime=0 flags=4 enqueue=0",
            "pid=0 cpu=2 token=0 slice=0 vtime=0 flags=5 enqueue=0");
    }

    @Test
    void shouldHavePublishedEverythingWhenItReturnsNull()
    {
        kernel.enqueue(1, 3);
        for (int i = 0; i < 3; i++)
        {
            scheduler.dispatchTask(decision.from(scheduler.dequeueTask()));
            assertThat(kernel.drain()).as("a batch is published as one").isEmpty();
        }

        assertThat(scheduler.dequeueTask()).isNull();
        assertThat(kernel.drain()).containsExactly(1L, 2L, 3L);
    }

    @Test
    void shouldPublishTheLastBatchWhenItReadsTheNext()
    {
        kernel.enqueue(1, 2);
        scheduler.dispatchTask(decision.from(scheduler.dequeueTask()));
        scheduler.dispatchTask(decision.from(scheduler.dequeueTask()));
        kernel.enqueue(3, 3);

        assertThat(scheduler.dequeueTask().token()).isEqualTo(3);
        assertThat(kernel.drain()).containsExactly(1L, 2L);
    }

    @Test
    void shouldPublishWithoutBeingAskedWhenThereAreManyDecisions()
    {
        for (int token = 1; token <= 130; token++)
        {
            scheduler.dispatchTask(decision.from(token, 0, token, 0));
        }

        assertThat(kernel.drain()).isEqualTo(tokens(1, 128));
    }

    @Test
    void shouldHavePublishedEverythingBeforeItSleeps()
    {
        final List<Long> visible = new ArrayList<>();
        kernel = new PullKernel()
        {
            @Override
            public void park(final int timeoutMs)
            {
                super.park(timeoutMs);
                visible.addAll(drain());
            }
        };
        scheduler = over(kernel, WaitMode.PARK);
        scheduler.dispatchTask(decision.from(1, 0, 1, 0));
        scheduler.notifyComplete(0);
        scheduler.dispatchTask(decision.from(2, 0, 2, 0));
        scheduler.updateTasks(0, 0);

        assertThat(visible).containsExactly(1L, 2L);
        assertThat(kernel.parks).containsExactly(PARK_MS, PARK_MS);
    }

    @Test
    void shouldPublishWhenItIsClosed()
    {
        scheduler.dispatchTask(decision.from(1, 0, 1, 0));
        scheduler.close();

        assertThat(kernel.drain()).containsExactly(1L);
    }

    @Test
    void shouldRefuseAndLoseNothingWhenTheKernelHasNoRoom()
    {
        kernel = new PullKernel(new MemoryTransport(SMALL_RING_BYTES));
        scheduler = over(kernel, WaitMode.PARK);
        long token = 1;
        while (scheduler.dispatchTask(decision.from((int)token, 0, token, 0)))
        {
            token++;
        }

        assertThat(token).as("the ring holds some").isBetween(2L, 64L);
        assertThat(scheduler.nrFailedDispatches()).isEqualTo(1);
        assertThat(kernel.drain()).as("and shows them, or there would never be room").isEqualTo(tokens(1, token - 1));
        assertThat(scheduler.dispatchTask(decision)).as("there is room again").isTrue();
        scheduler.notifyComplete(0);
        assertThat(kernel.drain()).containsExactly(token);
    }

    @Test
    void shouldHoldTasksWhenTheCallerGoesOnWithoutDecidingThem()
    {
        kernel.enqueue(1, 4);
        scheduler.dispatchTask(decision.from(scheduler.dequeueTask()));
        scheduler.dequeueTask();
        scheduler.dispatchTask(decision.from(scheduler.dequeueTask()));
        scheduler.dequeueTask();
        scheduler.notifyComplete(2);

        assertThat(kernel.held).containsExactly(2L, 4L);
        assertThat(scheduler.nrScheduled()).isEqualTo(2);
    }

    @Test
    void shouldHoldATaskWhenItsDecisionFindsNoRoom()
    {
        kernel = new PullKernel(new MemoryTransport(SMALL_RING_BYTES));
        scheduler = over(kernel, WaitMode.PARK);
        kernel.enqueue(1, 1);
        final QueuedTask task = scheduler.dequeueTask();
        decision.from(task);
        while (scheduler.dispatchTask(new DispatchedTask().from(9, 0, 9, 0)))
        {
            assertThat(kernel.held).isEmpty();
        }
        assertThat(scheduler.dispatchTask(decision)).isFalse();
        scheduler.notifyComplete(1);

        assertThat(kernel.held).containsExactly(1L);
    }

    @Test
    void shouldSleepWhenNothingIsPending()
    {
        scheduler.notifyComplete(0);
        scheduler.updateTasks(0, UNCHANGED);

        assertThat(kernel.parks).containsExactly(PARK_MS, PARK_MS);
    }

    @Test
    void shouldNotSleepWhenATaskCameMeanwhile()
    {
        kernel.enqueue(1, 2);
        scheduler.notifyComplete(0);
        assertThat(kernel.parks).isEmpty();
        assertThat(scheduler.dequeueTask().token()).isEqualTo(1);
        scheduler.notifyComplete(0);

        assertThat(kernel.parks).as("the second task is not taken yet").isEmpty();
        assertThat(scheduler.dequeueTask().token()).isEqualTo(2);
    }

    @Test
    void shouldSleepForAMomentOnlyWhenTasksArePendingAndNothingMoves()
    {
        kernel.enqueue(1, 1);
        scheduler.dequeueTask();
        scheduler.notifyComplete(1);
        assertThat(kernel.parks).as("there was progress").isEmpty();
        scheduler.notifyComplete(1);
        assertThat(kernel.parks).containsExactly(BpfScheduler.PENDING_PARK_MS);
        scheduler.dispatchTask(decision.from(1, 0, 1, 0));
        scheduler.notifyComplete(1);

        assertThat(kernel.parks).as("there was progress").hasSize(1);
    }

    @Test
    void shouldNeverSleepWhenItSpins()
    {
        scheduler = over(kernel, WaitMode.SPIN);
        scheduler.notifyComplete(0);
        scheduler.notifyComplete(1);

        assertThat(kernel.parks).isEmpty();
    }

    @Test
    void shouldKeepTheCallersNumbers()
    {
        scheduler.updateTasks(3, 4);
        assertThat(scheduler.nrQueued()).isEqualTo(3);
        assertThat(scheduler.nrScheduled()).isEqualTo(4);
        scheduler.updateTasks(UNCHANGED, 5);
        assertThat(scheduler.nrQueued()).isEqualTo(3);
        assertThat(scheduler.nrScheduled()).isEqualTo(5);
        scheduler.updateTasks(0, UNCHANGED);
        assertThat(scheduler.nrQueued()).isZero();
        assertThat(scheduler.nrScheduled()).isEqualTo(5);
        scheduler.notifyComplete(6);
        assertThat(scheduler.nrScheduled()).isEqualTo(6);
    }

    @Test
    void shouldAskTheKernelForCpus()
    {
        kernel.enqueue(7, 7);
        final QueuedTask task = scheduler.dequeueTask();
        assertThat(scheduler.selectCpu(7, 2, 0)).isNegative();
        assertThat(scheduler.pickIdle(task)).isNegative();
        kernel.idleCpu = 3;

        assertThat(scheduler.selectCpu(7, 2, 0)).isEqualTo(3);
        assertThat(scheduler.pickIdle(task)).isEqualTo(3);
        assertThat(kernel.calls).containsExactly(
            "select for 7 near 2", "pick for 7", "select for 7 near 2", "pick for 7");
    }

    @Test
    void shouldTellWhoRunsWhere()
    {
        kernel.pids[1] = 11;
        kernel.pids[3] = 33;

        assertThat(scheduler.cpuPid(0)).isZero();
        assertThat(scheduler.cpuPid(1)).isEqualTo(11);
        assertThat(scheduler.nrRunning()).isEqualTo(2);
        assertThat(scheduler.nrOnlineCpus()).isEqualTo(4);
    }

    @Test
    void shouldMapTheCounters()
    {
        long value = 1;
        for (final KernelCounter counter : KernelCounter.values())
        {
            kernel.counters.put(counter, value);
            value *= 2;
        }

        assertThat(scheduler.nrUserDispatches()).isEqualTo(count(KernelCounter.NR_DECIDED));
        assertThat(scheduler.nrKernelDispatches())
            .isEqualTo(count(KernelCounter.NR_DIRECT) + count(KernelCounter.NR_KERNEL));
        assertThat(scheduler.nrCancelDispatches())
            .isEqualTo(count(KernelCounter.NR_CANCELLED) - count(KernelCounter.NR_NO_TASK));
        assertThat(scheduler.nrBounceDispatches()).isEqualTo(count(KernelCounter.NR_BOUNCED));
        assertThat(scheduler.nrFailedDispatches()).isEqualTo(count(KernelCounter.NR_NO_TASK));
        assertThat(scheduler.nrSchedCongested()).isEqualTo(count(KernelCounter.NR_CONGESTED));
    }

    private long count(final KernelCounter counter)
    {
        return kernel.counters.get(counter);
    }

    @Test
    void shouldHaveExitedWhenTheKernelThrewItOut()
    {
        assertThat(scheduler.exited()).isFalse();
        kernel.exitInfo = new ExitInfo(1026, 0, "runnable task stall", "", "");

        assertThat(scheduler.exited()).isTrue();
    }

    @Test
    void shouldHaveExitedAndNotSleepWhenAStopIsRequested() throws InterruptedException
    {
        final Thread other = new Thread(scheduler::requestStop);
        other.start();
        other.join();
        scheduler.notifyComplete(0);

        assertThat(scheduler.exited()).isTrue();
        assertThat(kernel.parks).isEmpty();
    }

    @Test
    void shouldHaveExitedAndNotSleepWhenTheThreadIsInterrupted()
    {
        Thread.currentThread().interrupt();
        try
        {
            scheduler.notifyComplete(0);

            assertThat(scheduler.exited()).isTrue();
            assertThat(kernel.parks).isEmpty();
        }
        finally
        {
            assertThat(Thread.interrupted()).as("it stays interrupted").isTrue();
        }
    }

    @Test
    void shouldTouchNothingWhenClosed()
    {
        kernel.enqueue(1, 2);
        kernel.pids[0] = 1;
        kernel.idleCpu = 0;
        final QueuedTask task = scheduler.dequeueTask();
        scheduler.close();
        scheduler.close();

        assertThat(scheduler.exited()).isTrue();
        assertThat(scheduler.dispatchTask(decision.from(task))).isFalse();
        assertThat(scheduler.kickCpu(0)).isFalse();
        assertThat(scheduler.preemptCpu(0)).isFalse();
        assertThat(scheduler.pickIdle(task)).isNegative();
        assertThat(scheduler.selectCpu(1, 0, 0)).isNegative();
        assertThat(scheduler.cpuPid(0)).isZero();
        assertThat(scheduler.nrRunning()).isZero();
        assertThat(scheduler.dequeueTask()).isNull();
        scheduler.notifyComplete(0);
        scheduler.publish();
        assertThat(kernel.held).isEmpty();
        assertThat(kernel.parks).isEmpty();
        assertThat(kernel.calls).isEmpty();
        assertThat(kernel.drain()).isEmpty();
    }

    @Test
    void shouldReportThatThereIsNoExitRecord()
    {
        final ExitInfo exit = scheduler.shutdownAndReport();

        assertThat(exit.kind()).isZero();
        assertThat(exit.isEviction()).isFalse();
        assertThat(exit.shouldRestart()).isFalse();
    }
}
