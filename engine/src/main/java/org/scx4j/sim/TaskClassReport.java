// SPDX-License-Identifier: Apache-2.0
package org.scx4j.sim;

/**
 * What became of the tasks of one name.
 * <p>
 * Thread safety: immutable.
 *
 * @param name      of the class.
 * @param weight    of each task.
 * @param nrTasks   that there were.
 * @param nrRuns    how often one of them got a CPU.
 * @param nrTurns   ends of a turn of an outermost loop, and of programs.
 * @param cpuNs     CPU time of all of them.
 * @param waitP50Ns time from being queued to getting a CPU: not longer for half of the runs.
 * @param waitP99Ns the same for 99 %.
 * @param waitP999Ns the same for 99.9 %.
 * @param waitMaxNs the longest.
 */
public record TaskClassReport(
    String name,
    int weight,
    long nrTasks,
    long nrRuns,
    long nrTurns,
    long cpuNs,
    long waitP50Ns,
    long waitP99Ns,
    long waitP999Ns,
    long waitMaxNs)
{
}
