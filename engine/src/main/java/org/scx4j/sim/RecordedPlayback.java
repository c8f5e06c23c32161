// SPDX-License-Identifier: Apache-2.0
package org.scx4j.sim;

import java.util.List;

/**
 * Where the tasks of a recording are in what they did.
 * <p>
 * Thread safety: none. Allocates nothing once made.
 */
final class RecordedPlayback
{
    /** Of computing for good, at a time. */
    private static final long LONG_RUN_NS = 3_600_000_000_000L;

    private final List<RecordedTask> recorded;
    private final RecordedTask[] playing;
    private final int[] position;
    private final boolean[] isSleepNext;
    private int nextBorn;
    private long runNs;
    private long sleepNs;
    private boolean isLastTurn;

    /**
     * Begins with the first task that comes.
     *
     * @param capacity tasks that there may be at once.
     * @param recorded in the order in which they come.
     */
    RecordedPlayback(final int capacity, final List<RecordedTask> recorded)
    {
        final int nrSlots = recorded.isEmpty() ? 0 : capacity;
        this.recorded = recorded;
        playing = new RecordedTask[nrSlots];
        position = new int[nrSlots];
        isSleepNext = new boolean[nrSlots];
    }

    /** When the next task comes, since the start, or {@link TimerHeap#NEVER}. */
    long nextBirthNs()
    {
        return nextBorn < recorded.size() ? recorded.get(nextBorn).birthNs() : TimerHeap.NEVER;
    }

    /** The next task. */
    RecordedTask takeBorn()
    {
        return recorded.get(nextBorn++);
    }

    /** A task has got a slot. */
    void begin(final int task, final RecordedTask what)
    {
        playing[task] = what;
        position[task] = 0;
        isSleepNext[task] = false;
    }

    /** What the task does next, as in {@link TaskPrograms}; for how long, the other methods say. */
    int advance(final int task)
    {
        final RecordedTask what = playing[task];
        final int at = position[task];
        isLastTurn = at == what.turns().lengthBytes();
        if (isLastTurn)
        {
            runNs = LONG_RUN_NS;
            return RecordedTask.End.EXITS == what.end() ? TaskPrograms.EXITS :
                RecordedTask.End.SLEEPS == what.end() ? TaskPrograms.BLOCKS : TaskPrograms.RUNS;
        }
        final long ns = what.turns().timeAt(at);
        position[task] = what.turns().after(at);
        isSleepNext[task] = !isSleepNext[task];
        if (isSleepNext[task])
        {
            runNs = ns;
            return TaskPrograms.RUNS;
        }
        sleepNs = ns;
        return TaskPrograms.BLOCKS;
    }

    long runNs()
    {
        return runNs;
    }

    long sleepNs()
    {
        return sleepNs;
    }

    /** Whether nothing recorded is left for the task that was asked about last. */
    boolean isLastTurn()
    {
        return isLastTurn;
    }
}
