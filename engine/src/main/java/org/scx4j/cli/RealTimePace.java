// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import org.agrona.concurrent.NanoClock;
import org.scx4j.sim.Simulation;

/**
 * Has virtual time pass as real time does: a step is simulated once as much real time has passed. The decisions are
 * those of the same simulation at full speed. A machine that can't keep up is followed, and not caught up with.
 * <p>
 * Thread safety: none, used by one thread.
 */
final class RealTimePace
{
    /** How far virtual time is behind at most while all is well; and how soon a wish to end is noticed. */
    static final long STEP_NS = TimeUnit.MILLISECONDS.toNanos(20);
    /** What is made up for; a machine that is behind by more has lost the rest. */
    static final long BEHIND_MAX_NS = TimeUnit.SECONDS.toNanos(1);

    private final NanoClock clock;
    private final LongConsumer sleeper;
    private long lostNs;

    /**
     * Begins at the first step.
     *
     * @param clock   real time, ns.
     * @param sleeper sleeps for nanoseconds.
     */
    RealTimePace(final NanoClock clock, final LongConsumer sleeper)
    {
        this.clock = clock;
        this.sleeper = sleeper;
    }

    /**
     * Runs a simulation.
     *
     * @param simulation  to run from its beginning, to its end or until an invariant is violated.
     * @param durationNs  virtual time at the end.
     * @param isEndWanted asked before each step: true ends it early.
     * @param look        called about every step.
     */
    void run(
        final Simulation simulation,
        final long durationNs,
        final BooleanSupplier isEndWanted,
        final Runnable look)
    {
        boolean isWhole = true;
        long beganNs = clock.nanoTime();
        while (isWhole && simulation.timeNs() < durationNs && !isEndWanted.getAsBoolean())
        {
            final long stepNs = Math.min(STEP_NS, durationNs - simulation.timeNs());
            final long behindNs = clock.nanoTime() - beganNs - simulation.timeNs() - stepNs;
            if (behindNs < 0)
            {
                sleeper.accept(-behindNs);
            }
            else
            {
                final long tooMuchNs = Math.max(0, behindNs - BEHIND_MAX_NS);
                beganNs += tooMuchNs;
                lostNs += tooMuchNs;
                isWhole = simulation.run(stepNs);
            }
            look.run();
        }
    }

    /**
     * Real time in which no virtual time passed, because the machine was too slow.
     *
     * @return nanoseconds, 0 if it kept up.
     */
    long lostNs()
    {
        return lostNs;
    }
}
