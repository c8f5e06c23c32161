// SPDX-License-Identifier: Apache-2.0
package org.scx4j.sim;

/**
 * What one task of a recording did: when it came, how long it computed and slept in turns, and how it ended.
 * <p>
 * Thread safety: immutable.
 *
 * @param taskClass whose row of a report it belongs to.
 * @param commLow   first eight bytes of its name.
 * @param commHigh  last eight bytes of its name.
 * @param weight    its share.
 * @param birthNs   when it first became runnable, since the recording's begin.
 * @param turns     nanoseconds of computing and of sleeping, one after the other, from computing to computing.
 * @param end       what comes behind them.
 */
record RecordedTask(
    int taskClass, long commLow, long commHigh, int weight, long birthNs, TurnLog turns, RecordedTask.End end)
{
    /** What comes behind the last turn. */
    enum End
    {
        /** It has exited. */
        EXITS,
        /** It sleeps for good: it was not seen again. */
        SLEEPS,
        /** It computes for good: it did so as the recording ended. */
        COMPUTES
    }
}
