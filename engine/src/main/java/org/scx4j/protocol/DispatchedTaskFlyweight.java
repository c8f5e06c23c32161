// SPDX-License-Identifier: Apache-2.0
package org.scx4j.protocol;

import static org.scx4j.protocol.DispatchedTaskDescriptor.CPU_OFFSET;
import static org.scx4j.protocol.DispatchedTaskDescriptor.ENQUEUE_NS_OFFSET;
import static org.scx4j.protocol.DispatchedTaskDescriptor.FLAGS_OFFSET;
import static org.scx4j.protocol.DispatchedTaskDescriptor.PID_OFFSET;
import static org.scx4j.protocol.DispatchedTaskDescriptor.RECORD_BYTES;
import static org.scx4j.protocol.DispatchedTaskDescriptor.SLICE_NS_OFFSET;
import static org.scx4j.protocol.DispatchedTaskDescriptor.TOKEN_OFFSET;
import static org.scx4j.protocol.DispatchedTaskDescriptor.VTIME_OFFSET;

import org.agrona.MutableDirectBuffer;

/**
 * View of one decision record.
 * <p>
 * Thread safety: none; whoever hands the record on orders the accesses.
 */
public final class DispatchedTaskFlyweight
{
    private MutableDirectBuffer buffer;
    private int offset;

    /** A view of nothing yet: {@code wrap} it. */
    public DispatchedTaskFlyweight()
    {
    }

    /**
     * Points this view at a record.
     *
     * @param buffer that holds the record.
     * @param offset of its first byte.
     * @return this.
     */
    public DispatchedTaskFlyweight wrap(final MutableDirectBuffer buffer, final int offset)
    {
        buffer.boundsCheck(offset, RECORD_BYTES);
        this.buffer = buffer;
        this.offset = offset;
        return this;
    }

    /**
     * Thread id.
     *
     * @return pid.
     */
    public int pid()
    {
        return buffer.getInt(offset + PID_OFFSET);
    }

    /**
     * Sets the thread id.
     *
     * @param pid of the queued record.
     * @return this.
     */
    public DispatchedTaskFlyweight pid(final int pid)
    {
        buffer.putInt(offset + PID_OFFSET, pid);
        return this;
    }

    /**
     * Target CPU.
     *
     * @return CPU number or {@link SchedAbi#SCHED_CPU_ANY}.
     */
    public int cpu()
    {
        return buffer.getInt(offset + CPU_OFFSET);
    }

    /**
     * Sets the target CPU.
     *
     * @param cpu number or {@link SchedAbi#SCHED_CPU_ANY}.
     * @return this.
     */
    public DispatchedTaskFlyweight cpu(final int cpu)
    {
        buffer.putInt(offset + CPU_OFFSET, cpu);
        return this;
    }

    /**
     * Token of the enqueue that this decision answers.
     *
     * @return token.
     */
    public long token()
    {
        return buffer.getLong(offset + TOKEN_OFFSET);
    }

    /**
     * Sets the token.
     *
     * @param token of the queued record.
     * @return this.
     */
    public DispatchedTaskFlyweight token(final long token)
    {
        buffer.putLong(offset + TOKEN_OFFSET, token);
        return this;
    }

    /**
     * CPU time granted.
     *
     * @return nanoseconds, 0 for the default slice.
     */
    public long sliceNs()
    {
        return buffer.getLong(offset + SLICE_NS_OFFSET);
    }

    /**
     * Sets the CPU time granted.
     *
     * @param sliceNs nanoseconds, 0 for the default slice.
     * @return this.
     */
    public DispatchedTaskFlyweight sliceNs(final long sliceNs)
    {
        buffer.putLong(offset + SLICE_NS_OFFSET, sliceNs);
        return this;
    }

    /**
     * Order within the target's queue.
     *
     * @return vtime, the smaller runs first.
     */
    public long vtime()
    {
        return buffer.getLong(offset + VTIME_OFFSET);
    }

    /**
     * Sets the order within the target's queue.
     *
     * @param vtime the smaller runs first, equal is first in first out.
     * @return this.
     */
    public DispatchedTaskFlyweight vtime(final long vtime)
    {
        buffer.putLong(offset + VTIME_OFFSET, vtime);
        return this;
    }

    /**
     * Sets the flags.
     *
     * @param flags {@code SCHED_DECISION_*} bits of {@link SchedAbi}.
     * @return this.
     */
    public DispatchedTaskFlyweight flags(final long flags)
    {
        buffer.putLong(offset + FLAGS_OFFSET, flags);
        return this;
    }

    /**
     * What is special about the decision.
     *
     * @return reserved, 0.
     */
    public long flags()
    {
        return buffer.getLong(offset + FLAGS_OFFSET);
    }

    /**
     * Time of the enqueue that this decision answers.
     *
     * @return CLOCK_MONOTONIC nanoseconds, 0 if unknown.
     */
    public long enqueueNs()
    {
        return buffer.getLong(offset + ENQUEUE_NS_OFFSET);
    }

    /**
     * Sets the time of the enqueue that this decision answers.
     *
     * @param enqueueNs CLOCK_MONOTONIC nanoseconds, 0 if unknown.
     * @return this.
     */
    public DispatchedTaskFlyweight enqueueNs(final long enqueueNs)
    {
        buffer.putLong(offset + ENQUEUE_NS_OFFSET, enqueueNs);
        return this;
    }
}
