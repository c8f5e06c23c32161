// SPDX-License-Identifier: Apache-2.0
package org.scx4j.pipeline;

import java.util.concurrent.atomic.AtomicInteger;
import org.scx4j.api.SchedulingPolicy;

/**
 * The wish to have a policy replaced, and what became of it. The policy's thread fulfils it between two batches, unless
 * it is withdrawn before.
 * <p>
 * Thread safety: any thread. What was written before {@link #done()} is visible to whoever has seen {@link #isDone()}.
 */
public final class PolicyExchange
{
    private static final int WANTED = 0;
    private static final int TAKEN = 1;
    private static final int CONFIRMED = 2;
    private static final int DONE = 3;
    private static final int WITHDRAWN = 4;

    private final AtomicInteger state = new AtomicInteger(WANTED);
    private final SchedulingPolicy next;
    private final long tickIntervalNs;

    /**
     * To be posted by {@link Pipeline#exchange(PolicyExchange)}.
     *
     * @param next started already.
     */
    public PolicyExchange(final SchedulingPolicy next)
    {
        this.next = next;
        this.tickIntervalNs = next.tickIntervalNs();
    }

    SchedulingPolicy next()
    {
        return next;
    }

    long tickIntervalNs()
    {
        return tickIntervalNs;
    }

    /** The policy's thread begins; from here on it can't be withdrawn, only abandoned. */
    boolean take()
    {
        return state.compareAndSet(WANTED, TAKEN);
    }

    /** The old policy has handed over; false if nobody wants that any more. */
    boolean confirm()
    {
        return state.compareAndSet(TAKEN, CONFIRMED);
    }

    void done()
    {
        state.setRelease(DONE);
    }

    /**
     * Whether the next policy decides, and the one before gets no more events.
     *
     * @return true from then on.
     */
    public boolean isDone()
    {
        return DONE == state.getAcquire();
    }

    /**
     * Takes the wish back, if the policy's thread has not begun to fulfil it.
     *
     * @return true if the policy stays.
     */
    public boolean withdraw()
    {
        return state.compareAndSet(WANTED, WITHDRAWN) || WITHDRAWN == state.getAcquire();
    }

    /**
     * Gives it up although the policy's thread may have begun: for an old policy that does not end to hand over, and
     * whose whole event path is given up.
     *
     * @return true if that thread will not call the next policy.
     */
    public boolean abandon()
    {
        return withdraw() || state.compareAndSet(TAKEN, WITHDRAWN);
    }
}
