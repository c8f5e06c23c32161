// SPDX-License-Identifier: Apache-2.0
package org.scx4j.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.scx4j.api.Dispatcher;
import org.scx4j.api.QueuedTask;
import org.scx4j.api.SchedulingPolicy;
import org.scx4j.cli.PolicyCatalog;
import org.scx4j.policy.Edf;
import org.scx4j.policy.Fifo;
import org.scx4j.policy.Stride;
import org.scx4j.protocol.KernelCounter;

@Timeout(120)
class SimulationTest
{
    private static final long MS = 1_000_000L;
    private static final long S = 1_000 * MS;
    private static final MachineShape SMT = new MachineShape(8, 2, 4, 8);

    private static SimulationSettings settings(final int nrCpus)
    {
        return new SimulationSettings().shape(MachineShape.flat(nrCpus)).seed(1);
    }

    private static SimulationReport run(
        final SimulationSettings settings, final String workload, final SchedulingPolicy policy, final long durationNs)
    {
        final Simulation simulation = new Simulation(settings, Workload.parse("test", workload), policy, "test");
        simulation.run(durationNs);
        return simulation.report();
    }

    private static Object[][] workloadsAndPolicies()
    {
        return Workload.builtInNames().stream()
            .flatMap((workload) -> new PolicyCatalog().names().stream().map((policy) -> new Object[]{workload, policy}))
            .toArray(Object[][]::new);
    }

    @ParameterizedTest
    @MethodSource("workloadsAndPolicies")
    void shouldKeepAllInvariantsAndRepeatItself(final String workload, final String policy)
    {
        final SimulationReport first = runBuiltIn(workload, policy, 7);
        final SimulationReport second = runBuiltIn(workload, policy, 7);

        assertThat(first.violation()).as(first.violationLine()).isNull();
        assertThat(first.counter(KernelCounter.NR_DECIDED)).isPositive();
        assertThat(first.nrPolicyErrors()).isZero();
        assertThat(first.counter(KernelCounter.NR_QUEUED)).isEqualTo(first.counter(KernelCounter.NR_DECIDED) +
            first.counter(KernelCounter.NR_EXITED) + first.counter(KernelCounter.NR_KERNEL) + first.nrHeld());
        assertThat(second.decisionDigest()).isEqualTo(first.decisionDigest());
        assertThat(second.nrEvents()).isEqualTo(first.nrEvents());
        assertThat(second.classes()).isEqualTo(first.classes());
        assertThat(second.counters()).isEqualTo(first.counters());
    }

    private static SimulationReport runBuiltIn(final String workload, final String policy, final long seed)
    {
        final Simulation simulation = new Simulation(new SimulationSettings().shape(SMT).seed(seed),
            Workload.of(workload), new PolicyCatalog().create(policy), policy);
        simulation.run(400 * MS);
        return simulation.report();
    }

    @Test
    void shouldDecideOtherwiseWhenTheSeedIsAnother()
    {
        assertThat(runBuiltIn("server", "fifo", 1).decisionDigest())
            .isNotEqualTo(runBuiltIn("server", "fifo", 2).decisionDigest());
    }

    @Test
    void shouldBeTheSameInOnePieceAndInMany()
    {
        final Simulation whole = new Simulation(settings(4), Workload.of("server"), new Fifo(), "fifo");
        final Simulation pieces = new Simulation(settings(4), Workload.of("server"), new Fifo(), "fifo");
        whole.run(300 * MS);
        for (int i = 0; i < 300; i++)
        {
            pieces.run(MS);
        }

        assertThat(pieces.report().decisionDigest()).isEqualTo(whole.report().decisionDigest());
        assertThat(pieces.report().busyNs()).isEqualTo(whole.report().busyNs());
        assertThat(pieces.report().idleWhileWaitingNs()).isEqualTo(whole.report().idleWhileWaitingNs());
    }

    /** Decides at random: any CPU, also forbidden ones, head, preempt, kicks, late, twice, or never. */
    private static final class Wild implements SchedulingPolicy
    {
        private final Random random;
        private int heldPid;
        private long heldToken;

        Wild(final long seed)
        {
            random = new Random(seed);
        }

        @Override
        public boolean wantsCpuAvailable()
        {
            return true;
        }

        @Override
        public long tickIntervalNs()
        {
            return MS;
        }

        @Override
        public void onTask(final QueuedTask task, final Dispatcher out)
        {
            final int what = random.nextInt(20);
            if (0 == what)
            {
                return;
            }
            if (what < 4)
            {
                heldPid = task.pid();
                heldToken = task.token();
                out.hold(heldToken);
                return;
            }
            if (4 == what)
            {
                throw new IllegalStateException("wild");
            }
            final var decision = out.dispatch(task).vtime(random.nextInt(1000)).cpu(random.nextInt(9) - 1)
                .sliceNs(random.nextInt(3) * MS);
            if (5 == what)
            {
                decision.preempt();
            }
            else if (6 == what)
            {
                decision.head();
            }
            decision.commit();
            if (7 == what)
            {
                out.dispatch(task).commit();
                out.kick(random.nextInt(10));
                out.preempt(random.nextInt(10) - 1);
            }
        }

        @Override
        public void onCpuAvailable(final int cpu, final Dispatcher out)
        {
            out.dispatch(heldPid, heldToken, 0).cpu(cpu).commit();
        }

        @Override
        public void onTick(final long nowNs, final Dispatcher out)
        {
            out.dispatch(heldPid, heldToken, 0).commit();
        }
    }

    private static String randomWorkload(final Random random)
    {
        final String[] cpus = {"", "cpus=0", "cpus=1-2", "cpus=0-5", "cpus=3"};
        final String[] steps = {"run exp 300us", "run uniform 1us 8ms", "sleep exp 1ms", "wake b", "wake c 2", "fork d",
            "wake a peer sync", "every 3ms", "wake b all", "loop 3 { run 10us; sleep 5us }", "reply", "wait"};
        final StringBuilder text = new StringBuilder();
        for (final String name : new String[]{"a", "b", "c"})
        {
            text.append("task ").append(name).append(" count=").append(1 + random.nextInt(4)).append(" weight=")
                .append(1 + random.nextInt(500)).append(' ').append(cpus[random.nextInt(cpus.length)])
                .append(" : loop { run exp 100us; ");
            for (int i = random.nextInt(6); i > 0; i--)
            {
                text.append(steps[random.nextInt(steps.length)]).append("; ");
            }
            text.append("sleep exp 500us }\n");
        }
        return text.append("task d count=0 ").append(cpus[random.nextInt(cpus.length)])
            .append(" : run exp 200us; sleep 1ms; run 1us; reply").toString();
    }

    @Test
    void shouldKeepAllInvariantsWhateverThePolicyAndTheTasksDo()
    {
        for (long seed = 0; seed < 60; seed++)
        {
            final Random random = new Random(seed);
            final String workload = randomWorkload(random);
            final SimulationSettings settings = new SimulationSettings().seed(seed).maxTasks(64).rescueNs(5 * MS)
                .shape(random.nextBoolean() ? SMT : MachineShape.flat(6));
            final SimulationReport report = run(settings, workload, new Wild(seed), 200 * MS);

            assertThat(report.violation()).as("seed %d: %s%n%s", seed, report.violationLine(), workload).isNull();
            assertThat(report.counter(KernelCounter.NR_LOST)).as("seed %d", seed).isZero();
            assertThat(report.counter(KernelCounter.NR_TWICE)).as("seed %d", seed).isZero();
            assertThat(report.nrEvents()).as("seed %d", seed).isGreaterThan(300);
        }
    }

    /** Has a look at where tasks run. */
    private static final class Affinity implements SimulationListener
    {
        private final int[] runs = new int[8];

        @Override
        public void onRun(final long timeNs, final int pid, final int cpu, final long waitNs)
        {
            runs[cpu]++;
        }
    }

    @Test
    void shouldRunTasksOnlyWhereTheyMayRun()
    {
        final Affinity affinity = new Affinity();
        final Simulation simulation = new Simulation(settings(8), Workload.parse("w",
            "task a count=4 cpus=2-3 : loop { run 1ms; sleep exp 1ms }\ntask b count=2 cpus=6 : loop { run 2ms }"),
            new Stride(), "stride", Map.of(), affinity, (ex) ->
            {
            });

        assertThat(simulation.run(S)).isTrue();
        assertThat(affinity.runs[2]).isPositive();
        assertThat(affinity.runs[3]).isPositive();
        assertThat(affinity.runs[6]).isPositive();
        assertThat(affinity.runs[0] + affinity.runs[1] + affinity.runs[4]).isZero();
        assertThat(affinity.runs[5] + affinity.runs[7]).isZero();
    }

    @Test
    void shouldRescueTasksThatThePolicyForgets()
    {
        final SchedulingPolicy forgetful = new SchedulingPolicy()
        {
            private int nrTasks;

            @Override
            public void onTask(final QueuedTask task, final Dispatcher out)
            {
                if (0 != ++nrTasks % 10)
                {
                    out.dispatch(task).commit();
                }
            }
        };
        final SimulationReport report = run(settings(2), "task a count=4 : loop { run 1ms; sleep 1ms }", forgetful, S);

        assertThat(report.violation()).isNull();
        assertThat(report.counter(KernelCounter.NR_RESCUED)).isGreaterThan(20);
        assertThat(report.of("a").waitMaxNs()).isBetween(50 * MS, 56 * MS);
    }

    @Test
    void shouldRescueTasksThatThePolicyHoldsForTooLong()
    {
        final SimulationReport report = run(settings(2).maxWaitNs(S), "task a count=2 : loop { run 1ms; sleep 1ms }",
            (task, out) -> out.hold(task.token()), 2 * S);

        assertThat(report.violation()).isNull();
        assertThat(report.counter(KernelCounter.NR_DECIDED)).isZero();
        assertThat(report.counter(KernelCounter.NR_RESCUED)).isPositive();
        assertThat(report.of("a").waitMaxNs()).isBetween(250 * MS, 256 * MS);
    }

    @Test
    void shouldSayWhoHasWaitedForTooLongAndEnd()
    {
        final SchedulingPolicy unfair = (task, out) -> out.dispatch(task).vtime(task.weight()).commit();
        final SimulationReport report = run(settings(1).seed(42).maxWaitNs(500 * MS),
            "task first count=2 weight=1 : loop { run 1ms }\ntask last weight=100 : loop { run 1ms }", unfair, 10 * S);

        assertThat(report.violation().kind()).isEqualTo(Violation.Kind.MAX_WAIT);
        assertThat(report.violation().task()).isEqualTo("last");
        assertThat(report.durationNs()).isBetween(500 * MS, S);
        assertThat(report.violationLine())
            .startsWith("invariant MAX_WAIT violated at ")
            .contains(" ns, task last (pid 1002): has waited ")
            .endsWith("again by the same options with --seed 42");
    }

    @Test
    void shouldShareByWeightWithStride()
    {
        final SimulationReport report = run(settings(2), "task light count=3 weight=100 : loop { run 7ms }\n" +
            "task heavy count=3 weight=200 : loop { run 3ms }", new Stride(), 20 * S);

        final double ratio = (double)report.of("heavy").cpuNs() / report.of("light").cpuNs();
        assertThat(ratio).isCloseTo(2.0, within(0.1));
        assertThat(report.fairness()).isGreaterThan(0.995);
        assertThat(report.utilisation()).isCloseTo(1.0, within(0.001));
    }

    @Test
    void shouldHandAByteToAndFroWithinMicroseconds()
    {
        final SimulationReport report = run(settings(2), "task ping : loop { run 4us; wake pong peer sync; wait }\n" +
            "task pong : loop { wait; run 4us; wake ping peer sync }", new Fifo(), S);

        assertThat(report.of("ping").nrTurns()).isBetween(30_000L, 100_000L);
        assertThat(report.of("pong").waitP50Ns()).isBetween(2_000L, 10_000L);
        assertThat(report.of("pong").waitMaxNs()).isLessThan(MS);
    }

    @Test
    void shouldTakeAsLongAsTheLatencyOfDecisions()
    {
        final String workload = "task a count=2 : loop { run 100us; sleep 1ms }";
        final SimulationSettings slow =
            settings(4).costs(SimulationCosts.DEFAULT.withDecisionNs(Distribution.constant(300_000)));
        final SimulationReport report = run(slow, workload, new Fifo(), S);

        assertThat(report.of("a").waitP50Ns()).isBetween(300_000L, 320_000L);
        assertThat(run(settings(4), workload, new Fifo(), S).of("a").waitP50Ns()).isLessThan(10_000L);
    }

    @Test
    void shouldSlowDownBothTasksOfACore()
    {
        final String workload = "task a count=2 : loop { run 1ms }";
        final SimulationReport alone = run(settings(2), workload, new Fifo(), S);
        final SimulationReport shared =
            run(new SimulationSettings().shape(new MachineShape(2, 2, 2, 2)), workload, new Fifo(), S);

        assertThat(alone.of("a").nrTurns()).isBetween(1_990L, 2_000L);
        assertThat(shared.of("a").nrTurns()).isBetween(1_180L, 1_210L);
    }

    @Test
    void shouldUseIdleCoresBeforeBusyOnes()
    {
        final SimulationReport report = run(new SimulationSettings().shape(SMT),
            "task a count=4 : loop { run 1ms; sleep 1us }", new Fifo(), S);

        assertThat(report.of("a").nrTurns()).as("at full speed, each on a core of its own").isGreaterThan(3_900L);
    }

    @Test
    void shouldMeetDeadlinesWithEdfByPreemption()
    {
        final String workload = "task burner count=4 : loop { run 50ms }\ntask periodic : loop { run 1ms; every 10ms }";
        final Simulation simulation = new Simulation(settings(2), Workload.parse("w", workload), new Preempting(), "p");
        simulation.run(S);
        final SimulationReport report = simulation.report();

        assertThat(report.violation()).isNull();
        assertThat(report.counter(KernelCounter.NR_PREEMPTS)).isGreaterThan(90);
        assertThat(report.of("periodic").waitMaxNs()).isLessThan(MS);
        assertThat(run(settings(2), workload, new Edf(), S).of("periodic").waitMaxNs()).isGreaterThan(MS);
    }

    /** Takes CPU 0 for whoever is called periodic. */
    private static final class Preempting implements SchedulingPolicy
    {
        @Override
        public void onTask(final QueuedTask task, final Dispatcher out)
        {
            if (task.comm().startsWith("periodic"))
            {
                out.dispatch(task).cpu(0).preempt().commit();
            }
            else
            {
                out.dispatch(task).vtime(task.enqueueNs()).commit();
            }
        }
    }

    @Test
    void shouldRefuseForksBeyondTheLimit()
    {
        final SimulationReport report = run(settings(2).maxTasks(10),
            "task parent : loop { fork child; run 10us }\ntask child count=0 : run 10ms; sleep 1s", new Fifo(), S);

        assertThat(report.violation()).isNull();
        assertThat(report.nrForksRefused()).isPositive();
        assertThat(report.of("child").nrTasks()).isBetween(9L, 30L);
    }

    @Test
    void shouldGoOnWhenThePolicyThrows()
    {
        final SimulationReport report = run(settings(2), "task a count=4 : loop { run 1ms; sleep 1ms }", (task, out) ->
        {
            throw new IllegalStateException("no");
        }, S);

        assertThat(report.violation()).isNull();
        assertThat(report.nrPolicyErrors()).isEqualTo(report.counter(KernelCounter.NR_DECIDED) + report.nrHeld());
        assertThat(report.of("a").nrTurns()).isGreaterThan(1_000);
    }

    @Test
    void shouldScheduleByItselfWhenUserSpaceIsFarBehind()
    {
        final SimulationSettings settings = settings(8).maxTasks(40_000)
            .costs(SimulationCosts.DEFAULT.withDecisionNs(Distribution.constant(20 * MS)));
        final SimulationReport report =
            run(settings, "task a count=35000 : loop { run 1us; sleep 100us }", new Fifo(), 200 * MS);

        assertThat(report.violation()).as(report.violationLine()).isNull();
        assertThat(report.counter(KernelCounter.NR_CONGESTED)).isPositive();
        assertThat(report.counter(KernelCounter.NR_KERNEL)).isPositive();
    }

    @Test
    void shouldRefuseAWorkloadThatDoesNotFit()
    {
        assertThatThrownBy(() -> run(settings(2), "task a cpus=0-3 : run 1ms", new Fifo(), S))
            .hasMessage("workload test: task a has cpus=0-3, but this machine has CPUs 0-1; give it more by --cpus, " +
                "or the task others");
        assertThatThrownBy(() -> run(settings(2).maxTasks(3), "task a count=4 : run 1ms", new Fifo(), S))
            .hasMessage("the workload has more than 3 tasks at the start: have fewer, or allow more by --tasks");
        assertThatThrownBy(() -> run(settings(2), "task a : loop { wake a; wait }", new Fifo(), S))
            .hasMessage("task a of the workload goes through 1000000 steps without time passing: give its loop a run " +
                "or a sleep");
        assertThatThrownBy(() -> new Simulation(settings(2), Workload.of("pipe"), new Fifo(), "fifo",
            Map.of("color", "red"), SimulationListener.NONE, (ex) ->
            {
            })).hasMessage("policy 'fifo' has no option 'color': it has none");
    }
}
