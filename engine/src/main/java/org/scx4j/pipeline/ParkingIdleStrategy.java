// SPDX-License-Identifier: Apache-2.0
package org.scx4j.pipeline;

import org.agrona.concurrent.IdleStrategy;
import org.scx4j.transport.KernelTransport;

/**
 * Spins for a number of idle duty cycles, then sleeps until a record is queued.
 * <p>
 * Thread safety: for the thread that reads the queued ring.
 */
final class ParkingIdleStrategy implements IdleStrategy
{
    private final KernelTransport transport;
    private final int maxSpins;
    private final int timeoutMs;
    private int spins;

    /**
     * Waits on a transport.
     *
     * @param transport whose queued ring ends the sleep.
     * @param maxSpins  idle duty cycles before it sleeps.
     * @param timeoutMs the longest sleep; bounds how late a decision that waits for room is tried again.
     */
    ParkingIdleStrategy(final KernelTransport transport, final int maxSpins, final int timeoutMs)
    {
        this.transport = transport;
        this.maxSpins = maxSpins;
        this.timeoutMs = timeoutMs;
    }

    @Override
    public void idle(final int workCount)
    {
        if (workCount > 0)
        {
            spins = 0;
            return;
        }
        idle();
    }

    @Override
    public void idle()
    {
        if (spins < maxSpins)
        {
            spins++;
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
        spins = 0;
    }

    @Override
    public String alias()
    {
        return "park";
    }
}
