// SPDX-License-Identifier: Apache-2.0
package org.scx4j.sim;

import java.util.List;
import java.util.Map;
import org.scx4j.protocol.KernelCounter;

/**
 * How a simulation went. Times are virtual nanoseconds unless their name says otherwise.
 * <p>
 * Thread safety: immutable.
 *
 * @param workload           what the tasks did: a name or a file.
 * @param policy             who decided.
 * @param shape              of the machine.
 * @param seed               by which, with the same settings, all of this comes out again; but for {@code wallNs}.
 * @param durationNs         virtual time that has passed.
 * @param wallNs             real time that it took.
 * @param nrEvents           wake-ups, enqueues, decisions, and tasks put on a CPU and taken off it.
 * @param nrSwitches         of a CPU to another task.
 * @param nrMigrations       of a task to another CPU.
 * @param nrLlcMigrations    of these: to another last level cache of the same node.
 * @param nrNodeMigrations   of these: to another NUMA node.
 * @param nrForksRefused     forks that found as many tasks as there may be.
 * @param busyNs             time that CPUs were busy, summed over them.
 * @param overheadNs         of this: switches and migrations.
 * @param idleWhileWaitingNs time that CPUs were idle although tasks waited, also for the decision, summed over CPUs.
 * @param fairness           Jain's index of CPU time by weight, over the tasks that never slept and may use all CPUs: 1
 *                           is equal, 1/n the worst; NaN if there are fewer than two.
 * @param nrPolicyErrors     exceptions out of the policy.
 * @param nrHeld             tasks that were undecided at the end.
 * @param decisionDigest     of all decisions and their times: equal for equal runs.
 * @param counters           those of the kernel's side.
 * @param classes            what became of the tasks, in the order of the workload.
 * @param nrChecks           invariants that were looked at.
 * @param violation          the first invariant that did not hold, null if all did.
 */
public record SimulationReport(
    String workload,
    String policy,
    MachineShape shape,
    long seed,
    long durationNs,
    long wallNs,
    long nrEvents,
    long nrSwitches,
    long nrMigrations,
    long nrLlcMigrations,
    long nrNodeMigrations,
    long nrForksRefused,
    long busyNs,
    long overheadNs,
    long idleWhileWaitingNs,
    double fairness,
    long nrPolicyErrors,
    long nrHeld,
    long decisionDigest,
    Map<KernelCounter, Long> counters,
    List<TaskClassReport> classes,
    long nrChecks,
    Violation violation)
{
    private static final double S = 1e9;

    /**
     * A counter of the kernel's side.
     *
     * @param counter which one.
     * @return its value.
     */
    public long counter(final KernelCounter counter)
    {
        return counters.get(counter);
    }

    /**
     * How busy the CPUs were.
     *
     * @return 0 to 1.
     */
    public double utilisation()
    {
        return 0 == durationNs ? 0 : (double)busyNs / durationNs / shape.nrCpus();
    }

    /**
     * How fast the simulation was.
     *
     * @return events in a second of real time.
     */
    public double eventsPerSecond()
    {
        return 0 == wallNs ? 0 : nrEvents * S / wallNs;
    }

    /**
     * What became of the tasks of one name.
     *
     * @param name of the class.
     * @return its report.
     * @throws IllegalArgumentException if there is none of that name.
     */
    public TaskClassReport of(final String name)
    {
        return classes.stream().filter((one) -> one.name().equals(name)).findFirst()
            .orElseThrow(() -> new IllegalArgumentException("no task '" + name + "' in " + workload));
    }

    /**
     * What was violated, in one line that says how to see it again.
     *
     * @return empty if all invariants hold.
     */
    public String violationLine()
    {
        if (null == violation)
        {
            return "";
        }
        final String task = violation.task().isEmpty() ?
            "" : ", task " + violation.task() + " (pid " + violation.pid() + ")";
        return "invariant " + violation.kind() + " violated at " + violation.timeNs() + " ns" + task + ": " +
            violation.what() + "; again by the same options with --seed " + seed;
    }
}
