// SPDX-License-Identifier: Apache-2.0
package org.scx4j.protocol;

import static org.scx4j.protocol.ControlDescriptor.BEATS_OFFSET;
import static org.scx4j.protocol.ControlDescriptor.CONTROL_BYTES;
import static org.scx4j.protocol.ControlDescriptor.DRAINED_BYTES_OFFSET;
import static org.scx4j.protocol.ControlDescriptor.ENGINE_TGID_OFFSET;
import static org.scx4j.protocol.ControlDescriptor.HOT_CPUS_OFFSET;
import static org.scx4j.protocol.ControlDescriptor.HOT_TIDS_OFFSET;
import static org.scx4j.protocol.ControlDescriptor.IDLE_WAITING_OFFSET;
import static org.scx4j.protocol.ControlDescriptor.KICK_CPUS_OFFSET;
import static org.scx4j.protocol.ControlDescriptor.LEASE_LOST_AT_NS_OFFSET;
import static org.scx4j.protocol.ControlDescriptor.LEASE_LOST_MAX_NS_OFFSET;
import static org.scx4j.protocol.ControlDescriptor.LEASE_LOST_NS_OFFSET;
import static org.scx4j.protocol.ControlDescriptor.LEASE_LOST_THREAD_OFFSET;
import static org.scx4j.protocol.ControlDescriptor.NR_CPU_IDS_OFFSET;
import static org.scx4j.protocol.ControlDescriptor.NR_LEASES_LOST_OFFSET;
import static org.scx4j.protocol.ControlDescriptor.PARKED_OFFSET;
import static org.scx4j.protocol.ControlDescriptor.PUBLISHED_BYTES_OFFSET;
import static org.scx4j.protocol.ControlDescriptor.SLICE_NS_OFFSET;
import static org.scx4j.protocol.ControlDescriptor.STOPPING_OFFSET;

import org.agrona.concurrent.AtomicBuffer;

/**
 * View of the control words.
 * <p>
 * Thread safety: who writes a word is named in {@link ControlDescriptor}; any thread may read.
 * <p>
 * Memory ordering: the methods name it. The counterpart of every release here is a plain load in BPF, which
 * on the little-endian machines that scx4j supports is either ordered by the atomic add that precedes it
 * ({@code parked}) or repeated after one ({@code published_bytes}).
 */
public final class ControlFlyweight
{
    private final AtomicBuffer buffer;

    /**
     * Views mapped control words.
     *
     * @param buffer of {@link ControlDescriptor#CONTROL_BYTES}.
     */
    public ControlFlyweight(final AtomicBuffer buffer)
    {
        buffer.boundsCheck(0, CONTROL_BYTES);
        this.buffer = buffer;
    }

    /**
     * Names the process whose threads take the direct lanes.
     *
     * @param tgid process id, 0 for none.
     */
    public void engineTgid(final int tgid)
    {
        buffer.putIntRelease(ENGINE_TGID_OFFSET, tgid);
    }

    /** Announces the detach: tokens that end from here on are counted as held. */
    public void stopping()
    {
        buffer.putIntVolatile(STOPPING_OFFSET, 1);
    }

    /** Takes back what an engine that is gone may have left: that it stops, and that its reader sleeps. */
    public void resume()
    {
        buffer.putIntVolatile(STOPPING_OFFSET, 0);
        buffer.putIntVolatile(PARKED_OFFSET, 0);
    }

    /**
     * Sets the slice that a decision without one gets.
     *
     * @param sliceNs nanoseconds, positive.
     */
    public void sliceNs(final long sliceNs)
    {
        buffer.putLongRelease(SLICE_NS_OFFSET, sliceNs);
    }

    /**
     * Tells the kernel of a thread of the event path.
     *
     * @param slot     0 to {@link SchedAbi#SCHED_MAX_HOT_THREADS} - 1, one per thread.
     * @param threadId of the thread, 0 to withdraw it.
     * @param ownedCpu the CPU that the thread spins on, -1 if it does not own one.
     */
    public void hotThread(final int slot, final int threadId, final int ownedCpu)
    {
        if (slot < 0 || slot >= SchedAbi.SCHED_MAX_HOT_THREADS)
        {
            throw new IllegalArgumentException("hot thread slot out of range: slot=" + slot);
        }
        buffer.putIntRelease(HOT_CPUS_OFFSET + slot * Integer.BYTES, ownedCpu);
        buffer.putIntRelease(HOT_TIDS_OFFSET + slot * Integer.BYTES, threadId);
    }

    /**
     * Says that a thread of the event path has begun another duty cycle. Not ordered: the kernel looks now and then.
     *
     * @param slot of the calling thread, 0 to {@link SchedAbi#SCHED_MAX_HOT_THREADS} - 1.
     */
    public void beat(final int slot)
    {
        final int index = BEATS_OFFSET + slot * SchedAbi.SCHED_BEAT_WORDS * Long.BYTES;
        buffer.putLongOpaque(index, buffer.getLong(index) + 1);
    }

    /**
     * Since when the kernel's side schedules by itself.
     *
     * @return CLOCK_MONOTONIC nanoseconds, 0 if the engine has its say.
     */
    public long leaseLostAtNs()
    {
        return buffer.getLongVolatile(LEASE_LOST_AT_NS_OFFSET);
    }

    /**
     * How often the engine has lost its lease.
     *
     * @return count.
     */
    public long nrLeasesLost()
    {
        return buffer.getLongVolatile(NR_LEASES_LOST_OFFSET);
    }

    /**
     * For how long the engine was without its lease, a current loss left out.
     *
     * @return nanoseconds in all.
     */
    public long leaseLostNs()
    {
        return buffer.getLongVolatile(LEASE_LOST_NS_OFFSET);
    }

    /**
     * The longest loss, a current one left out.
     *
     * @return nanoseconds.
     */
    public long leaseLostMaxNs()
    {
        return buffer.getLongVolatile(LEASE_LOST_MAX_NS_OFFSET);
    }

    /**
     * Who was silent at the last loss.
     *
     * @return thread id, 0 if there was none.
     */
    public int leaseLostThread()
    {
        return buffer.getIntVolatile(LEASE_LOST_THREAD_OFFSET);
    }

    /** Says that the reader is about to sleep; a full fence, so that the look at the ring comes after. */
    public void park()
    {
        buffer.putIntVolatile(PARKED_OFFSET, 1);
    }

    /** Says that the reader is awake. */
    public void unpark()
    {
        buffer.putIntRelease(PARKED_OFFSET, 0);
    }

    /**
     * Publishes decisions; a full fence, so that {@link #takeIdleWaiting()} comes after.
     *
     * @param positionBytes producer position of the dispatched ring.
     */
    public void publishedBytes(final long positionBytes)
    {
        buffer.putLongVolatile(PUBLISHED_BYTES_OFFSET, positionBytes);
    }

    /**
     * Published position.
     *
     * @return producer position of the dispatched ring as last published.
     */
    public long publishedBytes()
    {
        return buffer.getLongVolatile(PUBLISHED_BYTES_OFFSET);
    }

    /**
     * What the kernel has drained.
     *
     * @return published position as of the last complete drain.
     */
    public long drainedBytes()
    {
        return buffer.getLongVolatile(DRAINED_BYTES_OFFSET);
    }

    /**
     * Asks, once, whether a CPU went idle for want of a decision.
     *
     * @return true if one did since the last call.
     */
    public boolean takeIdleWaiting()
    {
        if (0 == buffer.getIntVolatile(IDLE_WAITING_OFFSET))
        {
            return false;
        }
        buffer.putIntVolatile(IDLE_WAITING_OFFSET, 0);
        return true;
    }

    /**
     * Asks that a CPU's task gives way once what was offered is published. The system call that follows orders it.
     *
     * @param cpu CPU number.
     * @return false if there is no such CPU.
     */
    public boolean kickCpu(final int cpu)
    {
        if (cpu < 0 || cpu >= SchedAbi.SCHED_MAX_CPUS)
        {
            return false;
        }
        final int index = KICK_CPUS_OFFSET + cpu / Long.SIZE * Long.BYTES;
        final long bit = 1L << cpu % Long.SIZE;
        long bits;
        do
        {
            bits = buffer.getLongVolatile(index);
        }
        while (!buffer.compareAndSetLong(index, bits, bits | bit)); /* the kernel takes bits back meanwhile */
        return true;
    }

    /**
     * Number of CPUs that the kernel can have.
     *
     * @return count, 0 before the scheduler is attached.
     */
    public int nrCpuIds()
    {
        return buffer.getIntVolatile(NR_CPU_IDS_OFFSET);
    }
}
