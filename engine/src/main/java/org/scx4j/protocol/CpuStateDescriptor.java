// SPDX-License-Identifier: Apache-2.0
package org.scx4j.protocol;

/**
 * Layout of {@code struct sched_cpu_state}: what one CPU runs, an entry per CPU, written by the kernel.
 * <pre>
 *   0        4        8                16                24                        64
 *   +--------+--------+----------------+-----------------+-------------------------+
 *   | pid    | tgid   | start_ns       | vtime           | reserved                |
 *   +--------+--------+----------------+-----------------+-------------------------+
 * </pre>
 */
public final class CpuStateDescriptor
{
    /** Offset of the running task's thread id, s32, 0 = idle or of another class. */
    public static final int PID_OFFSET = 0;
    /** Offset of the running task's process id, s32. */
    public static final int TGID_OFFSET = 4;
    /** Offset of the time since which it runs, ns, u64. */
    public static final int START_NS_OFFSET = 8;
    /** Offset of the vtime of the decision that it runs by, u64. */
    public static final int VTIME_OFFSET = 16;
    /** Offset of reserved space. */
    public static final int RESERVED0_OFFSET = 24;
    /** Offset of reserved space. */
    public static final int RESERVED1_OFFSET = 32;
    /** Offset of reserved space. */
    public static final int RESERVED2_OFFSET = 40;
    /** Offset of reserved space. */
    public static final int RESERVED3_OFFSET = 48;
    /** Offset of reserved space. */
    public static final int RESERVED4_OFFSET = 56;
    /** Length of an entry. */
    public static final int ENTRY_BYTES = 64;

    private CpuStateDescriptor()
    {
    }
}
