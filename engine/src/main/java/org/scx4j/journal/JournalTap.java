// SPDX-License-Identifier: Apache-2.0
package org.scx4j.journal;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;
import org.scx4j.api.CpuStates;
import org.scx4j.pipeline.Journal;
import org.scx4j.topology.CpuTopology;

/**
 * The policy thread's end of a recording: copies each record into a ring of memory, and returns. If the ring is full,
 * because the file does not keep up, the rest of the duty cycle is dropped and counted; the record after it says so.
 * <p>
 * What the CPUs are doing is part of what the policy sees, and changes under its eyes. So a policy that is recorded
 * looks at an image, which is brought up to date when it first asks in a duty cycle; what has changed is recorded.
 * <p>
 * Thread safety: one thread writes, the policy's; one reads {@link #ring()}. Any may ask {@link #nrDropped()}.
 */
public final class JournalTap implements Journal
{
    /** Room for what is on its way to the file. */
    static final int RING_BYTES = 8 << 20;
    /** A policy that never asks has the CPUs recorded this often, for another one that is replayed. */
    static final long REFRESH_NS = 1_000_000;
    private static final int ALIGNMENT_BYTES = 128;

    private final OneToOneRingBuffer ring;
    private final AtomicBuffer memory;
    private final TappedCpuStates cpuStates;
    private volatile long nrDropped;
    private long nrInGap;
    private boolean isCut;
    private boolean isRefreshed;
    private long refreshedNs;

    /**
     * Makes one for an event path.
     *
     * @param live      what the CPUs are doing.
     * @param topology  of the CPUs.
     * @param nrCpuIds  CPUs that the kernel can have.
     * @param ringBytes room for records, a power of two.
     */
    JournalTap(final CpuStates live, final CpuTopology topology, final int nrCpuIds, final int ringBytes)
    {
        ring = new OneToOneRingBuffer(new UnsafeBuffer(
            BufferUtil.allocateDirectAligned(ringBytes + RingBufferDescriptor.TRAILER_LENGTH, ALIGNMENT_BYTES)));
        memory = ring.buffer();
        cpuStates = new TappedCpuStates(this, live, topology, nrCpuIds);
    }

    OneToOneRingBuffer ring()
    {
        return ring;
    }

    /**
     * What the CPUs are doing, for the policy that is recorded.
     *
     * @return a view for the policy's thread.
     */
    public CpuStates cpuStates()
    {
        return cpuStates;
    }

    /** Records that found no room. */
    long nrDropped()
    {
        return nrDropped;
    }

    @Override
    public void onCycle(final long nowNs)
    {
        isCut = false;
        isRefreshed = false;
        final boolean isAfterGap = nrInGap > 0;
        if (isAfterGap)
        {
            closeGap();
        }
        final int index = claim(RecordDescriptor.CYCLE, RecordDescriptor.CYCLE_BYTES);
        if (index > 0)
        {
            memory.putLong(index + RecordDescriptor.CYCLE_TIME_NS_OFFSET, nowNs, LITTLE_ENDIAN);
            ring.commit(index);
        }
        if (isAfterGap || nowNs - refreshedNs >= REFRESH_NS)
        {
            refreshedNs = nowNs;
            isRefreshed = true;
            cpuStates.refresh(isAfterGap);
        }
    }

    private void closeGap()
    {
        final int index = ring.tryClaim(RecordDescriptor.GAP, RecordDescriptor.GAP_BYTES);
        isCut = index <= 0;
        if (!isCut)
        {
            memory.putLong(index + RecordDescriptor.GAP_DROPPED_OFFSET, nrInGap, LITTLE_ENDIAN);
            ring.commit(index);
            nrInGap = 0;
        }
    }

    /** The policy asks what CPUs are doing: all answers of a duty cycle are of one moment. */
    void onQuestion()
    {
        if (!isRefreshed)
        {
            isRefreshed = true;
            cpuStates.refresh(false);
        }
    }

    @Override
    public void onLease(final boolean isLost, final long nrLost, final long lostNs)
    {
        final int index = claim(RecordDescriptor.LEASE, RecordDescriptor.LEASE_BYTES);
        if (index > 0)
        {
            memory.putLong(index + RecordDescriptor.LEASE_LOSSES_OFFSET, nrLost, LITTLE_ENDIAN);
            memory.putLong(index + RecordDescriptor.LEASE_LOST_NS_OFFSET, lostNs, LITTLE_ENDIAN);
            memory.putLong(index + RecordDescriptor.LEASE_IS_LOST_OFFSET, isLost ? 1 : 0, LITTLE_ENDIAN);
            ring.commit(index);
        }
    }

    @Override
    public void onEvent(final DirectBuffer buffer, final int offset)
    {
        final int index = claim(RecordDescriptor.EVENT, RecordDescriptor.EVENT_BYTES);
        if (index > 0)
        {
            memory.putBytes(index, buffer, offset, RecordDescriptor.EVENT_BYTES);
            ring.commit(index);
        }
    }

    @Override
    public void onDecision(final DirectBuffer buffer, final int offset)
    {
        final int index = claim(RecordDescriptor.DECISION, RecordDescriptor.DECISION_BYTES);
        if (index > 0)
        {
            memory.putBytes(index, buffer, offset, RecordDescriptor.DECISION_BYTES);
            ring.commit(index);
        }
    }

    void onCpu(final int cpu, final boolean isIdle, final int pid, final long startNs, final long vtime)
    {
        final int index = claim(RecordDescriptor.CPU, RecordDescriptor.CPU_BYTES);
        if (index > 0)
        {
            memory.putInt(index + RecordDescriptor.CPU_NUMBER_OFFSET, cpu, LITTLE_ENDIAN);
            memory.putInt(
                index + RecordDescriptor.CPU_FLAGS_OFFSET, isIdle ? RecordDescriptor.CPU_IDLE : 0, LITTLE_ENDIAN);
            memory.putLong(index + RecordDescriptor.CPU_PID_OFFSET, pid & 0xffff_ffffL, LITTLE_ENDIAN);
            memory.putLong(index + RecordDescriptor.CPU_START_NS_OFFSET, startNs, LITTLE_ENDIAN);
            memory.putLong(index + RecordDescriptor.CPU_VTIME_OFFSET, vtime, LITTLE_ENDIAN);
            ring.commit(index);
        }
    }

    /** Where a record may be written, or a number that is not positive: then it is dropped. */
    private int claim(final int type, final int lengthBytes)
    {
        final int index = isCut ? 0 : ring.tryClaim(type, lengthBytes);
        if (index <= 0)
        {
            isCut = true;
            nrInGap++;
            nrDropped++;
        }
        return index;
    }
}
