// SPDX-License-Identifier: Apache-2.0
package org.scx4j.journal;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.scx4j.api.CpuStates;
import org.scx4j.protocol.KernelCounter;
import org.scx4j.topology.CpuTopology;
import org.scx4j.transport.CpuStatesImage;
import org.scx4j.transport.Lease;
import org.scx4j.transport.LeaseState;
import org.scx4j.transport.MachinelessTransport;
import org.scx4j.transport.QueuedRecordHandler;

/**
 * A kernel that is a recording: its events come out one by one, decisions go to a {@link DecisionSink} and change
 * nothing.
 * <p>
 * Thread safety: for one thread.
 */
final class ReplayTransport extends MachinelessTransport
{
    private final DecisionSink sink;
    private final CpuStatesImage image;
    private final int nrCpuIds;
    private Lease lease = LeaseState.NEVER_LOST;
    private MutableDirectBuffer buffer;
    private int offset;

    ReplayTransport(final JournalSession session, final DecisionSink sink)
    {
        this.sink = sink;
        this.nrCpuIds = session.nrCpuIds();
        this.image = new CpuStatesImage(session.topology().nrCpuIds());
    }

    /** The next event; valid until it is polled. */
    void event(final MutableDirectBuffer buffer, final int offset)
    {
        this.buffer = buffer;
        this.offset = offset;
    }

    CpuStatesImage image()
    {
        return image;
    }

    void lease(final Lease lease)
    {
        this.lease = lease;
    }

    @Override
    public int poll(final QueuedRecordHandler handler, final int limit)
    {
        if (null == buffer || limit < 1)
        {
            return 0;
        }
        handler.onRecord(buffer, offset);
        buffer = null;
        return 1;
    }

    @Override
    public boolean offer(final DirectBuffer decision, final int decisionOffset)
    {
        sink.onDecision(decision, decisionOffset);
        return true;
    }

    @Override
    public CpuStates cpuStates(final CpuTopology topology)
    {
        return image.view(topology);
    }

    @Override
    public Lease lease()
    {
        return lease;
    }

    @Override
    public int nrCpuIds()
    {
        return nrCpuIds;
    }

    @Override
    public String backend()
    {
        return "replay";
    }

    @Override
    public void scheduleCurrentThread(final boolean isScheduled)
    {
        throw new UnsupportedOperationException("a recording schedules no threads");
    }

    @Override
    public void publish()
    {
    }

    @Override
    public long counter(final KernelCounter counter)
    {
        return 0;
    }
}
