// SPDX-License-Identifier: Apache-2.0
package org.scx4j.sim;

import org.scx4j.exceptions.SchedulerException;
import org.scx4j.exceptions.SchedulerException.Category;

/**
 * What things cost on a simulated machine. A task that is switched to or has moved keeps its CPU busy for that long
 * before it does any work of its own: the time to load its state, and to fill the caches that it finds cold.
 * <p>
 * Thread safety: immutable.
 *
 * @param switchNs     of a switch to another task than the CPU ran last.
 * @param migrationNs  of a move to another core that shares the last level cache.
 * @param crossLlcNs   of a move to another last level cache.
 * @param crossNodeNs  of a move to another NUMA node.
 * @param wakeNs       from a kick to the moment in which the kicked CPU looks for a task.
 * @param smtPercent   speed of a CPU while another CPU of its core is busy, 10 to 100 percent of what it has alone.
 * @param tickNs       the kernel looks at slices this often; 0 = slices end on time.
 * @param pollNs       for how long a CPU that was woken for a task waits for the decision on the spot.
 * @param decisionNs   time from a record to the publication of the decision, when user space has nothing else to do.
 * @param perRecordNs  for how long user space is busy with one record: with many, they queue.
 */
public record SimulationCosts(
    long switchNs,
    long migrationNs,
    long crossLlcNs,
    long crossNodeNs,
    long wakeNs,
    int smtPercent,
    long tickNs,
    long pollNs,
    Distribution decisionNs,
    long perRecordNs)
{
    /** Orders of magnitude of a server of today; not measured on any one machine. */
    public static final SimulationCosts DEFAULT = new SimulationCosts(
        1_500, 3_000, 15_000, 40_000, 1_000, 60, 1_000_000, 20_000,
        new Distribution(Distribution.Kind.UNIFORM, 2_000, 5_000), 250);

    private static final long MAX_NS = 1_000_000_000L;

    /**
     * Checks the ranges: times 0 to 1 s.
     *
     * @param switchNs    of a switch to another task.
     * @param migrationNs of a move to another core.
     * @param crossLlcNs  of a move to another last level cache.
     * @param crossNodeNs of a move to another NUMA node.
     * @param wakeNs      from a kick to the look for a task.
     * @param smtPercent  speed of a CPU whose core is shared, 10 to 100.
     * @param tickNs      between two looks at slices.
     * @param pollNs      of waiting on the spot.
     * @param decisionNs  from a record to the publication of the decision.
     * @param perRecordNs for which user space is busy with one record.
     * @throws SchedulerException with category USAGE, if one is left.
     */
    public SimulationCosts
    {
        check(switchNs, "the cost of a switch");
        check(migrationNs, "the cost of a migration");
        check(crossLlcNs, "the cost of a migration across caches");
        check(crossNodeNs, "the cost of a migration across nodes");
        check(wakeNs, "the cost of a wake-up");
        check(tickNs, "the tick");
        check(pollNs, "the poll");
        check(decisionNs.maxNs(), "the latency of a decision");
        check(perRecordNs, "the cost of a record");
        if (smtPercent < 10 || smtPercent > 100)
        {
            throw new SchedulerException(
                Category.USAGE, "speed of a shared core out of range: " + smtPercent + " %, must be 10 to 100 %");
        }
    }

    private static void check(final long ns, final String what)
    {
        if (ns < 0 || ns > MAX_NS)
        {
            throw new SchedulerException(
                Category.USAGE, what + " is out of range: " + ns + " ns, must be 0 to " + MAX_NS + " ns");
        }
    }

    /**
     * The same with another latency of decisions.
     *
     * @param latencyNs from a record to the publication of the decision.
     * @return a copy.
     */
    public SimulationCosts withDecisionNs(final Distribution latencyNs)
    {
        return new SimulationCosts(switchNs, migrationNs, crossLlcNs, crossNodeNs, wakeNs, smtPercent, tickNs, pollNs,
            latencyNs, perRecordNs);
    }

    /**
     * The same with another tick.
     *
     * @param ns between two looks at the slices, 0 = they end on time.
     * @return a copy.
     */
    public SimulationCosts withTickNs(final long ns)
    {
        return new SimulationCosts(switchNs, migrationNs, crossLlcNs, crossNodeNs, wakeNs, smtPercent, ns, pollNs,
            decisionNs, perRecordNs);
    }
}
