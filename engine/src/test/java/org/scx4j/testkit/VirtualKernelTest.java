// SPDX-License-Identifier: Apache-2.0
package org.scx4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.scx4j.api.Cpu;
import org.scx4j.api.Dispatcher;
import org.scx4j.api.EngineContext;
import org.scx4j.api.QueuedTask;
import org.scx4j.api.SchedulingPolicy;
import org.scx4j.policy.Central;
import org.scx4j.policy.Fifo;
import org.scx4j.policy.Tier;

/**
 * The kernel that tests of policies play: what it shows the policy, and what it does not let pass.
 */
@Timeout(60)
@ExtendWith(VirtualKernelExtension.class)
class VirtualKernelTest
{
    private static final long MS = 1_000_000;

    @Test
    void shouldShowThePolicyWhatTheTestSays(final VirtualKernel kernel)
    {
        final List<String> seen = new ArrayList<>();
        kernel.start((task, out) ->
        {
            seen.add(task.pid() + " of " + task.tgid() + " " + task.comm() + " weight " + task.weight() + " on " +
                task.prevCpu() + " of " + task.nrCpusAllowed() + " vtime " + task.vtime() + " at " +
                task.enqueueNs() + " ran " + task.startNs() + " to " + task.stopNs() + " " + task.execRuntimeNs() +
                " of " + task.sumExecRuntimeNs() + " cgroup " + task.cgroupId() + " flags " + task.flags());
            out.dispatch(task).cpu(2).vtime(7).sliceNs(3 * MS).preempt().commit();
        });

        final long token = kernel.task(42).tgid(40).comm("editor").weight(305).prevCpu(1).nrCpusAllowed(3).vtime(5)
            .ran(10, 20).runtime(10, 1000).cgroupId(77).flags(4).enqueue();

        assertThat(seen).containsExactly("42 of 40 editor weight 305 on 1 of 3 vtime 5 at " + kernel.nowNs() +
            " ran 10 to 20 10 of 1000 cgroup 77 flags 4");
        assertThat(kernel.takeDecisions()).hasSize(1).first().satisfies((decided) ->
        {
            assertThat(decided.token()).isEqualTo(token);
            assertThat(decided.pid()).isEqualTo(42);
            assertThat(decided.cpu()).isEqualTo(2);
            assertThat(decided.vtime()).isEqualTo(7);
            assertThat(decided.sliceNs()).isEqualTo(3 * MS);
            assertThat(decided.isPreempting()).isTrue();
            assertThat(decided.isHead()).isFalse();
            assertThat(decided.isAnyCpu()).isFalse();
        });
        assertThat(kernel.takeDecisions()).isEmpty();
        assertThat(kernel.decisions()).hasSize(1);
    }

    @Test
    void shouldGiveTasksToIdleCpusWhenThePolicyBindsLate(@Cpus(2) final VirtualKernel kernel)
    {
        kernel.start(new Central());
        kernel.running(0, 1, 0);
        kernel.running(1, 2, 0);
        kernel.task(3).enqueue();
        kernel.task(4).enqueue();
        assertThat(kernel.heldPids()).containsExactly(3, 4);

        kernel.cpuAvailable(1);

        assertThat(kernel.takeDecisions()).extracting(DecidedTask::pid, DecidedTask::cpu)
            .containsExactly(tuple(3, 1));
        assertThat(kernel.heldPids()).containsExactly(4);
    }

    @Test
    void shouldTickWhenTimeGoesBy(final VirtualKernel kernel)
    {
        kernel.start(new Central());
        kernel.task(3).enqueue();
        kernel.task(4).enqueue();
        kernel.exit(4);

        kernel.advance(Duration.ofMillis(100));

        assertThat(kernel.takeDecisions()).as("central holds nothing for longer than 20 ms")
            .extracting(DecidedTask::pid).containsExactly(3);
    }

    @Test
    void shouldPreemptWhoIsLessUrgentWhenThePolicySaysSo(@Cpus(1) final VirtualKernel kernel)
    {
        kernel.start(new Tier());
        kernel.task(1).weight(33).enqueue();
        final DecidedTask batch = kernel.takeDecisions().get(0);
        kernel.running(0, 1, batch.vtime());
        kernel.advance(Duration.ofMillis(50));

        kernel.task(2).weight(305).enqueue();

        final DecidedTask interactive = kernel.takeDecisions().get(0);
        assertThat(interactive.vtime()).isLessThan(batch.vtime());
        assertThat(kernel.takeKicks()).containsExactly(new VirtualKernel.Kick(0, true));
        assertThat(kernel.takeKicks()).isEmpty();
    }

    @Test
    void shouldDecideTheSameWhenTheTestIsTheSame()
    {
        assertThat(decisionsOfARun()).isEqualTo(decisionsOfARun()).hasSize(100);
    }

    private static List<DecidedTask> decisionsOfARun()
    {
        try (VirtualKernel kernel = new VirtualKernel(2))
        {
            kernel.start(new Tier());
            for (int i = 0; i < 100; i++)
            {
                kernel.task(1 + i % 7).weight(20 + 50 * (i % 5)).enqueue();
                kernel.advance(Duration.ofMillis(i % 3));
            }
            return kernel.decisions();
        }
    }

    @Test
    void shouldFailWhenATaskIsForgottenDecidedTwiceOrSentNowhere()
    {
        assertThatThrownBy(() -> verify((task, out) -> { }))
            .isInstanceOf(AssertionError.class).hasMessage("pid 1 is neither decided nor held: token 1");
        assertThatThrownBy(() -> verify((task, out) ->
        {
            out.dispatch(task).commit();
            out.dispatch(task).commit();
        })).isInstanceOf(AssertionError.class).hasMessageStartingWith("decided twice: DecidedTask[pid=1, token=1, ");
        assertThatThrownBy(() -> verify((task, out) -> out.dispatch(task).cpu(4).commit()))
            .isInstanceOf(AssertionError.class).hasMessage("there is no CPU 4: pid 1");
        assertThatThrownBy(() -> verify((task, out) ->
        {
            out.dispatch(task).commit();
            out.dispatch(99, 99, 0).commit();
        })).isInstanceOf(AssertionError.class).hasMessageStartingWith("nobody waits for this: DecidedTask[pid=99, ");
        assertThatThrownBy(() -> verify((task, out) ->
        {
            throw new IllegalStateException("broken");
        })).isInstanceOf(AssertionError.class).hasMessage("the policy threw java.lang.IllegalStateException: broken");
    }

    private static void verify(final SchedulingPolicy policy)
    {
        try (VirtualKernel kernel = new VirtualKernel(4))
        {
            kernel.start(policy);
            kernel.task(1).enqueue();
            kernel.verify();
        }
    }

    @Test
    void shouldForgiveErrorsThatTheTestTakes(final VirtualKernel kernel)
    {
        kernel.start((task, out) ->
        {
            throw new IllegalStateException("broken");
        });
        kernel.task(1).enqueue();

        assertThat(kernel.takePolicyErrors()).hasSize(1).first().asString().endsWith("broken");
        assertThat(kernel.takeDecisions()).as("decided for it").hasSize(1).first()
            .extracting(DecidedTask::cpu).isEqualTo(Cpu.ANY);
    }

    @Test
    void shouldSayWhatToDoWhenItIsUsedWrongly(final VirtualKernel kernel)
    {
        assertThatThrownBy(() -> kernel.task(1).enqueue())
            .isInstanceOf(IllegalStateException.class).hasMessageContaining("call start(policy) first");
        assertThatThrownBy(() -> kernel.start(new Fifo(), Map.of("speed", "high")))
            .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("has no option 'speed'");
        assertThatThrownBy(() -> kernel.task(1).comm("a name that is too long"))
            .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("at most 15 bytes");
        kernel.start(new Fifo());
        assertThatThrownBy(() -> kernel.start(new Fifo()))
            .isInstanceOf(IllegalStateException.class).hasMessageContaining("take another kernel");
    }

    @Test
    void shouldCloseThePolicyWithTheKernel()
    {
        final List<String> calls = new ArrayList<>();
        try (VirtualKernel kernel = new VirtualKernel(1))
        {
            kernel.start(new SchedulingPolicy()
            {
                @Override
                public void onStart(final EngineContext context)
                {
                    calls.add("start with " + context.nrCpuIds() + " CPU, slice " + context.sliceNs());
                }

                @Override
                public void onTask(final QueuedTask task, final Dispatcher out)
                {
                    calls.add("task");
                }

                @Override
                public void onTaskExit(final int pid)
                {
                    calls.add("exit of " + pid);
                }

                @Override
                public void onClose()
                {
                    calls.add("close");
                }
            });
            kernel.exit(9);
        }

        assertThat(calls).containsExactly(
            "start with 1 CPU, slice " + VirtualKernel.sliceNs(), "exit of 9", "close");
    }
}
