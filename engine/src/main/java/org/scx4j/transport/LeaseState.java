// SPDX-License-Identifier: Apache-2.0
package org.scx4j.transport;

/**
 * The engine's lease: whether it has its say, and how often it had not, because a hot thread was silent for too long.
 *
 * @param isLost    whether the kernel's side schedules by itself now.
 * @param nrLost    how often it was lost.
 * @param lostNs    for how long in all, a current loss left out, nanoseconds.
 * @param maxLostNs the longest of these losses, nanoseconds.
 * @param threadId  the kernel's id of the thread that was silent at the last loss, 0 if there was none.
 */
public record LeaseState(boolean isLost, long nrLost, long lostNs, long maxLostNs, int threadId)
{
    /** Never lost. */
    public static final LeaseState NEVER_LOST = new LeaseState(false, 0, 0, 0, 0);
}
