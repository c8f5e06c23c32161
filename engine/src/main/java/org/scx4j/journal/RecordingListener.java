// SPDX-License-Identifier: Apache-2.0
package org.scx4j.journal;

import org.agrona.MutableDirectBuffer;

/**
 * Sees what is in a recording, in the order in which the policy's thread has written it.
 */
public interface RecordingListener
{
    /**
     * A session begins; there is one before anything else.
     *
     * @param session its circumstances.
     */
    void onSession(JournalSession session);

    /**
     * A duty cycle of the policy begins.
     *
     * @param nowNs its time, CLOCK_MONOTONIC nanoseconds.
     * @return false to see no more.
     */
    boolean onCycle(long nowNs);

    /**
     * The policy has seen an event.
     *
     * @param buffer holds it; valid during the call.
     * @param offset of its {@code struct sched_queued_task}.
     */
    void onEvent(MutableDirectBuffer buffer, int offset);

    /**
     * What a CPU does has changed.
     *
     * @param cpu     its number.
     * @param pid     of who runs there, 0 if it is idle.
     * @param startNs since when, CLOCK_MONOTONIC nanoseconds.
     */
    void onCpu(int cpu, int pid, long startNs);

    /**
     * Records are missing here.
     *
     * @param nrDropped how many.
     */
    void onGap(long nrDropped);
}
