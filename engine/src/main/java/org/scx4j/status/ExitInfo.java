// SPDX-License-Identifier: Apache-2.0
package org.scx4j.status;

/**
 * Why a scheduler ended, in the kernel's words.
 *
 * @param kind    {@code enum scx_exit_kind}: 64 to 67 an orderly end, from 1024 an error.
 * @param code    {@code SCX_ECODE_*} bits, such as {@link #CODE_ACT_RESTART}, or a code of the scheduler; 0 if none.
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
    /** Bit of the code: ended because a CPU came or went ({@code SCX_ECODE_RSN_HOTPLUG}). */
    public static final long CODE_RSN_HOTPLUG = 1L << 32;
    /** Bit of the code: user space should load the scheduler anew ({@code SCX_ECODE_ACT_RESTART}). */
    public static final long CODE_ACT_RESTART = 1L << 48;

    /**
     * Whether it was not our own detach that ended the scheduler.
     *
     * @return true if the kernel or somebody else ended it.
     */
    public boolean isEviction()
    {
        return kind > KIND_UNREG_BPF;
    }

    /**
     * Whether the kernel asks for a new start of the scheduler.
     *
     * @return true after an orderly end with {@link #CODE_ACT_RESTART}; never after an error.
     */
    public boolean shouldRestart()
    {
        return kind < KIND_ERROR && 0 != (code & CODE_ACT_RESTART);
    }

    /**
     * Whether it ended because a CPU came or went.
     *
     * @return true after an orderly end with {@link #CODE_RSN_HOTPLUG}; never after an error.
     */
    public boolean isHotplug()
    {
        return kind < KIND_ERROR && 0 != (code & CODE_RSN_HOTPLUG);
    }

    /**
     * The code of an end that has one: by the scheduler's BPF part or by the kernel, and not an error.
     *
     * @return {@link #code()}, 0 if the scheduler ended otherwise.
     */
    public long exitCode()
    {
        return KIND_UNREG_BPF == kind || KIND_UNREG_KERN == kind ? code : 0;
    }

    @Override
    public String toString()
    {
        return reason + (message.isEmpty() ? "" : ": " + message) + " (kind " + kind + ", code " + code + ")";
    }
}
