// SPDX-License-Identifier: Apache-2.0
package org.scx4j.pipeline;

import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.NanoClock;
import org.scx4j.transport.KernelTransport;

/**
 * Spins for a moment, then sleeps until a record is queued.
 * <p>
 * The moment is a time, not a number of cycles: a thread that does not own its CPU must give it back before the kernel
 * takes it, or it comes back behind everybody else instead of being woken ahead of them.
 * <p>
 * Thread safety: for the thread that reads the queued ring.
 */
final class ParkingIdleStrategy implements IdleStrategy
{
    private final KernelTransport transport;
    private final NanoClock clock;
    private final long spinNs;
    private final int timeoutMs;
    private long idleSinceNs;
    private boolean idle;

    /**
     * Waits on a transport.
     *
     * @param transport whose queued ring ends the sleep.
     * @param clock     to measure the moment with.
     * @param spinNs    idle time before it sleeps, nanoseconds.
     * @param timeoutMs the longest sleep; bounds how late a decision that waits for room is tried again.
     */
    ParkingIdleStrategy(
        final KernelTransport transport, final NanoClock clock, final long spinNs, final int timeoutMs)
    {
        this.transport = transport;
        this.clock = clock;
        this.spinNs = spinNs;
        this.timeoutMs = timeoutMs;
    }

    @Override
    public void idle(final int workCount)
    {
        if (workCount > 0)
        {
            idle = false;
            return;
        }
        idle();
    }

    @Override
    public void idle()
    {
        final long nowNs = clock.nanoTime();
        if (!idle)
        {
            idle = true;
            idleSinceNs = nowNs;
        }
        if (nowNs - idleSinceNs < spinNs)
        {
            Thread.onSpinWait();
        }
        else
        {
            transport.park(timeoutMs);
        }
    }

    @Override
    public void reset()
    {
        idle = false;
    }

    @Override
    public String alias()
    {
        return "park";
    }
}
