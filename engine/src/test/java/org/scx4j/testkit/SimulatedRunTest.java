// SPDX-License-Identifier: Apache-2.0
package org.scx4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.scx4j.api.Decision;
import org.scx4j.api.Dispatcher;
import org.scx4j.api.QueuedTask;
import org.scx4j.api.SchedulingPolicy;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.policy.Fifo;
import org.scx4j.policy.Stride;
import org.scx4j.sim.SimulationReport;
import org.scx4j.sim.SimulationSettings;

/**
 * A policy's test that simulates.
 */
@Timeout(60)
class SimulatedRunTest
{
    private static final Duration TEN_SECONDS = Duration.ofSeconds(10);

    @Test
    void shouldReportTheWaitsOfTheWorkload()
    {
        final SimulationReport report = SimulatedRun.of(new Fifo())
            .workload("task burner count=2x : loop { run 20ms } task sleeper count=4 : loop { run 200us; sleep 5ms }")
            .cpus(4)
            .seed(1)
            .run(TEN_SECONDS);

        assertThat(report.shape().nrCpus()).isEqualTo(4);
        assertThat(report.seed()).isEqualTo(1);
        assertThat(report.durationNs()).isEqualTo(TEN_SECONDS.toNanos());
        assertThat(report.of("burner").nrTasks()).isEqualTo(8);
        assertThat(report.of("sleeper").waitP99Ns()).isBetween(1_000_000L, 20_000_000L);
    }

    @Test
    void shouldTakeABuiltInWorkloadAndAWholeMachine()
    {
        final SimulationReport report = SimulatedRun.of(new Stride())
            .workload("pipe").settings(new SimulationSettings().seed(9)).run(Duration.ofMillis(100));

        assertThat(report.workload()).isEqualTo("pipe");
        assertThat(report.seed()).isEqualTo(9);
    }

    /** Its tasks wait for a time that no kernel would let pass: the newest goes first, the others never. */
    private static final class Unfair implements SchedulingPolicy
    {
        private final Deque<long[]> held = new ArrayDeque<>();

        @Override
        public boolean wantsCpuAvailable()
        {
            return true;
        }

        @Override
        public void onTask(final QueuedTask task, final Dispatcher out)
        {
            out.hold(task.token());
            held.push(new long[]{task.pid(), task.token(), task.enqueueNs()});
        }

        @Override
        public void onCpuAvailable(final int cpu, final Dispatcher out)
        {
            if (!held.isEmpty())
            {
                final long[] task = held.pop();
                final Decision decision = out.dispatch((int)task[0], task[1], task[2]);
                decision.cpu(cpu).commit();
            }
        }
    }

    @Test
    void shouldFailTheTestWhenATaskStarves()
    {
        final SimulatedRun run = SimulatedRun.of(new Unfair())
            .settings(new SimulationSettings().maxWaitNs(2_000_000))
            .workload("task burner count=3x : loop { run 50ms }");

        assertThatThrownBy(() -> run.run(TEN_SECONDS))
            .isInstanceOf(AssertionError.class)
            .hasMessageStartingWith("Unfair: invariant MAX_WAIT violated at ")
            .hasMessageContaining("task burner");
    }

    @Test
    void shouldFailTheTestWhenThePolicyThrows()
    {
        final SchedulingPolicy policy = (task, out) ->
        {
            throw new IllegalStateException("broken");
        };

        assertThatThrownBy(() -> SimulatedRun.of(policy).run(Duration.ofMillis(10)))
            .isInstanceOf(AssertionError.class)
            .hasMessageContaining("has thrown")
            .hasRootCauseMessage("broken");
    }

    @Test
    void shouldRefuseAnOptionThatThePolicyDoesNotKnow()
    {
        assertThatThrownBy(() -> SimulatedRun.of(new Fifo()).option("depth", "3").run(TEN_SECONDS))
            .isInstanceOf(SchedulerException.class)
            .hasMessageContaining("depth");
    }
}
