// SPDX-License-Identifier: Apache-2.0
package org.scx4j.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.scx4j.api.Dispatcher;
import org.scx4j.api.QueuedTask;
import org.scx4j.api.SchedulingPolicy;
import org.scx4j.policy.Fifo;
import org.scx4j.protocol.SchedAbi;
import org.scx4j.transport.KernelTransport;
import org.scx4j.transport.MemoryTransport;

/**
 * The whole event path over plain memory, with its real threads; this thread is the kernel.
 */
@Timeout(300)
class PipelineTest
{
    private final CopyOnWriteArrayList<Throwable> errors = new CopyOnWriteArrayList<>();

    @ParameterizedTest
    @CsvSource({
        "INLINE,    1000000, 4194304, 4096",
        "INLINE,    200000,  4096,    64",
        "INLINE,    200000,  4096,    4096",
        "INLINE,    1000000, 4194304, 64",
        "PIPELINED, 1000000, 4194304, 4096",
        "PIPELINED, 200000,  4096,    64"})
    void shouldDecideEachTaskOnceAndInOrderWhenThreadsGiveWay(
        final ThreadLayout layout, final int nrTasks, final int ringBytes, final int events) throws Exception
    {
        final MemoryTransport kernel = new MemoryTransport(ringBytes);
        run(kernel, yielding(kernel), options(layout, WaitMode.PARK, events), nrTasks);
    }

    /** Few tasks: with more spinners than CPUs each hop may cost a time slice. */
    @ParameterizedTest
    @EnumSource(ThreadLayout.class)
    void shouldDecideEachTaskOnceAndInOrderWhenThreadsSpin(final ThreadLayout layout) throws Exception
    {
        final MemoryTransport kernel = new MemoryTransport(1 << 20);
        run(kernel, kernel, options(layout, WaitMode.SPIN, 4096), 50_000);
    }

    private void run(
        final MemoryTransport kernel, final KernelTransport transport, final PipelineOptions options, final int nrTasks)
        throws Exception
    {
        final Pipeline pipeline = new Pipeline(transport, new Fifo(), options, errors::add, errors::add);
        pipeline.start();
        final long[] lastToken = new long[1];
        int nrEnqueued = 0;
        while (lastToken[0] < nrTasks && errors.isEmpty())
        {
            final int before = nrEnqueued;
            while (nrEnqueued < nrTasks && enqueue(kernel, nrEnqueued + 1))
            {
                nrEnqueued++;
            }
            final int nrDrained = kernel.drain((decision) ->
            {
                final long expected = ++lastToken[0];
                if (expected != decision.token() || expected + 7 != decision.pid() || decision.enqueueNs() != expected)
                {
                    throw new AssertionError("expected token " + expected + ", got token " + decision.token() +
                        ", pid " + decision.pid() + ", enqueueNs " + decision.enqueueNs());
                }
            });
            if (0 == nrDrained && before == nrEnqueued)
            {
                assertThat(Thread.interrupted()).as("time is up at token %d", lastToken[0]).isFalse();
                Thread.yield();
            }
        }
        pipeline.close();

        assertThat(errors).isEmpty();
        assertThat(kernel.drain((decision) -> lastToken[0]++)).as("decisions after the last").isZero();
        assertThat(pipeline.nrRead()).isEqualTo(nrTasks);
        assertThat(pipeline.nrDispatched()).isEqualTo(nrTasks);
        assertThat(pipeline.nrPolicyErrors()).isZero();
        assertThat(pipeline.latency().takeInterval().getTotalCount()).isEqualTo(nrTasks);
        for (final long id : pipeline.javaThreadIds())
        {
            assertThat(isAlive(id)).as("thread %d", id).isFalse();
        }
    }

    private static boolean enqueue(final MemoryTransport kernel, final int token)
    {
        return kernel.enqueue(SchedAbi.SCHED_EVENT_QUEUED, token + 7, token, token);
    }

    @ParameterizedTest
    @CsvSource({"INLINE, 1", "PIPELINED, 3"})
    void shouldRunOneThreadForEachCpuOfTheLayout(final ThreadLayout layout, final int nrThreads)
    {
        final MemoryTransport kernel = new MemoryTransport(4096);
        final Pipeline pipeline = new Pipeline(
            yielding(kernel), new Fifo(), options(layout, WaitMode.PARK, 64), errors::add, errors::add);
        assertThat(pipeline.javaThreadIds()).hasSize(nrThreads).containsOnly(0);

        pipeline.start();
        final long[] ids = pipeline.javaThreadIds();
        assertThat(ids).hasSize(nrThreads).doesNotHaveDuplicates().doesNotContain(0);
        assertThat(pipeline.kernelThreadIds()).hasSize(nrThreads);
        assertThat(Arrays.stream(ids).allMatch(PipelineTest::isAlive)).isTrue();
        pipeline.close();
    }

    @Test
    void shouldEnterEachThreadOnItsOwnSlotAndCpu()
    {
        final CopyOnWriteArrayList<String> entered = new CopyOnWriteArrayList<>();
        final KernelTransport transport = new WrappedTransport(new MemoryTransport(4096), (timeoutMs) -> Thread.yield())
        {
            @Override
            public int enterHotThread(final int slot, final int cpu, final boolean ownsCpu)
            {
                entered.add(Thread.currentThread().getName() + " " + slot + " " + cpu + " " + ownsCpu);
                return 100 + slot;
            }
        };
        final Pipeline pipeline = new Pipeline(transport, new Fifo(), new PipelineOptions(
            ThreadLayout.PIPELINED, new int[]{7, 5, 6}, WaitMode.SPIN, 64, 256, 0, 1), errors::add, errors::add);
        pipeline.start();
        assertThat(pipeline.kernelThreadIds()).containsExactly(100, 101, 102);
        pipeline.close();

        assertThat(entered).containsExactlyInAnyOrder(
            "scx4j-reader 0 7 true", "scx4j-policy 1 5 true", "scx4j-dispatcher 2 6 true");
    }

    @Test
    void shouldThrowWhatKeptAThreadFromEntering()
    {
        final IllegalStateException failure = new IllegalStateException("no such CPU");
        final KernelTransport transport = new WrappedTransport(new MemoryTransport(4096), (timeoutMs) -> Thread.yield())
        {
            @Override
            public int enterHotThread(final int slot, final int cpu, final boolean ownsCpu)
            {
                if (1 == slot)
                {
                    throw failure;
                }
                return 0;
            }
        };
        final Pipeline pipeline = new Pipeline(
            transport, new Fifo(), options(ThreadLayout.PIPELINED, WaitMode.PARK, 64), errors::add, errors::add);

        assertThatThrownBy(pipeline::start).isSameAs(failure);
        final long[] ids = pipeline.javaThreadIds();
        pipeline.close();
        assertThat(Arrays.stream(ids).noneMatch(PipelineTest::isAlive)).isTrue();
    }

    @ParameterizedTest
    @EnumSource(ThreadLayout.class)
    void shouldClosePolicyAndThreadsOnceWhenClosedTwice(final ThreadLayout layout)
    {
        final CopyOnWriteArrayList<String> closed = new CopyOnWriteArrayList<>();
        final Pipeline pipeline = new Pipeline(yielding(new MemoryTransport(4096)), new SchedulingPolicy()
        {
            @Override
            public void onTask(final QueuedTask task, final Dispatcher out)
            {
                out.dispatch(task).commit();
            }

            @Override
            public void onClose()
            {
                closed.add("closed");
            }
        }, options(layout, WaitMode.PARK, 64), errors::add, errors::add);
        pipeline.start();
        pipeline.close();
        pipeline.close();

        assertThat(closed).containsExactly("closed");
        assertThat(errors).isEmpty();
    }

    @Test
    void shouldCountPageFaultsSinceTheThreadEntered()
    {
        final KernelTransport transport = new WrappedTransport(new MemoryTransport(4096), (timeoutMs) -> Thread.yield())
        {
            private long nrCalls;

            @Override
            public long threadFaults()
            {
                return 1000 + 10 * nrCalls++;
            }
        };
        final Pipeline pipeline = new Pipeline(
            transport, new Fifo(), options(ThreadLayout.INLINE, WaitMode.PARK, 64), errors::add, errors::add);
        pipeline.start();
        pipeline.close();

        assertThat(pipeline.nrFaults()).isEqualTo(10);
    }

    @Test
    void shouldCountDecisionsThatHadToWaitForRoom() throws Exception
    {
        final MemoryTransport kernel = new MemoryTransport(4096);
        final Pipeline pipeline = new Pipeline(
            yielding(kernel), new Fifo(), options(ThreadLayout.INLINE, WaitMode.PARK, 64), errors::add, errors::add);
        pipeline.start();
        int token = 0;
        while (0 == pipeline.nrBackPressure() && token < 1_000_000)
        {
            token += enqueue(kernel, token + 1) ? 1 : 0;
            Thread.yield();
            pipeline.latency().takeInterval();
        }
        pipeline.close();

        assertThat(pipeline.nrBackPressure()).isPositive();
        assertThat(pipeline.nrDispatched()).isEqualTo(56);
    }

    private static KernelTransport yielding(final MemoryTransport kernel)
    {
        return new WrappedTransport(kernel, (timeoutMs) -> Thread.yield());
    }

    private static PipelineOptions options(final ThreadLayout layout, final WaitMode waitMode, final int events)
    {
        return new PipelineOptions(layout, new int[layout.nrThreads()], waitMode, events, 4 * events, 0, 1);
    }

    private static boolean isAlive(final long javaThreadId)
    {
        return Thread.getAllStackTraces().keySet().stream().anyMatch((thread) -> thread.getId() == javaThreadId);
    }
}
