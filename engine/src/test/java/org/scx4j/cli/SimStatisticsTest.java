// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.scx4j.policy.Fifo;
import org.scx4j.sim.MachineShape;
import org.scx4j.sim.Simulation;
import org.scx4j.sim.SimulationReport;
import org.scx4j.sim.SimulationSettings;
import org.scx4j.sim.Workload;

@Timeout(60)
class SimStatisticsTest
{
    private static final long S = 1_000_000_000L;
    private static final String LINE =
        "decided [\\d,]+/s  burner waits p50 \\S+ ms p99 \\S+ ms  sleeper waits p50 \\S+ ms p99 \\S+ ms  " +
        "busy 100.0 %  policy fifo";

    private final Simulation simulation = new Simulation(
        new SimulationSettings().shape(MachineShape.flat(2)).seed(1), Workload.of("burners+sleepers"), new Fifo(),
        "fifo");
    private final StringWriter text = new StringWriter();
    private long nowNs = 5 * S;

    private SimStatistics statistics(final long intervalNs)
    {
        return new SimStatistics(new PrintWriter(text), intervalNs, () -> nowNs);
    }

    @Test
    void shouldPrintALineEachIntervalOfRealTime()
    {
        final SimStatistics statistics = statistics(S);
        simulation.run(S);
        statistics.look(simulation);
        assertThat(text.toString()).as("too early").isEmpty();

        nowNs += S;
        statistics.look(simulation);
        statistics.look(simulation);
        simulation.run(S);
        nowNs += S;
        statistics.look(simulation);
        assertThat(text.toString().lines()).satisfiesExactly(
            (line) -> assertThat(line).matches("   1\\.0 s  " + LINE),
            (line) -> assertThat(line).matches("   2\\.0 s  " + LINE));
    }

    @Test
    void shouldPrintNothingWhenNoLinesAreWanted()
    {
        final SimStatistics statistics = statistics(0);
        simulation.run(S);
        nowNs += 10 * S;
        statistics.look(simulation);

        assertThat(text.toString()).isEmpty();
    }

    @Test
    void shouldHaveRatesSinceTheLineBefore()
    {
        simulation.run(S);
        final SimulationReport first = simulation.report();
        simulation.run(S);
        final SimulationReport second = simulation.report();

        assertThat(decided(SimStatistics.line(null, first)) + decided(SimStatistics.line(first, second)))
            .isCloseTo(2 * decided(SimStatistics.line(null, second)), within(1L));
    }

    private static long decided(final String line)
    {
        return Long.parseLong(line.replaceAll(".*decided ([\\d,]+)/s.*", "$1").replace(",", ""));
    }
}
