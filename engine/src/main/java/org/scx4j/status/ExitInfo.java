// SPDX-License-Identifier: Apache-2.0
package org.scx4j.status;

/**
 * Why a scheduler ended, in the kernel's words.
 *
 * @param kind    {@code enum scx_exit_kind}: 64 to 67 an orderly end, from 1024 an error.
 * @param code    {@code SCX_ECODE_*} bits or a code of the scheduler, 0 if none.
 * @param reason  one line, such as {@code unregistered from user space}.
 * @param message details, or empty.
 * @param dump    the kernel's debug dump, or empty.
 */
public record ExitInfo(long kind, long code, String reason, String message, String dump)
{
    /** Unregistered by user space: our own detach. */
    public static final long KIND_UNREG = 64;
    /** Unregistered by the scheduler's BPF part. */
    public static final long KIND_UNREG_BPF = 65;
    /** Unregistered by the kernel, as for a CPU hotplug. */
    public static final long KIND_UNREG_KERN = 66;
    /** Thrown out by a system administrator through SysRq-S. */
    public static final long KIND_SYSRQ = 67;
    /** The first kind that is an error. */
    public static final long KIND_ERROR = 1024;

    /**
     * Whether it was not our own detach that ended the scheduler.
     *
     * @return true if the kernel or somebody else ended it.
     */
    public boolean isEviction()
    {
        return kind > KIND_UNREG_BPF;
    }

    @Override
    public String toString()
    {
        return reason + (message.isEmpty() ? "" : ": " + message) + " (kind " + kind + ", code " + code + ")";
    }
}
