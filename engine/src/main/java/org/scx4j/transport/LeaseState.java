// SPDX-License-Identifier: Apache-2.0
package org.scx4j.transport;

/**
 * A lease that does not change: of a kernel that asks for none, or as it was at the end.
 *
 * @param isLost    see {@link Lease}.
 * @param nrLost    see {@link Lease}.
 * @param lostNs    see {@link Lease}.
 * @param maxLostNs see {@link Lease}.
 * @param threadId  see {@link Lease}.
 */
public record LeaseState(boolean isLost, long nrLost, long lostNs, long maxLostNs, int threadId) implements Lease
{
    /** Never lost. */
    public static final LeaseState NEVER_LOST = new LeaseState(false, 0, 0, 0, 0);

    /** As it is now. */
    static LeaseState of(final Lease lease)
    {
        return new LeaseState(
            lease.isLost(), lease.nrLost(), lease.lostNs(), lease.maxLostNs(), lease.threadId());
    }

    @Override
    public void beat(final int slot)
    {
    }
}
