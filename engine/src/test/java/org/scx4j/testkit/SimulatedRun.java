// SPDX-License-Identifier: Apache-2.0
package org.scx4j.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.scx4j.api.SchedulingPolicy;
import org.scx4j.sim.MachineShape;
import org.scx4j.sim.Simulation;
import org.scx4j.sim.SimulationListener;
import org.scx4j.sim.SimulationReport;
import org.scx4j.sim.SimulationSettings;
import org.scx4j.sim.Workload;

/**
 * Has a policy schedule a workload on a simulated machine, and fails the test if the policy throws or an invariant does
 * not hold: no task is lost, in two places, on a CPU that it may not use, or kept waiting for too long. What else the
 * test wants it asks the report.
 * <pre>{@code
 * SimulationReport report = SimulatedRun.of(new Mine())
 *     .workload("task burner count=2x : loop { run 20ms } task sleeper count=4 : loop { run 200us; sleep 5ms }")
 *     .cpus(4)
 *     .run(Duration.ofSeconds(10));
 * assertThat(report.of("sleeper").waitP99Ns()).isLessThan(20_000_000);
 * }</pre>
 * The same run comes out the same each time, on every machine.
 * <p>
 * Thread safety: none. For one run.
 */
public final class SimulatedRun
{
    private static final int NR_CPUS_DEFAULT = 4;

    private final SchedulingPolicy policy;
    private final Map<String, String> options = new TreeMap<>();
    private final List<Throwable> policyErrors = new ArrayList<>();
    private SimulationSettings settings = new SimulationSettings().shape(MachineShape.flat(NR_CPUS_DEFAULT));
    private Workload workload = Workload.of("burners+sleepers");

    private SimulatedRun(final SchedulingPolicy policy)
    {
        this.policy = policy;
    }

    /**
     * A run on four CPUs, of the workload {@code burners+sleepers}, with seed 0.
     *
     * @param policy to be tested; a new object.
     * @return a run that has not begun.
     */
    public static SimulatedRun of(final SchedulingPolicy policy)
    {
        return new SimulatedRun(policy);
    }

    /**
     * Sets the number of CPUs, which are all alike.
     *
     * @param nrCpus 1 or more.
     * @return this.
     */
    public SimulatedRun cpus(final int nrCpus)
    {
        settings.shape(MachineShape.flat(nrCpus));
        return this;
    }

    /**
     * Sets what all that is random comes from.
     *
     * @param seed any number.
     * @return this.
     */
    public SimulatedRun seed(final long seed)
    {
        settings.seed(seed);
        return this;
    }

    /**
     * Sets the whole machine, instead of {@link #cpus} and {@link #seed}.
     *
     * @param machine its CPUs, costs and limits.
     * @return this.
     */
    public SimulatedRun settings(final SimulationSettings machine)
    {
        settings = machine;
        return this;
    }

    /**
     * Sets what the tasks do.
     *
     * @param text of a workload, as {@code docs/simulation.md} describes it; or the name of a built-in one.
     * @return this.
     * @throws org.scx4j.exceptions.SchedulerException if it is wrong: one line with the place.
     */
    public SimulatedRun workload(final String text)
    {
        workload = Workload.builtInNames().contains(text) ? Workload.of(text) : Workload.parse("workload", text);
        return this;
    }

    /**
     * Sets an option of the policy, as {@code --option} does.
     *
     * @param name  of it.
     * @param value of it.
     * @return this.
     */
    public SimulatedRun option(final String name, final String value)
    {
        options.put(name, value);
        return this;
    }

    /**
     * Runs.
     *
     * @param virtualTime that passes.
     * @return how it went.
     * @throws AssertionError if an invariant does not hold, or the policy has thrown.
     */
    public SimulationReport run(final Duration virtualTime)
    {
        final String name = policy.getClass().getSimpleName();
        final Simulation simulation = new Simulation(
            settings, workload, policy, name, options, SimulationListener.NONE, policyErrors::add);
        simulation.run(virtualTime.toNanos());
        final SimulationReport report = simulation.report();
        if (!policyErrors.isEmpty())
        {
            throw new AssertionError(
                name + " has thrown " + policyErrors.size() + " times, first " + policyErrors.get(0),
                policyErrors.get(0));
        }
        if (null != report.violation())
        {
            throw new AssertionError(name + ": " + report.violationLine());
        }
        return report;
    }
}
