// SPDX-License-Identifier: Apache-2.0
package org.scx4j.sim;

import java.nio.charset.StandardCharsets;
import org.agrona.ExpandableArrayBuffer;
import org.scx4j.protocol.QueuedTaskDescriptor;
import org.scx4j.protocol.QueuedTaskFlyweight;
import org.scx4j.protocol.SchedAbi;

/**
 * A queued task's record as a test wants it.
 */
final class QueuedRecord
{
    private static final long US = 1_000L;

    private final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer(QueuedTaskDescriptor.RECORD_BYTES);
    private final long baseNs;

    QueuedRecord(final int pid, final String comm, final long baseNs)
    {
        this.baseNs = baseNs;
        buffer.setMemory(0, QueuedTaskDescriptor.RECORD_BYTES, (byte)0);
        buffer.putInt(QueuedTaskDescriptor.KIND_OFFSET, SchedAbi.SCHED_EVENT_QUEUED);
        buffer.putInt(QueuedTaskDescriptor.PID_OFFSET, pid);
        buffer.putInt(QueuedTaskDescriptor.WEIGHT_OFFSET, 100);
        buffer.putBytes(QueuedTaskDescriptor.COMM_OFFSET, comm.getBytes(StandardCharsets.US_ASCII));
    }

    QueuedRecord weight(final int weight)
    {
        buffer.putInt(QueuedTaskDescriptor.WEIGHT_OFFSET, weight);
        return this;
    }

    /** The task was woken, having used so much CPU time in its life, and left its CPU at that time, or never if 0. */
    QueuedTaskFlyweight woken(final long atUs, final long usedUs, final long stopUs, final long nrSlept)
    {
        buffer.putLong(QueuedTaskDescriptor.NVCSW_OFFSET, nrSlept);
        return at(atUs, usedUs, stopUs, SchedAbi.SCHED_QUEUED_WAKEUP);
    }

    /** The task was preempted. */
    QueuedTaskFlyweight preempted(final long atUs, final long usedUs)
    {
        return at(atUs, usedUs, atUs, 0);
    }

    private QueuedTaskFlyweight at(final long atUs, final long usedUs, final long stopUs, final long flags)
    {
        buffer.putLong(QueuedTaskDescriptor.ENQUEUE_NS_OFFSET, baseNs + atUs * US);
        buffer.putLong(QueuedTaskDescriptor.SUM_EXEC_RUNTIME_NS_OFFSET, usedUs * US);
        buffer.putLong(QueuedTaskDescriptor.STOP_NS_OFFSET, 0 == stopUs ? 0 : baseNs + stopUs * US);
        buffer.putLong(QueuedTaskDescriptor.FLAGS_OFFSET, flags);
        return new QueuedTaskFlyweight().wrap(buffer, 0);
    }
}
