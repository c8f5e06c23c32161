// SPDX-License-Identifier: Apache-2.0
package org.scx4j.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.scx4j.api.Dispatcher;
import org.scx4j.api.PolicyHandover;
import org.scx4j.api.QueuedTask;
import org.scx4j.api.SchedulingPolicy;
import org.scx4j.api.Successor;
import org.scx4j.transport.LeaseState;
import org.scx4j.transport.MemoryTransport;

@Timeout(60)
class PolicyExchangeTest
{
    private static final IllegalStateException FAILURE = new IllegalStateException("of the test");

    private final List<String> calls = new ArrayList<>();

    /** Holds each task until it is told to decide, and tells what is called. */
    private class Holding implements SchedulingPolicy
    {
        final Map<Long, Integer> held = new LinkedHashMap<>();
        final String name;
        boolean isDeciding;

        Holding(final String name)
        {
            this.name = name;
        }

        @Override
        public void onTask(final QueuedTask task, final Dispatcher out)
        {
            calls.add(name + " task " + task.token());
            held.put(task.token(), task.pid());
            out.hold(task.token());
        }

        @Override
        public void onBatchEnd(final Dispatcher out)
        {
            calls.add(name + " end");
            while (isDeciding && !held.isEmpty())
            {
                final Map.Entry<Long, Integer> first = held.entrySet().iterator().next();
                if (!out.dispatch(first.getValue(), first.getKey(), 1).commit())
                {
                    return;
                }
                held.remove(first.getKey());
            }
        }

        @Override
        public void onTaskExit(final int pid)
        {
            calls.add(name + " exit " + pid);
        }

        @Override
        public void onLeaseLost()
        {
            calls.add(name + " lease lost");
        }

        @Override
        public void onClose()
        {
            calls.add(name + " close");
        }
    }

    /** Also gives and takes. */
    private class Handing extends Holding implements PolicyHandover
    {
        Handing(final String name)
        {
            super(name);
        }

        @Override
        public Object handOver(final Successor successor)
        {
            calls.add(name + " hand over");
            held.forEach((token, pid) -> successor.take(pid, token, 1));
            held.clear();
            return "what " + name + " knew";
        }

        @Override
        public void takeOver(final Object state)
        {
            calls.add(name + " take over " + state);
        }

        @Override
        public void onHeldTask(final int pid, final long token, final long enqueueNs, final Dispatcher out)
        {
            calls.add(name + " held " + token);
            held.put(token, pid);
            out.hold(token);
        }
    }

    private static PolicyExchange post(final Stages stages, final SchedulingPolicy next)
    {
        final PolicyExchange exchange = new PolicyExchange(next);
        stages.policyHandler.exchange(exchange);
        return exchange;
    }

    @Test
    void shouldHandOverWhatIsHeldAndKnownBeforeAnyOtherEvent()
    {
        final Stages stages = Stages.of(new Handing("a"));
        final Handing next = new Handing("b");
        stages.enqueue(1, 2);
        stages.settle();
        calls.clear();

        final PolicyExchange exchange = post(stages, next);
        stages.enqueue(3);
        assertThat(exchange.isDone()).isFalse();
        stages.settle();

        assertThat(exchange.isDone()).isTrue();
        assertThat(calls).containsExactly("a end", "a hand over", "b take over what a knew", "b held 1", "b held 2",
            "b end", "b task 3", "b end");
        next.isDeciding = true;
        stages.enqueue(4);
        stages.settle();
        assertThat(stages.decided).containsExactly(1L, 2L, 3L, 4L);
        assertThat(stages.errors).isEmpty();
    }

    @Test
    void shouldDecideHeldTasksByDefaultWhenTheNextPolicyDoesNotTakeThem()
    {
        final Stages stages = Stages.of(new Handing("a"));
        stages.enqueue(1, 3);
        stages.settle();
        post(stages, new Holding("b"));
        stages.settle();

        assertThat(stages.decided).containsExactly(1L, 2L, 3L);
        assertThat(calls).doesNotContain("b take over what a knew");
    }

    @Test
    void shouldHandOverMoreTasksThanTheDecisionLogHasRoomFor()
    {
        final Stages stages = Stages.of(new Handing("a"), 1 << 12, 64, 256);
        for (int i = 0; i < 100; i++)
        {
            stages.enqueue(10 * i + 1, 10 * i + 10);
            stages.settle();
        }
        final Holding next = new Holding("b");
        next.isDeciding = true;
        post(stages, next);
        stages.enqueue(1001);
        stages.settle();

        assertThat(stages.decided).hasSize(1001).doesNotHaveDuplicates().startsWith(1L).endsWith(1001L);
        assertThat(calls.indexOf("b task 1001")).as("after the last of them").isGreaterThan(calls.indexOf("b end"));
    }

    @Test
    void shouldLeaveHeldTasksToTheKernelsSideWhenTheOldPolicyGivesNone()
    {
        final Stages stages = Stages.of(new Holding("a"));
        stages.enqueue(1, 3);
        stages.settle();
        post(stages, new Handing("b"));
        stages.enqueue(4);
        stages.settle();

        assertThat(stages.decided).isEmpty();
        assertThat(calls).endsWith("a end", "b task 4", "b end").noneMatch((call) -> call.contains("take over"));
    }

    @Test
    void shouldGoOnWhenEitherSideOfTheHandoverThrows()
    {
        final Stages stages = Stages.of(new Handing("a")
        {
            @Override
            public Object handOver(final Successor successor)
            {
                super.handOver(successor);
                throw FAILURE;
            }
        });
        stages.enqueue(1, 2);
        stages.settle();
        post(stages, new Handing("b")
        {
            @Override
            public void onHeldTask(final int pid, final long token, final long enqueueNs, final Dispatcher out)
            {
                throw FAILURE;
            }
        });
        stages.settle();
        assertThat(stages.decided).as("by default").containsExactly(1L, 2L);
        assertThat(stages.errors).hasSize(3).containsOnly(FAILURE);

        post(stages, new Handing("c")
        {
            @Override
            public void takeOver(final Object state)
            {
                throw FAILURE;
            }
        });
        stages.enqueue(3);
        stages.settle();
        assertThat(stages.errors).hasSize(4);
        assertThat(calls).endsWith("c task 3", "c end");
    }

    @Test
    void shouldKeepThePolicyWhenTheExchangeIsWithdrawn()
    {
        final Stages stages = Stages.of(new Holding("a"));
        final PolicyExchange exchange = post(stages, new Holding("b"));
        assertThat(exchange.withdraw()).isTrue();
        stages.policyHandler.exchange(null);
        stages.enqueue(1);
        stages.settle();

        assertThat(exchange.isDone()).isFalse();
        assertThat(exchange.withdraw()).as("again").isTrue();
        assertThat(calls).containsExactly("a task 1", "a end");
    }

    @Test
    void shouldNotCallTheNextPolicyWhenAbandonedWhileTheOldOneHandsOver()
    {
        final List<PolicyExchange> exchange = new ArrayList<>();
        final Stages stages = Stages.of(new Handing("a")
        {
            @Override
            public Object handOver(final Successor successor)
            {
                assertThat(exchange.get(0).withdraw()).as("it has begun").isFalse();
                assertThat(exchange.get(0).abandon()).isTrue();
                return super.handOver(successor);
            }
        });
        exchange.add(post(stages, new Handing("b")));
        stages.enqueue(1);
        stages.settle();

        assertThat(exchange.get(0).isDone()).isFalse();
        assertThat(calls).containsExactly("a end", "a hand over", "a task 1", "a end");
    }

    @Test
    void shouldNotBeWithdrawnWhenItIsDone()
    {
        final Stages stages = Stages.of(new Holding("a"));
        final PolicyExchange exchange = post(stages, new Holding("b"));
        stages.decide();

        assertThat(exchange.withdraw()).isFalse();
        assertThat(exchange.abandon()).isFalse();
        assertThat(exchange.isDone()).isTrue();
    }

    @Test
    void shouldCloseTheNextPolicyAtTheEndAndTickByItsClock()
    {
        final Stages stages = Stages.of(new Holding("a"));
        post(stages, new Holding("b")
        {
            @Override
            public long tickIntervalNs()
            {
                return 10;
            }

            @Override
            public void onTick(final long nowNs, final Dispatcher out)
            {
                calls.add("b tick");
            }
        });
        stages.decide();
        stages.clock.advance(10);
        stages.decide();
        stages.policyHandler.onClose();

        assertThat(calls).containsExactly("a end", "b tick", "b close");
    }

    @Test
    void shouldTellTheNextPolicyThatTheLeaseIsLost()
    {
        final MemoryTransport memory = new MemoryTransport(1 << 12);
        final WrappedTransport kernel = new WrappedTransport(memory, (timeoutMs) -> { })
        {
            @Override
            public LeaseState lease()
            {
                return new LeaseState(true, 1, 0, 0, 7);
            }
        };
        final Stages stages = new Stages(new Holding("a"), memory, kernel, 64, 256);
        stages.decide();
        post(stages, new Holding("b"));
        stages.decide();

        assertThat(calls).containsExactly("a lease lost", "a end", "b lease lost");
    }

    /** Gives each task the next vtime of its scale, which goes up by ten. */
    private static SchedulingPolicy scale(final long start, final List<Long> seen)
    {
        return new SchedulingPolicy()
        {
            private long vtime = start;

            @Override
            public void onTask(final QueuedTask task, final Dispatcher out)
            {
                seen.add(task.vtime());
                out.kick(0);
                out.dispatch(task).vtime(vtime).commit();
                vtime += 10;
            }
        };
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -7, 1_000_000_000_000L, Long.MIN_VALUE, Long.MAX_VALUE})
    void shouldQueueNobodyAheadOfWhatWaitsAlreadyWhenTheScaleIsAnother(final long start)
    {
        final List<Long> vtimes = new ArrayList<>();
        final List<Long> seen = new ArrayList<>();
        final Stages stages = Stages.of(scale(5_000_000_000L, seen));
        stages.enqueue(1, 3);
        drainVtimes(stages, vtimes);
        post(stages, scale(start, seen));
        stages.enqueue(4, 6);
        drainVtimes(stages, vtimes);
        post(stages, scale(1 - start, seen));
        stages.enqueue(7, 8);
        drainVtimes(stages, vtimes);

        assertThat(vtimes).containsExactly(5_000_000_000L, 5_000_000_010L, 5_000_000_020L,
            5_000_000_020L, 5_000_000_030L, 5_000_000_040L, 5_000_000_040L, 5_000_000_050L);
        assertThat(seen).as("of a task that was never decided").containsOnly(0L);
    }

    private static void drainVtimes(final Stages stages, final List<Long> vtimes)
    {
        while (stages.doWork() + stages.kernel.drain((decision) ->
        {
            if (0 != decision.pid())
            {
                vtimes.add(decision.vtime());
            }
        }) > 0)
        {
            Thread.onSpinWait();
        }
    }

    @Test
    void shouldShowAPolicyItsOwnVtimesWhenTheyAreShifted()
    {
        final List<Long> seen = new ArrayList<>();
        final Stages stages = Stages.of(scale(1_000, seen));
        stages.enqueue(1, 2);
        stages.settle();
        assertThat(stages.writer.isRebased()).isFalse();
        post(stages, scale(50, seen));
        stages.enqueue(3);
        stages.settle();

        assertThat(stages.writer.isRebased()).isTrue();
        assertThat(stages.writer.policyVtime(1_010)).isEqualTo(50);
        assertThat(stages.writer.policyVtime(1_030)).isEqualTo(70);
        assertThat(stages.writer.policyVtime(0)).as("no decision").isZero();
    }

    /** Swaps at random moments, between policies that hand over or not, decide at once or late, and throw. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void shouldLoseNoTaskAndDecideNoneTwiceWhenSwappedUnderLoad(final long seed)
    {
        final Random random = new Random(seed);
        final Stages stages = Stages.of(randomPolicy(random), 1 << 12, 64, 256);
        long token = 0;
        for (int i = 0; i < 2_000; i++)
        {
            for (int burst = random.nextInt(12); burst > 0 && stages.enqueue(token + 1); burst--)
            {
                token++;
            }
            switch (random.nextInt(6))
            {
                case 0 -> stages.reader.doWork();
                case 1 -> stages.decide();
                case 2 -> stages.dispatch();
                case 3 -> stages.drain();
                case 4 -> stages.doWork();
                default -> swapOrNot(stages, random);
            }
        }
        stages.policyHandler.exchange(null);
        final Holding last = new Handing("last");
        last.isDeciding = true;
        final PolicyExchange exchange = post(stages, last);
        stages.settle();

        assertThat(exchange.isDone()).isTrue();
        assertThat(stages.decided).hasSize((int)token).doesNotHaveDuplicates();
    }

    private void swapOrNot(final Stages stages, final Random random)
    {
        final PolicyExchange exchange = post(stages, randomPolicy(random));
        if (random.nextBoolean())
        {
            stages.settle();
        }
        else if (random.nextBoolean())
        {
            stages.decide();
        }
        if (!exchange.isDone() && exchange.withdraw())
        {
            stages.policyHandler.exchange(null);
        }
    }

    private SchedulingPolicy randomPolicy(final Random random)
    {
        switch (random.nextInt(3))
        {
            case 0:
                return (task, out) -> out.dispatch(task).commit();

            case 1:
                return (task, out) ->
                {
                    throw FAILURE;
                };

            default:
                final Handing policy = new Handing("x");
                policy.isDeciding = random.nextBoolean();
                return policy;
        }
    }
}
