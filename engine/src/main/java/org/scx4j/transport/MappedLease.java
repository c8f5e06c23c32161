// SPDX-License-Identifier: Apache-2.0
package org.scx4j.transport;

import org.scx4j.protocol.ControlFlyweight;

/**
 * The lease in the control words.
 * <p>
 * Thread safety: as {@link Lease}.
 */
final class MappedLease implements Lease
{
    private final ControlFlyweight control;

    MappedLease(final ControlFlyweight control)
    {
        this.control = control;
    }

    @Override
    public void beat(final int slot)
    {
        control.beat(slot);
    }

    @Override
    public boolean isLost()
    {
        return 0 != control.leaseLostAtNs();
    }

    @Override
    public long nrLost()
    {
        return control.nrLeasesLost();
    }

    @Override
    public long lostNs()
    {
        return control.leaseLostNs();
    }

    @Override
    public long maxLostNs()
    {
        return control.leaseLostMaxNs();
    }

    @Override
    public int threadId()
    {
        return control.leaseLostThread();
    }
}
