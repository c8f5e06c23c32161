// SPDX-License-Identifier: Apache-2.0
package org.scx4j.sim;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.scx4j.cli.PolicyCatalog;

@Timeout(120)
class SimulationAllocationTest
{
    private static final long S = 1_000_000_000L;

    @ParameterizedTest
    @CsvSource({"server,stride", "forkstorm,fifo", "pipe,central"})
    void shouldAllocateNothingPerEvent(final String workload, final String policy)
    {
        final ThreadMXBean threads = (ThreadMXBean)ManagementFactory.getThreadMXBean();
        final Simulation simulation = new Simulation(new SimulationSettings().shape(MachineShape.flat(4)),
            Workload.of(workload), new PolicyCatalog().create(policy), policy);
        simulation.run(S);
        final long eventsBefore = simulation.report().nrEvents();
        final long bytesBefore = threads.getCurrentThreadAllocatedBytes();
        simulation.run(S);
        final long bytes = threads.getCurrentThreadAllocatedBytes() - bytesBefore;
        final long events = simulation.report().nrEvents() - eventsBefore;

        assertThat(events).isGreaterThan(20_000);
        assertThat(bytes).as("bytes for %d events", events).isLessThan(20_000);
    }
}
