// SPDX-License-Identifier: Apache-2.0
package org.scx4j.journal;

/**
 * What a replay did.
 *
 * @param policy              name of the policy.
 * @param first               the session that was replayed first.
 * @param nrSessions          sessions in all.
 * @param nrEvents            events that the policy has seen.
 * @param nrTasks             of these: tasks that were runnable.
 * @param nrCycles            duty cycles of the policy.
 * @param nrDecisions         of the policy.
 * @param digest              SHA-256 of the decisions' records.
 * @param nrRecordedDecisions decisions that were recorded with the events.
 * @param recordedDigest      SHA-256 of their records.
 * @param nrDropped           records that the recording has lost.
 * @param nrPolicyErrors      exceptions out of the policy.
 * @param recordedNs          time from the first to the last duty cycle, as recorded.
 * @param elapsedNs           time that the replay took.
 * @param isStopped           whether it was ended before the recording did.
 * @param damage              one line on where the recording is damaged, and the replay ended; empty if it is whole.
 */
public record ReplayReport(
    String policy,
    JournalSession first,
    int nrSessions,
    long nrEvents,
    long nrTasks,
    long nrCycles,
    long nrDecisions,
    String digest,
    long nrRecordedDecisions,
    String recordedDigest,
    long nrDropped,
    long nrPolicyErrors,
    long recordedNs,
    long elapsedNs,
    boolean isStopped,
    String damage)
{
    /**
     * How fast it was.
     *
     * @return events per second.
     */
    public double eventsPerSecond()
    {
        return 0 == elapsedNs ? 0 : nrEvents * 1e9 / elapsedNs;
    }

    /**
     * Whether the policy has decided as the one that was recorded did.
     *
     * @return true if all decisions are the same, byte for byte, in the same order.
     */
    public boolean isAsRecorded()
    {
        return digest.equals(recordedDigest);
    }
}
