// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.scx4j.api.Dispatcher;
import org.scx4j.api.QueuedTask;
import org.scx4j.api.SchedulingPolicy;
import org.scx4j.sim.SimulationCosts;
import org.scx4j.sim.SimulationSettings;
import org.scx4j.sim.Workload;

@Timeout(60)
class SimCommandTest
{
    @TempDir
    private Path root;
    private MachineFixture machine;
    private Session session;

    /** Lets the task of weight 1 wait for ever. */
    public static final class Unfair implements SchedulingPolicy
    {
        /** Has no state. */
        public Unfair()
        {
        }

        @Override
        public void onTask(final QueuedTask task, final Dispatcher out)
        {
            out.dispatch(task).vtime(-task.weight()).commit();
        }
    }

    @BeforeEach
    void before()
    {
        machine = new MachineFixture(root);
        session = new Session(machine, null);
    }

    @Test
    void shouldPrintASummaryAndNothingElse()
    {
        assertThat(session.execute("sim", "--duration", "200ms", "--cpus", "8", "--smt", "2", "--llc", "4")).isZero();

        assertThat(session.err()).isEmpty();
        assertThat(session.out())
            .startsWith("burners+sleepers: 200 ms simulated on 8 CPUs, 2 a core, 4 a cache, policy fifo, seed 1\n")
            .contains("\n  burner             100      16 ", "\nmachine\n", "\npolicy\n", "\nsimulation\n", "  " +
                "events/s ")
            .containsPattern("\n  invariants +hold  looked at [\\d,]+ times\n$");
    }

    @Test
    void shouldPrintOneObjectThatTellsTheSameTwice()
    {
        final List<String> args = List.of("sim", "--duration", "100ms", "--workload", "server", "--policy", "stride",
            "--cpus", "2", "--seed", "5", "--json");
        assertThat(session.execute(args.toArray(String[]::new))).isZero();
        assertThat(session.execute(args.toArray(String[]::new))).isZero();

        assertThat(session.outLines()).hasSize(2);
        final Map<String, Object> first = JsonValue.object(session.outLines().get(0));
        final Map<String, Object> second = JsonValue.object(session.outLines().get(1));
        assertThat(first)
            .containsEntry("workload", "server")
            .containsEntry("policy", "stride")
            .containsEntry("cpus", 2L)
            .containsEntry("seed", 5L)
            .containsEntry("duration_ns", 100_000_000L)
            .containsEntry("nr_lost", 0L)
            .containsEntry("violation", null)
            .containsKeys("tasks", "utilisation", "events", "events_per_s", "fairness", "nr_rescued");
        assertThat(first.get("decision_digest")).isEqualTo(second.get("decision_digest"));
        assertThat(first.get("tasks")).isEqualTo(second.get("tasks"));
        assertThat(session.err()).isEmpty();
    }

    @Test
    void shouldSayWhatWasViolatedAndHowToSeeItAgain() throws IOException
    {
        final Path file = Files.writeString(root.resolve("starve"),
            "task rich count=2 weight=100 : loop { run 1ms }\ntask poor weight=1 : loop { run 1ms }\n");

        assertThat(session.execute("sim", "--workload", file.toString(), "--policy", Unfair.class.getName(),
            "--cpus", "1", "--timeout", "300ms", "--seed", "9")).isEqualTo(ExitCode.EVICTED.status());
        assertThat(session.errLines()).singleElement().asString()
            .startsWith("scx4j: invariant MAX_WAIT violated at ")
            .contains(", task poor (pid 1002): has waited ")
            .endsWith("; again by the same options with --seed 9");
        assertThat(session.out()).containsPattern("invariants +VIOLATED  MAX_WAIT");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "--workload sorver | no workload 'sorver': built in are build, burners+sleepers, forkstorm, pipe, server; or " +
        "give the name of a file that is there",
        "--policy lottery | unknown policy 'lottery': known are central, deadline, edf, fifo, stride, tier, or give " +
        "the " +
        "full name of your class and its jar with --classpath",
        "--cpus 0 | CPUs of the simulated machine out of range: 0, must be 1 to 1024",
        "--cpus 8 --smt 2 --llc 3 | a core must be in one last level cache, and that in one NUMA node: 2 CPUs a " +
        "core, 3 " +
        "a cache and 9 a node do not fit; give multiples",
        "--duration 0 | --duration must be longer than 0",
        "--slice 1us | slice out of range: 1000 ns, must be 100000 to 1000000000 ns",
        "--latency soon | --latency:1:1: a time expected, found 'soon'; give a number and ns, us, ms or s, such as 5ms",
        "--latency 2s | the latency of a decision is out of range: 2000000000 ns, must be 0 to 1000000000 ns",
        "--tasks 0 | tasks out of range: 0, must be 1 to 262144",
        "--timeout 0 | longest wait out of range: 0 ns, must be 1000000 to 3600000000000 ns",
        "--option a=b | policy 'fifo' has no option 'a': it has none",
        "--workload x --show-workload | --show-workload shows built-in workloads only: build, burners+sleepers, " +
        "forkstorm, pipe, server"})
    void shouldSayInOneLineWhatIsWrong(final String args, final String message)
    {
        assertThat(session.execute(("sim " + args).split(" "))).isEqualTo(ExitCode.USAGE.status());
        assertThat(session.errLines()).containsExactly("scx4j: " + message);
        assertThat(session.out()).isEmpty();
    }

    @Test
    void shouldSayWhereAWorkloadIsWrong() throws IOException
    {
        final Path file = Files.writeString(root.resolve("mine"), "task a : run 1ms\ntask b : rum 1ms\n");

        assertThat(session.execute("sim", "--workload", file.toString())).isEqualTo(ExitCode.USAGE.status());
        assertThat(session.errLines()).containsExactly("scx4j: " + file + ":2:10: 'rum' is no step; known are run, " +
            "sleep, every, wake, reply, wait, fork, exit and loop");
    }

    @Test
    void shouldShowABuiltInWorkload()
    {
        assertThat(session.execute("sim", "--workload", "pipe", "--show-workload")).isZero();
        assertThat(session.out()).isEqualTo(Workload.builtInText("pipe"));
    }

    @Test
    void shouldHaveTheDefaultsOfTheSimulation()
    {
        final SimOptions options = new SimOptions();

        assertThat(options.kernel.slice.toNanos()).isEqualTo(SimulationSettings.SLICE_DEFAULT_NS);
        assertThat(options.kernel.rescue.toNanos()).isEqualTo(SimulationSettings.RESCUE_DEFAULT_NS);
        assertThat(options.kernel.timeout.toNanos()).isEqualTo(SimulationSettings.MAX_WAIT_DEFAULT_NS);
        assertThat(options.kernel.maxTasks).isEqualTo(SimulationSettings.MAX_TASKS_DEFAULT);
        assertThat(options.kernel.tick.toNanos()).isEqualTo(SimulationCosts.DEFAULT.tickNs());
        assertThat(options.kernel.latency).isEqualTo("uniform 2us 5us");
        assertThat(SimulationCosts.DEFAULT.decisionNs().aNs()).isEqualTo(2_000);
        assertThat(SimulationCosts.DEFAULT.decisionNs().bNs()).isEqualTo(5_000);
    }
}
