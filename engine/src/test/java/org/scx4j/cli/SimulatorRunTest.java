// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code scx4j run} without a kernel, on a machine of four CPUs.
 */
@Timeout(60)
class SimulatorRunTest
{
    private static final String NOT_ROOT =
        "backend sim: not root, so CPUs and tasks are simulated; with sudo, the real ones are scheduled";

    @TempDir
    private Path root;
    private MachineFixture machine;
    private FakeKernel kernel;
    private Session session;

    @BeforeEach
    void before()
    {
        machine = new MachineFixture(root);
        kernel = new FakeKernel();
        session = new Session(machine, () -> kernel);
    }

    private Map<String, Object> json()
    {
        assertThat(session.outLines()).hasSize(1);
        return JsonValue.object(session.outLines().get(0));
    }

    @Test
    void shouldSimulateThisMachineForTheTimeAndPrintASummary()
    {
        final long beganNs = System.nanoTime();
        assertThat(session.execute("run", "--backend", "sim", "--duration", "200ms")).isZero();

        assertThat(System.nanoTime() - beganNs).as("real time").isGreaterThanOrEqualTo(200_000_000L);
        assertThat(session.errLines()).containsExactly("scx4j: simulating 4 CPUs, as this machine has (sim): policy " +
            "fifo, workload burners+sleepers (scx4j sim takes others), for 200 ms; Ctrl-C stops it");
        assertThat(session.out()).startsWith("burners+sleepers: 200 ms simulated on 4 CPUs, policy fifo, seed 1\n");
        assertThat(kernel.isAttached()).isFalse();
    }

    @Test
    void shouldSayWhyWhenTheMachineCameDownToIt()
    {
        machine.user(1000, "0000000000000000");

        assertThat(session.execute("run", "--duration", "40ms")).isZero();
        assertThat(session.errLines()).hasSize(2).first().isEqualTo("scx4j: " + NOT_ROOT);

        final Session asked = new Session(machine, () -> kernel);
        assertThat(asked.execute("run", "--backend", "auto", "--duration", "40ms")).isZero();
        assertThat(asked.errLines()).hasSize(2).first().isEqualTo("scx4j: " + NOT_ROOT);
    }

    @Test
    void shouldDecideAsTheSimulatorDoesWithTheSameOptions()
    {
        assertThat(session.execute("run", "--backend", "sim", "--duration", "200ms", "--policy", "stride", "--slice",
            "2ms", "--timeout", "1s", "--rescue", "10ms", "--json")).isZero();
        final Session sim = new Session(machine, null);
        assertThat(sim.execute("sim", "--cpus", "4", "--duration", "200ms", "--policy", "stride", "--slice", "2ms",
            "--timeout", "1s", "--rescue", "10ms", "--json")).isZero();

        assertThat(json()).containsEntry("backend", "sim").containsEntry("policy", "stride")
            .containsEntry("duration_ns", 200_000_000L).containsEntry("cpus", 4L).containsEntry("nr_lost", 0L)
            .containsEntry("decision_digest", JsonValue.object(sim.out().strip()).get("decision_digest"));
    }

    @Test
    void shouldHaveTheCoresAndCachesOfThisMachine()
    {
        machine.cpus("0-7");
        for (int cpu = 0; cpu < 8; cpu++)
        {
            final String folder = "sys/devices/system/cpu/cpu" + cpu + "/";
            machine.write(folder + "topology/core_cpus_list", cpu % 4 + "," + (cpu % 4 + 4) + "\n")
                .write(folder + "cache/index0/level", "3\n")
                .write(folder + "cache/index0/type", "Unified\n")
                .write(folder + "cache/index0/shared_cpu_list", cpu % 4 < 2 ? "0-1,4-5\n" : "2-3,6-7\n");
        }

        assertThat(session.execute("run", "--backend", "sim", "--duration", "40ms", "--json")).isZero();
        assertThat(json()).containsEntry("cpus", 8L).containsEntry("cpus_per_core", 2L)
            .containsEntry("cpus_per_llc", 4L).containsEntry("cpus_per_node", 8L);
    }

    @Test
    void shouldReportWhatWasSimulatedUntilThenWhenASignalComes() throws InterruptedException
    {
        final Thread signal = new Thread(() ->
        {
            while (!session.err().contains(" s  decided "))
            {
                Thread.onSpinWait();
            }
            session.stop.request();
        });
        signal.start();

        assertThat(session.execute("run", "--backend", "sim", "--stats", "0.1", "--json")).isZero();

        signal.join();
        assertThat(session.errLines().get(0)).endsWith("(scx4j sim takes others); Ctrl-C stops it");
        assertThat(session.errLines()).hasSizeGreaterThanOrEqualTo(2);
        assertThat((Long)json().get("duration_ns")).isPositive();
        assertThat(json()).containsEntry("violation", null);
    }

    @Test
    void shouldHaveASummaryEvenOfNothing()
    {
        session.stop.request();

        assertThat(session.execute("run", "--backend", "sim")).isZero();
        assertThat(session.out()).contains(": 0 ns simulated on 4 CPUs").doesNotContain("NaN %");
    }

    @Test
    void shouldSayThatThePolicyIsNotReplacedWhenThatIsWanted()
    {
        session.stop.reload().request();

        assertThat(session.execute("run", "--backend", "sim", "--duration", "40ms")).isZero();
        assertThat(session.errLines()).endsWith(
            "scx4j: the policy of a simulation is not replaced: end it by Ctrl-C, and start another");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "--on-policy-failure detach", "--policy-limit 2s", "--fallback stride", "--layout inline", "--wait park",
        "--cpus 1", "--no-lock-memory", "--lease 5ms", "--poll 0", "--partial", "--full-user", "--low-power",
        "--per-cpu-local", "--no-restart", "--keep", "--name x", "--ring-bytes 4K", "--exit-dump-len 0", "--object x"})
    void shouldRefuseWhatOnlyAKernelCanDo(final String option)
    {
        assertThat(session.execute(("run --backend sim " + option).split(" "))).isEqualTo(ExitCode.USAGE.status());

        assertThat(session.errLines()).containsExactly("scx4j: " + option.split(" ")[0] +
            " is not for a simulation: leave it out (backend sim: as it was asked for)");
        assertThat(session.out()).isEmpty();
    }

    @Test
    void shouldSayWhyThereIsNoKernelWhenTheMachineCameDownToIt()
    {
        machine.user(1000, "0000000000000000");

        assertThat(session.execute("run", "--keep", "--take-over")).isEqualTo(ExitCode.ENVIRONMENT.status());
        assertThat(session.errLines()).containsExactly(
            "scx4j: --keep, --take-over are not for a simulation: leave them out (" + NOT_ROOT + ")");
    }

    @Test
    void shouldNotRecordASimulation()
    {
        final Path file = root.resolve("x.scxj");
        final List<String> args = List.of("record", "--output", file.toString());
        machine.user(1000, "0000000000000000");
        assertThat(session.execute(args.toArray(String[]::new))).isEqualTo(ExitCode.ENVIRONMENT.status());

        assertThat(session.errLines()).containsExactly("scx4j: only what a kernel does is recorded: a simulation " +
            "does the same again by its seed, see scx4j sim --help (" + NOT_ROOT + ")");
        assertThat(file).satisfies((path) -> assertThat(Files.exists(path)).isFalse());
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "--duration 0 | --duration must be longer than 0; leave it out to run until Ctrl-C",
        "--slice 1us | slice out of range: 1000 ns, must be 100000 to 1000000000 ns",
        "--option a=b | policy 'fifo' has no option 'a': it has none"})
    void shouldSayInOneLineWhatIsWrong(final String line)
    {
        final String[] parts = line.split(" \\| ");
        machine.user(1000, "0000000000000000");

        assertThat(session.execute(("run " + parts[0]).split(" "))).isEqualTo(ExitCode.USAGE.status());
        assertThat(session.errLines()).containsExactly("scx4j: " + parts[1]);
    }
}
