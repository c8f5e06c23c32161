// SPDX-License-Identifier: Apache-2.0
package org.scx4j.jni;

/**
 * Error numbers of Linux (the same on x86_64 and aarch64) and of libbpf, with their names. Native methods return them
 * negated; the constants here are positive.
 * <p>
 * Thread safety: stateless.
 */
public final class Errno
{
    /** Operation not permitted: not root, or not the capability. */
    public static final int EPERM = 1;

    /** What was asked for by name does not exist. */
    public static final int ENOENT = 2;

    /** No such process or thread. */
    public static final int ESRCH = 3;

    /** Interrupted by a signal. */
    public static final int EINTR = 4;

    /** The file descriptor or handle is not open. */
    public static final int EBADF = 9;

    /** Try again. */
    public static final int EAGAIN = 11;

    /** No memory, or a limit such as RLIMIT_MEMLOCK is reached. */
    public static final int ENOMEM = 12;

    /** Permission denied; from loading a program: the verifier refused it. */
    public static final int EACCES = 13;

    /** Something is in use: attached, loaded, or drained by another CPU. */
    public static final int EBUSY = 16;

    /** An argument is wrong, or the kernel does not know it. */
    public static final int EINVAL = 22;

    /** Too many open files or handles. */
    public static final int EMFILE = 24;

    /** No space left. */
    public static final int ENOSPC = 28;

    /** The value does not fit. */
    public static final int ERANGE = 34;

    /** The name is too long. */
    public static final int ENAMETOOLONG = 36;

    /** No data, here: the BPF object has no BTF. */
    public static final int ENODATA = 61;

    /** Not supported on what it was asked of. */
    public static final int EOPNOTSUPP = 95;

    /** Not supported by the kernel (a number that only the kernel uses). */
    public static final int ENOTSUPP = 524;

    /** libbpf: libelf failed. */
    public static final int LIBBPF_LIBELF = 4000;

    /** libbpf: not a BPF object. */
    public static final int LIBBPF_FORMAT = 4001;

    private static final int LIBBPF_LAST = 4013;

    private Errno()
    {
    }

    /**
     * Name and meaning of an error number.
     *
     * @param errno positive error number; a negative one means the same.
     * @return for example {@code EPERM (Operation not permitted)}, or just the number when it has no name here.
     */
    public static String describe(final int errno)
    {
        final int positive = Math.abs(errno);
        final String linux = describeLinux(positive);
        if (null != linux)
        {
            return linux;
        }
        if (positive >= LIBBPF_LIBELF && positive <= LIBBPF_LAST)
        {
            return describeLibBpf(positive);
        }
        return Integer.toString(positive);
    }

    private static String describeLinux(final int errno)
    {
        return switch (errno)
        {
            case EPERM -> "EPERM (Operation not permitted)";
            case ENOENT -> "ENOENT (No such file or directory)";
            case ESRCH -> "ESRCH (No such process)";
            case EINTR -> "EINTR (Interrupted system call)";
            case 5 -> "EIO (Input/output error)";
            case 6 -> "ENXIO (No such device or address)";
            case 7 -> "E2BIG (Argument list too long)";
            case 8 -> "ENOEXEC (Exec format error)";
            case EBADF -> "EBADF (Bad file descriptor)";
            case EAGAIN -> "EAGAIN (Resource temporarily unavailable)";
            case ENOMEM -> "ENOMEM (Cannot allocate memory)";
            case EACCES -> "EACCES (Permission denied)";
            case 14 -> "EFAULT (Bad address)";
            case EBUSY -> "EBUSY (Device or resource busy)";
            case 17 -> "EEXIST (File exists)";
            case 19 -> "ENODEV (No such device)";
            case 20 -> "ENOTDIR (Not a directory)";
            case 21 -> "EISDIR (Is a directory)";
            case EINVAL -> "EINVAL (Invalid argument)";
            case 23 -> "ENFILE (Too many open files in system)";
            case EMFILE -> "EMFILE (Too many open files)";
            case 27 -> "EFBIG (File too large)";
            case ENOSPC -> "ENOSPC (No space left on device)";
            case 30 -> "EROFS (Read-only file system)";
            case ERANGE -> "ERANGE (Numerical result out of range)";
            case ENAMETOOLONG -> "ENAMETOOLONG (File name too long)";
            case 38 -> "ENOSYS (Function not implemented)";
            case 40 -> "ELOOP (Too many levels of symbolic links)";
            case ENODATA -> "ENODATA (No data available)";
            case 71 -> "EPROTO (Protocol error)";
            case 75 -> "EOVERFLOW (Value too large for defined data type)";
            case EOPNOTSUPP -> "EOPNOTSUPP (Operation not supported)";
            case 110 -> "ETIMEDOUT (Connection timed out)";
            case 116 -> "ESTALE (Stale file handle)";
            case ENOTSUPP -> "ENOTSUPP (Not supported by this kernel)";
            default -> null;
        };
    }

    private static String describeLibBpf(final int errno)
    {
        return switch (errno)
        {
            case LIBBPF_LIBELF -> "LIBBPF_ERRNO__LIBELF (Something wrong in libelf)";
            case LIBBPF_FORMAT -> "LIBBPF_ERRNO__FORMAT (BPF object format invalid)";
            case 4002 -> "LIBBPF_ERRNO__KVERSION ('version' section incorrect or lost)";
            case 4003 -> "LIBBPF_ERRNO__ENDIAN (Endian mismatch)";
            case 4004 -> "LIBBPF_ERRNO__INTERNAL (Internal error in libbpf)";
            case 4005 -> "LIBBPF_ERRNO__RELOC (Relocation failed)";
            case 4006 -> "LIBBPF_ERRNO__LOAD (Failed to load program)";
            case 4007 -> "LIBBPF_ERRNO__VERIFY (Kernel verifier blocks program loading)";
            case 4008 -> "LIBBPF_ERRNO__PROG2BIG (Program too big)";
            case 4009 -> "LIBBPF_ERRNO__KVER (Incorrect kernel version)";
            case 4010 -> "LIBBPF_ERRNO__PROGTYPE (Kernel doesn't support this program type)";
            default -> "LIBBPF_ERRNO " + errno;
        };
    }
}
