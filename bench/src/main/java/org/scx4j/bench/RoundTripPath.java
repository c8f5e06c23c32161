// SPDX-License-Identifier: Apache-2.0
package org.scx4j.bench;

import org.agrona.concurrent.AtomicBuffer;

/**
 * What answers the kernel's side: the engine, or its reference.
 * <p>
 * Thread safety: for one thread. Either {@link #enter} and turns on the calling thread, or {@link #start}; then
 * {@link #close}.
 */
interface RoundTripPath extends AutoCloseable
{
    /**
     * Takes turns on the calling thread from now on.
     *
     * @param cpu to pin it to.
     */
    void enter(int cpu);

    /**
     * Takes turns, and has the kernel's side exchange after each.
     *
     * @param count of turns.
     */
    void exchange(int count);

    /**
     * The same, with the turns timed.
     *
     * @param times gets the nanoseconds of each turn alone, a word each.
     * @param count of turns.
     */
    void timeTurns(AtomicBuffer times, int count);

    /**
     * Takes turns on a thread of its own from now on, all the time.
     *
     * @param cpu to pin that thread to.
     */
    void start(int cpu);

    /**
     * What the thread that takes turns has allocated on the heap.
     *
     * @return bytes so far.
     */
    long allocatedBytes();

    /** Ends the turns, and unmaps. */
    @Override
    void close();
}
