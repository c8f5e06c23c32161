// SPDX-License-Identifier: Apache-2.0
package org.scx4j.protocol;

/**
 * Layout of {@code struct sched_exit_record}: why the scheduler ended.
 */
public final class ExitRecordDescriptor
{
    /** Offset of the kind, s64, 0 while the scheduler runs; written last. */
    public static final int KIND_OFFSET = 0;
    /** Offset of the exit code, s64. */
    public static final int CODE_OFFSET = 8;
    /** Offset of the reason, {@link SchedAbi#SCHED_REASON_BYTES}, NUL-terminated. */
    public static final int REASON_OFFSET = 16;
    /** Offset of the message, {@link SchedAbi#SCHED_MESSAGE_BYTES}, NUL-terminated. */
    public static final int MESSAGE_OFFSET = 144;
    /** Offset of the debug dump, {@link SchedAbi#SCHED_DUMP_BYTES}, NUL-terminated. */
    public static final int DUMP_OFFSET = 1168;
    /** Length of the struct. */
    public static final int RECORD_BYTES = 33936;

    private ExitRecordDescriptor()
    {
    }
}
