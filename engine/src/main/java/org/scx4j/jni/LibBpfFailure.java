// SPDX-License-Identifier: Apache-2.0
package org.scx4j.jni;

import org.scx4j.exceptions.SchedulerException;
import org.scx4j.exceptions.SchedulerException.Category;

/**
 * Turns the error of a native method into one line that says what failed, why, and what to do. The only place where
 * that happens.
 * <p>
 * Thread safety: stateless.
 */
final class LibBpfFailure
{
    private static final int LOG_LINES = 8;
    private static final int LOG_CHARS = 1200;
    private static final String LIBBPF_PREFIX = "libbpf: ";

    private LibBpfFailure()
    {
    }

    /**
     * Passes a result on.
     *
     * @param result what a native method returned.
     * @param what   the action and its object, for example {@code bpf map look-up: map=queued}.
     * @param advice what to do when nothing better is known.
     * @return the result.
     * @throws SchedulerException when the result is negative.
     */
    static long check(final long result, final String what, final String advice)
    {
        if (result < 0)
        {
            throw of((int) -result, what, advice, LibBpf.takeLog(), LibC.effectiveUserId());
        }
        return result;
    }

    /**
     * The exception for an error.
     *
     * @param errno  positive error number.
     * @param what   the action, and after a colon its object.
     * @param advice what to do when nothing better is known.
     * @param log    messages of libbpf, may be empty.
     * @param userId effective user id of the process.
     * @return the exception, for the caller to throw.
     */
    static SchedulerException of(
        final int errno, final String what, final String advice, final String log, final int userId)
    {
        final int colon = what.indexOf(": ");
        final String action = colon < 0 ? what : what.substring(0, colon);
        final String where = colon < 0 ? "" : what.substring(colon + 2) + ", ";
        final String tail = tail(log);
        final StringBuilder message = new StringBuilder(256)
            .append(action).append(" failed: ").append(where).append("errno=").append(Errno.describe(errno));
        if (!tail.isEmpty())
        {
            message.append("; ").append(tail);
        }

        final String known = knownAdvice(errno, action, log, userId);
        message.append("; ").append(null == known ? advice : known);
        return new SchedulerException(category(errno, known), message.toString());
    }

    /* What the machine lacks, or null when the error is not known to be the machine's. */
    private static String knownAdvice(final int errno, final String action, final String log, final int userId)
    {
        if ((Errno.EPERM == errno || Errno.EACCES == errno) && 0 != userId)
        {
            return "run as root";
        }
        if (log.contains("sched_ext_ops is not found in kernel BTF"))
        {
            return "this kernel has no sched_ext: boot one with CONFIG_SCHED_CLASS_EXT=y (Linux 6.12 or newer), " +
                "or use `bin/scx4j vm run`";
        }
        if (log.contains("'scx_bpf_") && log.contains("not found in kernel"))
        {
            return "this kernel's sched_ext is missing or too old: boot Linux 6.12 or newer with " +
                "CONFIG_SCHED_CLASS_EXT=y";
        }
        if (isMalformed(log))
        {
            return "the type information of this kernel's functions does not fit: if `bin/scx4j doctor` names any as " +
                "described wrongly, boot another build of the kernel";
        }
        if (log.contains("Error loading vmlinux BTF") || log.contains("vmlinux BTF is not found"))
        {
            return "this kernel has no BTF: boot one with CONFIG_DEBUG_INFO_BTF=y";
        }
        if (Errno.EBUSY == errno && action.startsWith("bpf struct_ops attach"))
        {
            return "another scheduler is attached: see /sys/kernel/sched_ext/root/ops and stop it first";
        }
        if (Errno.ENOMEM == errno)
        {
            return "free memory, or raise RLIMIT_MEMLOCK (ulimit -l unlimited)";
        }
        if (Errno.EMFILE == errno)
        {
            return "close what is not needed, or raise RLIMIT_NOFILE (ulimit -n)";
        }
        if (Errno.EPERM == errno)
        {
            return "root is not enough here: a container, seccomp, SELinux or kernel lockdown forbids it; " +
                "run on the host";
        }
        return null;
    }

    /* By libbpf, which compares the declarations; or by the verifier, which looks for the twin of a function. */
    private static boolean isMalformed(final String log)
    {
        return log.contains("(func ksym) 'scx_bpf_") && log.contains("incompatible with vmlinux") ||
            log.contains("annot find function scx_bpf_") && log.contains("_impl in BTF");
    }

    private static Category category(final int errno, final String known)
    {
        if (null != known)
        {
            return Category.ENVIRONMENT;
        }
        return Errno.ERANGE == errno || Errno.ENAMETOOLONG == errno ? Category.USAGE : Category.FATAL;
    }

    /**
     * The end of a log as one line.
     *
     * @param log lines.
     * @return the last lines that say something, joined by {@code " | "}.
     */
    static String tail(final String log)
    {
        final String[] lines = log.split("\n");
        final StringBuilder tail = new StringBuilder(256);
        int count = 0;
        for (int i = lines.length - 1; i >= 0 && count < LOG_LINES; i--)
        {
            final String line = strip(lines[i]);
            if (!saysSomething(line))
            {
                continue;
            }
            if (tail.length() + line.length() > LOG_CHARS && count > 0)
            {
                break;
            }
            tail.insert(0, count > 0 ? line + " | " : line);
            count++;
        }
        return tail.length() > LOG_CHARS ? tail.substring(tail.length() - LOG_CHARS) : tail.toString();
    }

    private static String strip(final String line)
    {
        final String text = line.startsWith(LIBBPF_PREFIX) ? line.substring(LIBBPF_PREFIX.length()) : line;
        return text.strip();
    }

    private static boolean saysSomething(final String line)
    {
        return !line.isEmpty() && !line.startsWith("failed to load object") && !line.contains("': failed to load: ") &&
            !line.startsWith("failed to load BPF skeleton") && !line.endsWith(": verifier:");
    }
}
