// SPDX-License-Identifier: Apache-2.0
package org.scx4j.journal;

import org.scx4j.protocol.DispatchedTaskDescriptor;
import org.scx4j.protocol.QueuedTaskDescriptor;

/**
 * Layout of a record in a block, and of the same record in the ring before it: a header, then what belongs to its type.
 * Little endian, 8-byte aligned.
 * <pre>
 *   0        4        8
 *   +--------+--------+----------------------------------------------------+
 *   | length | type   | EVENT: sched_queued_task, 128 bytes                |
 *   |        |        | DECISION: sched_dispatched_task, 64 bytes          |
 *   |        |        | CYCLE: time                                        |
 *   |        |        | CPU: cpu, flags, pid, reserved, start_ns, vtime    |
 *   |        |        | LEASE: nr_lost, lost_ns, is_lost, reserved         |
 *   |        |        | GAP: dropped                                       |
 *   +--------+--------+----------------------------------------------------+
 * </pre>
 * Offsets of members count from behind the header.
 */
final class RecordDescriptor
{
    /** Offset of the length with the header, bytes, u32. */
    static final int LENGTH_OFFSET = 0;
    /** Offset of the type, u32. */
    static final int TYPE_OFFSET = 4;
    /** Length of the header. */
    static final int HEADER_BYTES = 8;

    /** A duty cycle of the policy begins; what follows belongs to it. */
    static final int CYCLE = 1;
    /** An event that the policy sees. */
    static final int EVENT = 2;
    /** What the policy decided. */
    static final int DECISION = 3;
    /** What a CPU is doing, since it was last recorded. */
    static final int CPU = 4;
    /** The engine's lease was lost or regained. */
    static final int LEASE = 5;
    /** Records were dropped here, because the file could not keep up. */
    static final int GAP = 6;

    /** Of a cycle: offset of its time, CLOCK_MONOTONIC ns, s64. */
    static final int CYCLE_TIME_NS_OFFSET = 0;
    /** Length of a cycle. */
    static final int CYCLE_BYTES = 8;

    /** Length of an event. */
    static final int EVENT_BYTES = QueuedTaskDescriptor.RECORD_BYTES;
    /** Length of a decision. */
    static final int DECISION_BYTES = DispatchedTaskDescriptor.RECORD_BYTES;

    /** Of a CPU: offset of its number, u32. */
    static final int CPU_NUMBER_OFFSET = 0;
    /** Of a CPU: offset of the flags, u32. */
    static final int CPU_FLAGS_OFFSET = 4;
    /** Of a CPU: offset of the thread id of who runs, s32. */
    static final int CPU_PID_OFFSET = 8;
    /** Of a CPU: offset of the time since which it runs, ns, u64. */
    static final int CPU_START_NS_OFFSET = 16;
    /** Of a CPU: offset of the vtime by which it runs, u64. */
    static final int CPU_VTIME_OFFSET = 24;
    /** Length of a CPU. */
    static final int CPU_BYTES = 32;
    /** Flag of a CPU: it has nothing to run. */
    static final int CPU_IDLE = 1;

    /** Of a lease: offset of how often it was lost so far, u64. */
    static final int LEASE_LOSSES_OFFSET = 0;
    /** Of a lease: offset of for how long in all, ns, u64. */
    static final int LEASE_LOST_NS_OFFSET = 8;
    /** Of a lease: offset of whether it is lost now, u32, 0 or 1. */
    static final int LEASE_IS_LOST_OFFSET = 16;
    /** Length of a lease. */
    static final int LEASE_BYTES = 24;

    /** Of a gap: offset of the number of records dropped, u64. */
    static final int GAP_DROPPED_OFFSET = 0;
    /** Length of a gap. */
    static final int GAP_BYTES = 8;

    private RecordDescriptor()
    {
    }

    /**
     * The length that a record must have.
     *
     * @param type of the record.
     * @return bytes behind the header; -1 if there is no such type.
     */
    static int lengthBytes(final int type)
    {
        switch (type)
        {
            case CYCLE:
                return CYCLE_BYTES;

            case EVENT:
                return EVENT_BYTES;

            case DECISION:
                return DECISION_BYTES;

            case CPU:
                return CPU_BYTES;

            case LEASE:
                return LEASE_BYTES;

            case GAP:
                return GAP_BYTES;

            default:
                return -1;
        }
    }
}
