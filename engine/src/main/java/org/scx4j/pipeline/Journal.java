// SPDX-License-Identifier: Apache-2.0
package org.scx4j.pipeline;

import org.agrona.DirectBuffer;

/**
 * Hears, in the order in which they happen, of everything that a policy sees and decides.
 * <p>
 * Thread safety: called by the policy's thread only, but for the first cycle, of which the thread that wires the path
 * tells before that one starts. It is called on the event path: it must not allocate, block, lock or throw.
 */
public interface Journal
{
    /** Takes no notes. */
    Journal NONE = new Journal()
    {
        @Override
        public void onCycle(final long nowNs)
        {
        }

        @Override
        public void onLease(final boolean isLost, final long nrLost, final long lostNs)
        {
        }

        @Override
        public void onEvent(final DirectBuffer buffer, final int offset)
        {
        }

        @Override
        public void onDecision(final DirectBuffer buffer, final int offset)
        {
        }
    };

    /**
     * A duty cycle of the policy begins, in which something happens: events, a tick, a lost lease. The first one is
     * that in which the path is wired; nothing happens then, but ticks count from it.
     *
     * @param nowNs time of the cycle, and of its tick if one is due; nanoseconds of the path's clock.
     */
    void onCycle(long nowNs);

    /**
     * The policy is about to be told of the engine's lease.
     *
     * @param isLost whether the kernel's side schedules by itself now.
     * @param nrLost how often it was lost so far.
     * @param lostNs for how long in all, a current loss left out; nanoseconds.
     */
    void onLease(boolean isLost, long nrLost, long lostNs);

    /**
     * The policy is about to see an event.
     *
     * @param buffer holds a {@code sched_queued_task}; valid during this call only.
     * @param offset of its first byte.
     */
    void onEvent(DirectBuffer buffer, int offset);

    /**
     * The policy has decided.
     *
     * @param buffer holds a {@code sched_dispatched_task}; valid during this call only.
     * @param offset of its first byte.
     */
    void onDecision(DirectBuffer buffer, int offset);
}
