// SPDX-License-Identifier: Apache-2.0
package org.scx4j.transport;

import org.scx4j.status.ExitInfo;

/**
 * A kernel without a machine: there is nothing to attach to, its CPUs need no doorbell, and it knows no thread of this
 * process. What is left is where records come from and where decisions go.
 * <p>
 * Thread safety: as that of {@link KernelTransport}.
 */
public abstract class MachinelessTransport implements KernelTransport
{
    /** For those that say where records come from. */
    protected MachinelessTransport()
    {
    }

    @Override
    public String opsName()
    {
        return "none";
    }

    @Override
    public void attach()
    {
    }

    @Override
    public void detach()
    {
    }

    @Override
    public void close()
    {
    }

    @Override
    public int enterHotThread(final int slot, final int cpu, final boolean ownsCpu)
    {
        return 0;
    }

    @Override
    public long threadFaults()
    {
        return 0;
    }

    @Override
    public void park(final int timeoutMs)
    {
    }

    @Override
    public void hold(final long token)
    {
    }

    @Override
    public Lease lease()
    {
        return LeaseState.NEVER_LOST;
    }

    @Override
    public long nrDoorbells()
    {
        return 0;
    }

    @Override
    public long nrParks()
    {
        return 0;
    }

    @Override
    public ExitInfo exitInfo()
    {
        return null;
    }
}
