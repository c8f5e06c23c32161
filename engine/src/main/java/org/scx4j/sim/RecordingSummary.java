// SPDX-License-Identifier: Apache-2.0
package org.scx4j.sim;

/**
 * What a workload that was recorded is made of.
 *
 * @param policy     that was recorded.
 * @param kernel     its release; empty if it is not known.
 * @param durationNs that was read, nanoseconds.
 * @param nrCpus     of the machine that were online.
 * @param nrTasks    that were seen.
 * @param nrTurns    of computing and sleeping that they had.
 * @param nrMissed   turns more of which there was no record: they are part of the one behind.
 * @param nrDropped  records that the recording has lost.
 * @param runNs      CPU time of all of them, nanoseconds.
 * @param damage     what is wrong with the file: one line; empty if nothing was found.
 */
public record RecordingSummary(
    String policy,
    String kernel,
    long durationNs,
    int nrCpus,
    long nrTasks,
    long nrTurns,
    long nrMissed,
    long nrDropped,
    long runNs,
    String damage)
{
}
