// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.scx4j.policy.Fifo;
import org.scx4j.sim.MachineShape;
import org.scx4j.sim.Simulation;
import org.scx4j.sim.SimulationSettings;
import org.scx4j.sim.Workload;

/**
 * A simulation in the real time of a clock that the test moves.
 */
@Timeout(60)
class RealTimePaceTest
{
    private static final long MS = 1_000_000L;
    private static final long S = 1_000 * MS;
    private static final long BEGIN_NS = 5 * S;

    private long nowNs = BEGIN_NS;
    private int nrLooks;
    private final Simulation simulation = simulation();
    private final RealTimePace pace = new RealTimePace(() -> nowNs, (ns) -> nowNs += ns);

    private static Simulation simulation()
    {
        return new Simulation(new SimulationSettings().shape(MachineShape.flat(2)).seed(1),
            Workload.of("burners+sleepers"), new Fifo(), "fifo");
    }

    @Test
    void shouldSimulateAsMuchTimeAsHasPassedAndNoMore()
    {
        pace.run(simulation, S + 1, () -> false, () ->
        {
            nrLooks++;
            assertThat(simulation.timeNs()).isBetween(nowNs - BEGIN_NS - RealTimePace.STEP_NS, nowNs - BEGIN_NS);
        });

        assertThat(simulation.timeNs()).isEqualTo(S + 1);
        assertThat(nowNs).isEqualTo(BEGIN_NS + S + 1);
        assertThat(pace.lostNs()).isZero();
        assertThat(nrLooks).isPositive();
    }

    @Test
    void shouldDecideAsTheSameSimulationAtFullSpeed()
    {
        pace.run(simulation, S, () -> false, () -> nowNs += 7 * MS);

        final Simulation fast = simulation();
        fast.run(S);
        assertThat(simulation.report().decisionDigest()).isEqualTo(fast.report().decisionDigest());
        assertThat(simulation.report().nrEvents()).isEqualTo(fast.report().nrEvents());
    }

    @Test
    void shouldCatchUpAfterAnInterruption()
    {
        pace.run(simulation, 2 * S, () -> false, () -> nowNs += 0 == nrLooks++ ? 900 * MS : 0);

        assertThat(nowNs).isEqualTo(BEGIN_NS + 2 * S);
        assertThat(pace.lostNs()).isZero();
    }

    @Test
    void shouldFollowAMachineThatIsTooSlow()
    {
        pace.run(simulation, S, () -> false, () -> nowNs += 3 * RealTimePace.STEP_NS);

        assertThat(simulation.timeNs()).isEqualTo(S);
        assertThat(pace.lostNs()).isPositive();
        assertThat(nowNs - BEGIN_NS - S - pace.lostNs()).as("what is still to be made up for")
            .isBetween(0L, RealTimePace.BEHIND_MAX_NS + 3 * RealTimePace.STEP_NS);
    }

    @Test
    void shouldEndEarlyWhenThatIsWanted()
    {
        pace.run(simulation, Long.MAX_VALUE, () -> nowNs >= BEGIN_NS + 300 * MS, () ->
        {
        });

        assertThat(simulation.timeNs()).isBetween(300 * MS - RealTimePace.STEP_NS, 300 * MS);
    }

    @Test
    void shouldEndWhenAnInvariantIsViolated(@TempDir final Path folder) throws IOException
    {
        final Path file = Files.writeString(folder.resolve("starve"),
            "task rich count=2 weight=100 : loop { run 1ms }\ntask poor weight=1 : loop { run 1ms }\n");
        final Simulation unfair = new Simulation(
            new SimulationSettings().shape(MachineShape.flat(1)).maxWaitNs(300 * MS), Workload.of(file.toString()),
            new SimCommandTest.Unfair(), "unfair");

        pace.run(unfair, Long.MAX_VALUE, () -> false, () ->
        {
        });

        assertThat(unfair.report().violation()).isNotNull();
        assertThat(nowNs).isBetween(BEGIN_NS + 300 * MS, BEGIN_NS + S);
    }
}
