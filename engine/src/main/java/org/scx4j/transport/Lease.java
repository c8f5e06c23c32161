// SPDX-License-Identifier: Apache-2.0
package org.scx4j.transport;

/**
 * The engine's lease: it has its say as long as no hot thread is silent for too long while there is work. Without it
 * the kernel's side schedules by itself.
 * <p>
 * Thread safety: {@link #beat(int)} is for each hot thread, the rest for any. Nothing here allocates.
 */
public interface Lease
{
    /**
     * Says that a hot thread has begun another duty cycle: it lives. Each for itself, all the time.
     *
     * @param slot of the calling thread.
     */
    void beat(int slot);

    /**
     * Whether the kernel's side schedules by itself now.
     *
     * @return false while the engine has its say.
     */
    boolean isLost();

    /**
     * How often the lease was lost.
     *
     * @return count.
     */
    long nrLost();

    /**
     * For how long it was lost, a current loss left out.
     *
     * @return nanoseconds in all.
     */
    long lostNs();

    /**
     * The longest of these losses.
     *
     * @return nanoseconds.
     */
    long maxLostNs();

    /**
     * Who was silent at the last loss.
     *
     * @return the kernel's id of the thread, 0 if there was none.
     */
    int threadId();
}
