// SPDX-License-Identifier: Apache-2.0
package org.scx4j.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.scx4j.api.CpuStates;
import org.scx4j.api.Dispatcher;
import org.scx4j.api.EngineContext;
import org.scx4j.api.QueuedTask;
import org.scx4j.api.SchedulingPolicy;
import org.scx4j.policy.Central;
import org.scx4j.policy.Deadline;
import org.scx4j.policy.Edf;
import org.scx4j.policy.Fifo;
import org.scx4j.policy.Stride;
import org.scx4j.policy.Tier;
import org.scx4j.protocol.DispatchedTaskFlyweight;
import org.scx4j.protocol.SchedAbi;
import org.scx4j.topology.CpuTopology;
import org.scx4j.transport.MemoryTransport;

/**
 * After a warm-up no stage allocates a single byte in 100 000 events.
 * <p>
 * The warm-up has no fixed end: the JIT may take code back late, and a frame that goes back to the interpreter costs
 * some hundred bytes, once. So it ends with the first window that is clean; what allocates once in 100 000 events, or
 * more often, has none.
 */
@Timeout(300)
class AllocationTest
{
    private static final int WARM_UP_EVENTS = 1_000_000;
    private static final int EVENTS = 100_000;
    private static final int MAX_WINDOWS = 10;
    private static final int BURST = 16;
    private static final String NOTHING = "[0, 0, 0]";

    private static volatile Object sink;

    @TempDir
    private Path folder;

    private final ThreadMXBean threads = (ThreadMXBean)ManagementFactory.getThreadMXBean();
    private final CopyOnWriteArrayList<Throwable> errors = new CopyOnWriteArrayList<>();
    private final long[] stageBytes = new long[3];
    private long token;
    private long nrDecided;

    @BeforeEach
    void assumeThatAllocationIsMeasured()
    {
        assumeTrue(threads.isThreadAllocatedMemorySupported(), "this JVM does not count allocated bytes");
        threads.setThreadAllocatedMemoryEnabled(true);
    }

    @Test
    void shouldAllocateNothingWhenThePolicyIsFifo() throws Exception
    {
        assertNoAllocation(new Fifo());
    }

    @Test
    void shouldAllocateNothingWhenThePolicyIsStride() throws Exception
    {
        assertNoAllocation(started(new Stride()));
    }

    @Test
    void shouldAllocateNothingWhenThePolicyIsDeadline() throws Exception
    {
        assertNoAllocation(started(new Deadline()));
    }

    @Test
    void shouldAllocateNothingWhenThePolicyIsEdf() throws Exception
    {
        assertNoAllocation(varied(new Edf(), "comm rt period 10ms\ncomm inter period 50ms\ncomm b* background\n"));
        assertNoAllocation(varied(new Edf(), null));
    }

    @Test
    void shouldAllocateNothingWhenThePolicyIsTier() throws Exception
    {
        assertNoAllocation(varied(new Tier(), "comm inter* interactive\nnice 1..19 batch\ncomm rt normal\n"));
        assertNoAllocation(varied(new Tier(), null));
    }

    @Test
    void shouldAllocateNothingWhenThePolicyIsCentral() throws Exception
    {
        assertNoAllocation(varied(new Central(), null));
    }

    private SchedulingPolicy varied(final SchedulingPolicy policy, final String rules) throws IOException
    {
        token = 0;
        nrDecided = 0;
        final Path cpu = Files.createDirectories(folder.resolve("devices/system/cpu"));
        Files.writeString(cpu.resolve("online"), "0-7");
        final Path file = folder.resolve("rules");
        Files.writeString(file, null == rules ? "" : rules);
        return new VariedTasks(policy, CpuTopology.read(folder), null == rules ? null : file.toString());
    }

    private static SchedulingPolicy started(final SchedulingPolicy policy)
    {
        policy.onStart(new EngineContext()
        {
            @Override
            public long sliceNs()
            {
                return 5_000_000;
            }

            @Override
            public int nrCpuIds()
            {
                return 4;
            }

            @Override
            public CpuTopology topology()
            {
                throw new UnsupportedOperationException("these policies ask for no topology");
            }

            @Override
            public CpuStates cpuStates()
            {
                throw new UnsupportedOperationException("these policies ask for no CPU's state");
            }

            @Override
            public String option(final String name)
            {
                return null;
            }
        });
        return policy;
    }

    @Test
    void shouldAllocateNothingWhenThePolicyHoldsTasksAndTicks() throws Exception
    {
        assertNoAllocation(new HoldingPolicy());
    }

    @Test
    void shouldAllocateNothingWhenThePolicyHasReplacedAnother() throws Exception
    {
        final Stages stages = Stages.of(new HoldingPolicy());
        drive(stages, BURST);
        stages.policyHandler.exchange(new PolicyExchange(started(new Stride())));
        assertNoAllocation(stages);
        stages.policyHandler.exchange(new PolicyExchange(started(new Deadline())));
        assertNoAllocation(stages);
    }

    @Test
    void shouldSeeTheAllocationWhenAPolicyAllocates() throws Exception
    {
        final Stages stages = Stages.of((task, out) ->
        {
            sink = new long[1];
            out.dispatch(task).commit();
        });
        drive(stages, WARM_UP_EVENTS);
        drive(stages, EVENTS);

        assertThat(stageBytes[0]).isLessThan(EVENTS);
        assertThat(stageBytes[1]).isGreaterThanOrEqualTo(EVENTS * (long)Long.BYTES);
        assertThat(stageBytes[2]).isLessThan(EVENTS);
    }

    private void assertNoAllocation(final SchedulingPolicy policy) throws Exception
    {
        assertNoAllocation(Stages.of(policy));
    }

    private void assertNoAllocation(final Stages stages) throws Exception
    {
        final List<String> windows = new ArrayList<>();
        drive(stages, WARM_UP_EVENTS);
        do
        {
            drive(stages, EVENTS);
            windows.add(Arrays.toString(stageBytes));
        }
        while (!NOTHING.equals(windows.get(windows.size() - 1)) && windows.size() < MAX_WINDOWS);

        assertThat(stages.errors).isEmpty();
        assertThat(nrDecided).as("all but those held").isBetween(token - BURST, token);
        assertThat(windows).as("bytes of reader, policy, dispatcher in each 100000 events").endsWith(NOTHING);
    }

    /** A CPU that gives way is no task. */
    private void countDecided(final DispatchedTaskFlyweight decision)
    {
        if (0 == (decision.flags() & SchedAbi.SCHED_DECISION_KICK))
        {
            nrDecided++;
        }
    }

    /** The bytes are those of the last drive. */
    private void drive(final Stages stages, final int nrEvents) throws Exception
    {
        stageBytes[0] = 0;
        stageBytes[1] = 0;
        stageBytes[2] = 0;
        for (int i = 0; i < nrEvents; i += BURST)
        {
            stages.enqueue(token + 1, token + BURST);
            token += BURST;
            stages.clock.advance(1_000);
            final long begin = threads.getCurrentThreadAllocatedBytes();
            stages.reader.doWork();
            final long read = threads.getCurrentThreadAllocatedBytes();
            stages.policyHandler.doWork();
            final long decided = threads.getCurrentThreadAllocatedBytes();
            stages.dispatchHandler.doWork();
            final long dispatched = threads.getCurrentThreadAllocatedBytes();
            stageBytes[0] += read - begin;
            stageBytes[1] += decided - read;
            stageBytes[2] += dispatched - decided;
            stages.kernel.drain(this::countDecided);
        }
    }

    @ParameterizedTest
    @EnumSource(ThreadLayout.class)
    void shouldAllocateNothingOnTheHotThreads(final ThreadLayout layout)
    {
        final MemoryTransport kernel = new MemoryTransport(1 << 16);
        final Pipeline pipeline = new Pipeline(
            new WrappedTransport(kernel, (timeoutMs) -> Thread.yield()), new Fifo(),
            new PipelineOptions(layout, new int[layout.nrThreads()], WaitMode.PARK, 256, 1024, 0, 1),
            errors::add, errors::add);
        pipeline.start();
        try
        {
            final long[] ids = pipeline.javaThreadIds();
            final List<String> windows = new ArrayList<>();
            pump(kernel, WARM_UP_EVENTS);
            long[] before;
            long[] after = threads.getThreadAllocatedBytes(ids);
            do
            {
                before = after;
                pump(kernel, EVENTS);
                after = threads.getThreadAllocatedBytes(ids);
                windows.add(Arrays.toString(after));
            }
            while (!Arrays.equals(before, after) && windows.size() < MAX_WINDOWS);

            assertThat(errors).isEmpty();
            assertThat(before).hasSize(layout.nrThreads()).doesNotContain(-1);
            assertThat(after).as("bytes of each hot thread, by windows of 100000 events: %s", windows)
                .isEqualTo(before);
        }
        finally
        {
            pipeline.close();
        }
    }

    private static void pump(final MemoryTransport kernel, final int nrEvents)
    {
        int nrEnqueued = 0;
        int nrDrained = 0;
        while (nrDrained < nrEvents)
        {
            while (nrEnqueued < nrEvents &&
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

    /** Decides half of the tasks as its batch ends and the others by its clock. */
    private static final class HoldingPolicy implements SchedulingPolicy
    {
        private final long[] tokens = new long[1024];
        private final int[] pids = new int[1024];
        private int count;

        @Override
        public void onTask(final QueuedTask task, final Dispatcher out)
        {
            tokens[count] = task.token();
            pids[count++] = task.pid();
        }

        @Override
        public void onBatchEnd(final Dispatcher out)
        {
            decide(out, count / 2);
        }

        @Override
        public long tickIntervalNs()
        {
            return 1_000;
        }

        @Override
        public void onTick(final long nowNs, final Dispatcher out)
        {
            decide(out, 0);
        }

        private void decide(final Dispatcher out, final int left)
        {
            while (count > left && out.dispatch(pids[count - 1], tokens[count - 1], 1).vtime(count).commit())
            {
                count--;
            }
        }
    }
}
