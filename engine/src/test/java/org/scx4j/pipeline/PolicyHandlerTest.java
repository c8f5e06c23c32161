// SPDX-License-Identifier: Apache-2.0
package org.scx4j.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.scx4j.api.Dispatcher;
import org.scx4j.api.QueuedTask;
import org.scx4j.api.SchedulingPolicy;
import org.scx4j.policy.Fifo;
import org.scx4j.protocol.SchedAbi;
import org.scx4j.transport.Lease;
import org.scx4j.transport.LeaseState;
import org.scx4j.transport.MemoryTransport;

@Timeout(60)
class PolicyHandlerTest
{
    private static final int ROOM_PER_CALLBACK = DecisionWriter.ROOM_PER_CALLBACK;
    private static final IllegalStateException FAILURE = new IllegalStateException("of the test");

    private final List<String> calls = new ArrayList<>();

    @Test
    void shouldDecideEachTaskInOrderWhenThePolicyIsFifo()
    {
        final Stages stages = Stages.of(new Fifo());
        stages.enqueue(1, 40);
        stages.settle();

        assertThat(stages.decided).hasSize(40).isSorted().startsWith(1L).endsWith(40L);
        assertThat(stages.policyHandler.nrPolicyErrors()).isZero();
    }

    @Test
    void shouldCallBatchEndOnceWhenTheTasksAreHandedOver()
    {
        final Stages stages = Stages.of(new Recording());
        stages.enqueue(1, 3);
        stages.settle();
        stages.enqueue(4, 4);
        stages.settle();

        assertThat(calls).containsExactly("task 1", "task 2", "task 3", "end", "task 4", "end");
    }

    /** The kernel's side as it was when the policy's thread looked. */
    private static final class LeaseKernel extends WrappedTransport
    {
        private LeaseState lease = LeaseState.NEVER_LOST;

        LeaseKernel(final MemoryTransport kernel)
        {
            super(kernel, (timeoutMs) -> { });
        }

        @Override
        public Lease lease()
        {
            return lease;
        }
    }

    @Test
    void shouldTellThePolicyOfALostLeaseOnceAndOfItsReturn()
    {
        final MemoryTransport memory = new MemoryTransport(1 << 12);
        final LeaseKernel kernel = new LeaseKernel(memory);
        final Stages stages = new Stages(new Recording(), memory, kernel, 64, 256);

        stages.decide();
        kernel.lease = new LeaseState(true, 1, 0, 0, 7);
        stages.decide();
        stages.decide();
        assertThat(calls).containsExactly("lease lost");
        kernel.lease = new LeaseState(false, 1, 30, 30, 7);
        stages.decide();
        stages.decide();
        assertThat(calls).containsExactly("lease lost", "lease regained after 30");
    }

    @Test
    void shouldTellThePolicyOfALossWhenItIsOverAsTheThreadLooks()
    {
        final MemoryTransport memory = new MemoryTransport(1 << 12);
        final LeaseKernel kernel = new LeaseKernel(memory);
        final Stages stages = new Stages(new Recording(), memory, kernel, 64, 256);

        kernel.lease = new LeaseState(false, 3, 50, 40, 7);
        stages.decide();
        kernel.lease = new LeaseState(false, 4, 60, 40, 7);
        stages.decide();

        assertThat(calls).containsExactly(
            "lease lost", "lease regained after 50", "lease lost", "lease regained after 10");
    }

    @Test
    void shouldSurviveWhenThePolicyThrowsAsItIsToldOfTheLease()
    {
        final MemoryTransport memory = new MemoryTransport(1 << 12);
        final LeaseKernel kernel = new LeaseKernel(memory);
        final Stages stages = new Stages(new Recording()
        {
            @Override
            public void onLeaseLost()
            {
                throw FAILURE;
            }
        }, memory, kernel, 64, 256);

        kernel.lease = new LeaseState(false, 1, 50, 50, 7);
        stages.decide();
        stages.decide();

        assertThat(stages.errors).containsExactly(FAILURE);
        assertThat(calls).containsExactly("lease regained after 50");
    }

    @Test
    void shouldCountTheEventsAsWork()
    {
        final Stages stages = Stages.of(new Recording());
        stages.enqueue(1, 3);
        stages.reader.doWork();

        assertThat(stages.decide()).isEqualTo(3);
        assertThat(stages.decide()).isZero();
    }

    @Test
    void shouldDecideByDefaultAndCountWhenThePolicyThrows()
    {
        final Stages stages = Stages.of((task, out) ->
        {
            if (0 == task.token() % 3)
            {
                throw FAILURE;
            }
            out.dispatch(task).cpu(5).commit();
        });
        stages.enqueue(1, 9);
        stages.reader.doWork();
        stages.decide();
        stages.dispatch();
        final List<Integer> cpus = new ArrayList<>();
        stages.kernel.drain((decision) ->
        {
            stages.decided.add(decision.token());
            cpus.add(decision.cpu());
        });

        assertThat(stages.decided).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L);
        assertThat(cpus).containsExactly(5, 5, SchedAbi.SCHED_CPU_ANY, 5, 5, SchedAbi.SCHED_CPU_ANY, 5, 5,
            SchedAbi.SCHED_CPU_ANY);
        assertThat(stages.policyHandler.nrPolicyErrors()).isEqualTo(3);
        assertThat(stages.errors).containsExactly(FAILURE, FAILURE, FAILURE);
    }

    @Test
    void shouldNotDecideTwiceWhenThePolicyThrowsAfterItDecided()
    {
        final Stages stages = Stages.of((task, out) ->
        {
            out.dispatch(task).commit();
            throw FAILURE;
        });
        stages.enqueue(1, 5);
        stages.settle();

        assertThat(stages.decided).containsExactly(1L, 2L, 3L, 4L, 5L);
        assertThat(stages.policyHandler.nrPolicyErrors()).isEqualTo(5);
    }

    @Test
    void shouldDecideByDefaultWhenThePolicyThrowsBeforeTheCommit()
    {
        final Stages stages = Stages.of((task, out) ->
        {
            out.dispatch(task).cpu(5).sliceNs(-1);
            throw FAILURE;
        });
        stages.enqueue(1, 2);
        stages.settle();

        assertThat(stages.decided).containsExactly(1L, 2L);
    }

    /** Or the task at hand waits until the kernel throws the scheduler out. */
    @Test
    void shouldDecideTheTaskAtHandWhenThePolicyDispatchesAnotherAndThenThrows()
    {
        final Stages stages = Stages.of(new Recording()
        {
            private int heldPid;

            @Override
            public void onTask(final QueuedTask task, final Dispatcher out)
            {
                if (1 == task.token())
                {
                    heldPid = task.pid();
                    return;
                }
                out.dispatch(heldPid, 1, 1).commit();
                throw FAILURE;
            }
        });
        stages.enqueue(1, 2);
        stages.settle();

        assertThat(stages.decided).as("both, once each").containsExactlyInAnyOrder(1L, 2L);
        assertThat(stages.errors).containsExactly(FAILURE);
    }

    @Test
    void shouldGoOnWhenBatchEndThrows()
    {
        final Stages stages = Stages.of(new Recording()
        {
            @Override
            public void onBatchEnd(final Dispatcher out)
            {
                throw FAILURE;
            }
        });
        stages.enqueue(1, 2);
        stages.settle();
        stages.enqueue(3, 3);
        stages.settle();

        assertThat(stages.decided).containsExactly(1L, 2L, 3L);
        assertThat(stages.policyHandler.nrPolicyErrors()).isEqualTo(2);
    }

    @Test
    void shouldDecideLaterWhenThePolicyHoldsUntilBatchEnd()
    {
        final Stages stages = Stages.of(new Holding());
        stages.enqueue(1, 10);
        stages.settle();
        stages.enqueue(11, 12);
        stages.settle();

        assertThat(stages.decided).containsExactly(10L, 9L, 8L, 7L, 6L, 5L, 4L, 3L, 2L, 1L, 12L, 11L);
    }

    @Test
    void shouldDecideAllWhenThePolicyHoldsMoreThanTheLogHasRoomFor()
    {
        final Holding policy = new Holding();
        final Stages stages = Stages.of(policy, 1 << 16, 1024, 256);
        stages.enqueue(1, 400);
        while (stages.reader.doWork() > 0)
        {
            Thread.onSpinWait();
        }
        stages.settle();
        assertThat(policy.nrRefused).as("onBatchEnd met a full log").isPositive();
        assertThat(stages.decided).as("asked again without another event")
            .hasSize(400).doesNotHaveDuplicates();
    }

    /**
     * {@link org.scx4j.api.Decision#commit()} promises 64 decisions in one callback without a refusal, also to onTask
     * and onBatchEnd for the last event of a batch.
     */
    @Test
    void shouldNeverRefuseWhenNoCallbackDecidesMoreThanItMay()
    {
        final List<Boolean> commits = new ArrayList<>();
        final Stages stages = Stages.of(new Recording()
        {
            private int nrTasks;

            @Override
            public void onTask(final QueuedTask task, final Dispatcher out)
            {
                nrTasks++;
                decideMany(out);
            }

            @Override
            public void onBatchEnd(final Dispatcher out)
            {
                if (nrTasks > 1)
                {
                    decideMany(out);
                }
            }

            private void decideMany(final Dispatcher out)
            {
                for (int i = 0; i < ROOM_PER_CALLBACK; i++)
                {
                    commits.add(out.dispatch(1, 1, 1).commit());
                }
            }
        }, 1 << 16, 256, 256);
        for (int token = 1; token <= 8; token++)
        {
            stages.enqueue(token);
            stages.reader.doWork();
            stages.decide();
        }

        assertThat(commits.stream().filter((commit) -> !commit).count()).as("refused").isZero();
        assertThat(commits).isNotEmpty();
    }

    @Test
    void shouldWaitWhenTheLogHasNoRoomForACallback()
    {
        final Stages stages = Stages.of(new Recording(), 1 << 16, 256, 256);
        for (int i = 0; i < 256 - ROOM_PER_CALLBACK + 1; i++)
        {
            stages.writer.dispatch(1, 1000 + i, 1).commit();
        }
        stages.enqueue(1, 1);
        stages.reader.doWork();

        assertThat(stages.decide()).isZero();
        assertThat(calls).isEmpty();

        stages.writer.flush();
        stages.settle();
        assertThat(calls).containsExactly("task 1", "end");
        assertThat(stages.decided).endsWith(1L);
    }

    @Test
    void shouldFlushWhenTheLogRunsFullInTheMiddleOfABatch()
    {
        final Stages stages = Stages.of(new Recording(), 1 << 16, 256, 256);
        stages.enqueue(1, 250);
        while (stages.reader.doWork() > 0)
        {
            Thread.onSpinWait();
        }
        stages.decide();

        assertThat(stages.log.tailAcquire()).isPositive().isLessThan(250).isEqualTo(stages.writer.position());
        stages.settle();
        assertThat(stages.decided).hasSize(250).isSorted();
        assertThat(calls).hasSize(251).endsWith("end");
    }

    @Test
    void shouldTickWhenTheTimeHasCome()
    {
        final Stages stages = Stages.of(new Recording()
        {
            @Override
            public long tickIntervalNs()
            {
                return 1_000;
            }

            @Override
            public void onTick(final long nowNs, final Dispatcher out)
            {
                calls.add("tick " + nowNs);
                out.dispatch(7, nowNs, 1).commit();
            }
        });
        stages.clock.update(999);
        stages.doWork();
        assertThat(calls).isEmpty();

        stages.clock.update(1_000);
        stages.settle();
        stages.clock.update(1_999);
        stages.settle();
        stages.clock.update(5_500);
        stages.settle();
        stages.clock.update(6_499);
        stages.settle();

        assertThat(calls).containsExactly("tick 1000", "tick 5500");
        assertThat(stages.decided).as("a tick's decisions go out without any task").containsExactly(1000L, 5500L);
    }

    @Test
    void shouldNeverTickWhenNoneIsWanted()
    {
        final Stages stages = Stages.of(new Recording()
        {
            @Override
            public void onTick(final long nowNs, final Dispatcher out)
            {
                calls.add("tick");
            }
        });
        stages.clock.update(Long.MAX_VALUE / 2);
        stages.settle();

        assertThat(calls).isEmpty();
    }

    @Test
    void shouldGoOnWhenATickThrows()
    {
        final Stages stages = Stages.of(new Recording()
        {
            @Override
            public long tickIntervalNs()
            {
                return 1_000;
            }

            @Override
            public void onTick(final long nowNs, final Dispatcher out)
            {
                throw FAILURE;
            }
        });
        stages.clock.update(1_000);
        stages.enqueue(1, 2);
        stages.settle();

        assertThat(stages.errors).containsExactly(FAILURE);
        assertThat(stages.decided).containsExactly(1L, 2L);
    }

    @Test
    void shouldTellThePolicyWhenATaskIsGone()
    {
        final Stages stages = Stages.of(new Recording());
        stages.enqueue(1, 1);
        stages.kernel.enqueue(SchedAbi.SCHED_EVENT_EXIT, 42, 0, 0);
        stages.settle();

        assertThat(calls).containsExactly("task 1", "exit 42", "end");
        assertThat(stages.decided).containsExactly(1L);
    }

    @Test
    void shouldDecideNothingWhenThePolicyThrowsForAnExit()
    {
        final Stages stages = Stages.of(new Recording()
        {
            @Override
            public void onTaskExit(final int pid)
            {
                throw FAILURE;
            }
        });
        stages.kernel.enqueue(SchedAbi.SCHED_EVENT_EXIT, 42, 0, 0);
        stages.settle();

        assertThat(stages.decided).isEmpty();
        assertThat(stages.errors).containsExactly(FAILURE);
    }

    @Test
    void shouldDecideAHeldTaskWhenACpuIsAvailable()
    {
        final Stages stages = Stages.of(new Recording()
        {
            @Override
            public void onTask(final QueuedTask task, final Dispatcher out)
            {
                out.hold(task.token());
            }

            @Override
            public void onCpuAvailable(final int cpu, final Dispatcher out)
            {
                calls.add("cpu " + cpu);
                out.dispatch(7, 7, 0).cpu(cpu).commit();
            }
        });
        stages.enqueue(7, 7);
        stages.settle();
        assertThat(stages.decided).isEmpty();
        stages.kernel.enqueue(SchedAbi.SCHED_EVENT_CPU_AVAILABLE, 42, 0, 0);
        stages.settle();

        assertThat(calls).containsExactly("end", "cpu 0", "end");
        assertThat(stages.decided).containsExactly(7L);
    }

    @Test
    void shouldCountAndGoOnWhenTheKindIsUnknown()
    {
        final Stages stages = Stages.of(new Recording());
        stages.kernel.enqueue(99, 42, 5, 0);
        stages.enqueue(1, 1);
        stages.settle();

        assertThat(calls).containsExactly("task 1", "end");
        assertThat(stages.decided).containsExactly(1L);
        assertThat(stages.errors).singleElement().satisfies((error) ->
            assertThat(error).hasMessage("unknown event: kind=99"));
    }

    @Test
    void shouldTellThePolicyWhenItIsClosed()
    {
        final Stages stages = Stages.of(new Recording());
        stages.policyHandler.onClose();

        assertThat(calls).containsExactly("close");
    }

    /** Decides at once and notes each callback. */
    private class Recording implements SchedulingPolicy
    {
        @Override
        public void onTask(final QueuedTask task, final Dispatcher out)
        {
            calls.add("task " + task.token());
            out.dispatch(task).commit();
        }

        @Override
        public void onBatchEnd(final Dispatcher out)
        {
            calls.add("end");
        }

        @Override
        public void onTaskExit(final int pid)
        {
            calls.add("exit " + pid);
        }

        @Override
        public void onLeaseLost()
        {
            calls.add("lease lost");
        }

        @Override
        public void onLeaseRegained(final long lostNs)
        {
            calls.add("lease regained after " + lostNs);
        }

        @Override
        public void onClose()
        {
            calls.add("close");
        }
    }

    /** Last in, first out within a batch. */
    private static final class Holding implements SchedulingPolicy
    {
        private final List<Long> tokens = new ArrayList<>();
        private int nrRefused;

        @Override
        public void onTask(final QueuedTask task, final Dispatcher out)
        {
            tokens.add(task.token());
        }

        @Override
        public void onBatchEnd(final Dispatcher out)
        {
            while (!tokens.isEmpty())
            {
                final long token = tokens.get(tokens.size() - 1);
                if (!out.dispatch((int)token, token, 1).commit())
                {
                    nrRefused++;
                    return;
                }
                tokens.remove(tokens.size() - 1);
            }
        }
    }
}
