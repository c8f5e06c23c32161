// SPDX-License-Identifier: Apache-2.0
package org.scx4j.protocol;

import static org.scx4j.protocol.QueuedTaskDescriptor.CGROUP_ID_OFFSET;
import static org.scx4j.protocol.QueuedTaskDescriptor.COMM_OFFSET;
import static org.scx4j.protocol.QueuedTaskDescriptor.ENQUEUE_NS_OFFSET;
import static org.scx4j.protocol.QueuedTaskDescriptor.EXEC_RUNTIME_NS_OFFSET;
import static org.scx4j.protocol.QueuedTaskDescriptor.FLAGS_OFFSET;
import static org.scx4j.protocol.QueuedTaskDescriptor.KIND_OFFSET;
import static org.scx4j.protocol.QueuedTaskDescriptor.NR_CPUS_ALLOWED_OFFSET;
import static org.scx4j.protocol.QueuedTaskDescriptor.NVCSW_OFFSET;
import static org.scx4j.protocol.QueuedTaskDescriptor.PID_OFFSET;
import static org.scx4j.protocol.QueuedTaskDescriptor.PREV_CPU_OFFSET;
import static org.scx4j.protocol.QueuedTaskDescriptor.RECORD_BYTES;
import static org.scx4j.protocol.QueuedTaskDescriptor.START_NS_OFFSET;
import static org.scx4j.protocol.QueuedTaskDescriptor.STOP_NS_OFFSET;
import static org.scx4j.protocol.QueuedTaskDescriptor.SUM_EXEC_RUNTIME_NS_OFFSET;
import static org.scx4j.protocol.QueuedTaskDescriptor.TGID_OFFSET;
import static org.scx4j.protocol.QueuedTaskDescriptor.TOKEN_OFFSET;
import static org.scx4j.protocol.QueuedTaskDescriptor.VTIME_OFFSET;
import static org.scx4j.protocol.QueuedTaskDescriptor.WEIGHT_OFFSET;

import java.nio.charset.StandardCharsets;
import org.agrona.MutableDirectBuffer;

/**
 * View of one queued record.
 * <p>
 * Thread safety: none; whoever hands the record on (the Disruptor ring) orders the accesses.
 */
public class QueuedTaskFlyweight
{
    private MutableDirectBuffer buffer;
    private int offset;

    /** A view of nothing yet: {@code wrap} it. */
    public QueuedTaskFlyweight()
    {
    }

    /**
     * Points this view at a record.
     *
     * @param buffer that holds the record.
     * @param offset of its first byte.
     * @return this.
     */
    public final QueuedTaskFlyweight wrap(final MutableDirectBuffer buffer, final int offset)
    {
        buffer.boundsCheck(offset, RECORD_BYTES);
        this.buffer = buffer;
        this.offset = offset;
        return this;
    }

    /**
     * Memory behind this view.
     *
     * @return the buffer last wrapped.
     */
    public final MutableDirectBuffer buffer()
    {
        return buffer;
    }

    /**
     * Where the record starts in {@link #buffer()}.
     *
     * @return byte offset.
     */
    public final int offset()
    {
        return offset;
    }

    /**
     * What the record says.
     *
     * @return a {@code SCHED_EVENT_*} constant.
     */
    public final int kind()
    {
        return buffer.getInt(offset + KIND_OFFSET);
    }

    /**
     * Sets what the record says.
     *
     * @param kind a {@code SCHED_EVENT_*} constant.
     */
    public final void kind(final int kind)
    {
        buffer.putInt(offset + KIND_OFFSET, kind);
    }

    /**
     * Thread id.
     *
     * @return pid.
     */
    public final int pid()
    {
        return buffer.getInt(offset + PID_OFFSET);
    }

    /**
     * Process id.
     *
     * @return tgid.
     */
    public final int tgid()
    {
        return buffer.getInt(offset + TGID_OFFSET);
    }

    /**
     * CPU the task is queued on: the one it last ran on, or was woken for.
     *
     * @return CPU number.
     */
    public final int prevCpu()
    {
        return buffer.getInt(offset + PREV_CPU_OFFSET);
    }

    /**
     * Boot-unique number of this enqueue.
     *
     * @return token, never 0 in a queued record.
     */
    public final long token()
    {
        return buffer.getLong(offset + TOKEN_OFFSET);
    }

    /**
     * Time of this enqueue.
     *
     * @return CLOCK_MONOTONIC nanoseconds, comparable with {@link System#nanoTime()}.
     */
    public final long enqueueNs()
    {
        return buffer.getLong(offset + ENQUEUE_NS_OFFSET);
    }

    /**
     * How the task came to be queued.
     *
     * @return {@code SCHED_QUEUED_*} bits.
     */
    public final long flags()
    {
        return buffer.getLong(offset + FLAGS_OFFSET);
    }

    /**
     * When the task last got a CPU.
     *
     * @return nanoseconds, 0 if never under this scheduler.
     */
    public final long startNs()
    {
        return buffer.getLong(offset + START_NS_OFFSET);
    }

    /**
     * When the task last left a CPU.
     *
     * @return nanoseconds, 0 if never under this scheduler.
     */
    public final long stopNs()
    {
        return buffer.getLong(offset + STOP_NS_OFFSET);
    }

    /**
     * CPU time since the task last slept.
     *
     * @return nanoseconds.
     */
    public final long execRuntimeNs()
    {
        return buffer.getLong(offset + EXEC_RUNTIME_NS_OFFSET);
    }

    /**
     * CPU time of the task's life.
     *
     * @return nanoseconds.
     */
    public final long sumExecRuntimeNs()
    {
        return buffer.getLong(offset + SUM_EXEC_RUNTIME_NS_OFFSET);
    }

    /**
     * Voluntary context switches of the task's life.
     *
     * @return count.
     */
    public final long nvcsw()
    {
        return buffer.getLong(offset + NVCSW_OFFSET);
    }

    /**
     * The vtime of the task's last decision.
     *
     * @return vtime, 0 if there was none.
     */
    public final long vtime()
    {
        return buffer.getLong(offset + VTIME_OFFSET);
    }

    /**
     * The task's cgroup in the default hierarchy.
     *
     * @return cgroup id.
     */
    public final long cgroupId()
    {
        return buffer.getLong(offset + CGROUP_ID_OFFSET);
    }

    /**
     * The task's share, from its nice value or cgroup.
     *
     * @return 1 to 10000, 100 is nice 0.
     */
    public final int weight()
    {
        return buffer.getInt(offset + WEIGHT_OFFSET);
    }

    /**
     * Number of CPUs the task may use.
     *
     * @return count, at least 1.
     */
    public final int nrCpusAllowed()
    {
        return buffer.getInt(offset + NR_CPUS_ALLOWED_OFFSET);
    }

    /**
     * First eight bytes of the task's name as a little-endian number, for comparing without a String.
     *
     * @return the bytes, NUL and 0 behind the name's end.
     */
    public final long commLow()
    {
        return buffer.getLong(offset + COMM_OFFSET);
    }

    /**
     * Last eight bytes of the task's name as a little-endian number.
     *
     * @return the bytes, NUL and 0 behind the name's end.
     */
    public final long commHigh()
    {
        return buffer.getLong(offset + COMM_OFFSET + Long.BYTES);
    }

    /**
     * The task's name. Allocates: not for the event path.
     *
     * @return name without the NUL.
     */
    public final String comm()
    {
        int length = 0;
        while (length < SchedAbi.SCHED_COMM_BYTES && 0 != buffer.getByte(offset + COMM_OFFSET + length))
        {
            length++;
        }
        final byte[] bytes = new byte[length];
        buffer.getBytes(offset + COMM_OFFSET, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
