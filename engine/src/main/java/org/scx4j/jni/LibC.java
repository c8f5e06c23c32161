// SPDX-License-Identifier: Apache-2.0
package org.scx4j.jni;

/**
 * The few calls of Linux that Java has no words for: threads, their classes, and memory.
 * <p>
 * <b>Errors.</b> Each method begins with {@link NativeLibrary#ensureAvailability()}, which throws when there is no
 * library. Nothing else throws: "or -errno" means the negated number, whose names are in {@link Errno}.
 * <p>
 * Thread safety: safe from any thread. {@link #lockMemory()} and {@link #setTransparentHugePagesDisabled(boolean)} may
 * block; no method allocates.
 */
public final class LibC
{
    /** Policy of ordinary tasks: the kernel's fair class, or sched_ext's while a scheduler takes all of them. */
    public static final int SCHED_OTHER = 0;

    /** Policy of ordinary tasks that compute; scheduled as {@link #SCHED_OTHER}, without preempting others. */
    public static final int SCHED_BATCH = 3;

    /** Policy of ordinary tasks that run when nothing else wants to. */
    public static final int SCHED_IDLE = 5;

    /** Policy of tasks that want to be scheduled by sched_ext; while no scheduler is attached, as ordinary ones. */
    public static final int SCHED_EXT = 7;

    private LibC()
    {
    }

    /**
     * Size of a memory page.
     *
     * @return bytes.
     */
    public static int pageBytes()
    {
        NativeLibrary.ensureAvailability();
        return NativeMethods.pageBytes();
    }

    /**
     * Lets a thread run on some CPUs only.
     *
     * @param tid         thread id, 0 for the calling thread.
     * @param maskAddress one bit per CPU, CPU 0 lowest.
     * @param maskBytes   size of the mask, a multiple of 8.
     * @return 0, or -errno.
     */
    public static int pinThread(final int tid, final long maskAddress, final int maskBytes)
    {
        NativeLibrary.ensureAvailability();
        return NativeMethods.pinThread(tid, maskAddress, maskBytes);
    }

    /**
     * Reads on which CPUs the calling thread may run.
     *
     * @param maskAddress where the mask goes; bits that the kernel does not know become 0.
     * @param maskBytes   size of the mask, a multiple of 8, one bit for every possible CPU or more.
     * @return bytes that the kernel wrote, or -errno (EINVAL: too small).
     */
    public static int threadAffinity(final long maskAddress, final int maskBytes)
    {
        NativeLibrary.ensureAvailability();
        return NativeMethods.threadAffinity(maskAddress, maskBytes);
    }

    /**
     * Effective user of this process.
     *
     * @return user id; 0 is root.
     */
    public static int effectiveUserId()
    {
        NativeLibrary.ensureAvailability();
        return NativeMethods.effectiveUserId();
    }

    /**
     * Keeps all pages that the process has and will have in memory. May block for some 100 milliseconds.
     *
     * @return 0, or -errno (ENOMEM or EPERM: RLIMIT_MEMLOCK).
     */
    public static int lockMemory()
    {
        NativeLibrary.ensureAvailability();
        return NativeMethods.lockMemory();
    }

    /**
     * Undoes {@link #lockMemory()}.
     *
     * @return 0, or -errno.
     */
    public static int unlockMemory()
    {
        NativeLibrary.ensureAvailability();
        return NativeMethods.unlockMemory();
    }

    /**
     * Lifts RLIMIT_MEMLOCK of the process, against which kernels before 5.11 count BPF maps. Call before load.
     *
     * @return 0, or -errno (EPERM: no CAP_SYS_RESOURCE).
     */
    public static int raiseMemlockLimit()
    {
        NativeLibrary.ensureAvailability();
        return NativeMethods.raiseMemlockLimit();
    }

    /**
     * Reads the page faults of the calling thread since it started.
     *
     * @param address where two 64-bit numbers go: minor faults, major faults.
     * @return 0, or -errno.
     */
    public static int threadFaults(final long address)
    {
        NativeLibrary.ensureAvailability();
        return NativeMethods.threadFaults(address);
    }

    /**
     * Scheduling policy of a thread.
     *
     * @param tid thread id, 0 for the calling thread.
     * @return 0 SCHED_OTHER, 1 SCHED_FIFO, 2 SCHED_RR, 3 SCHED_BATCH, 5 SCHED_IDLE, 6 SCHED_DEADLINE, 7 SCHED_EXT, or
     * -errno (ESRCH: no such thread).
     */
    public static int schedulerPolicy(final int tid)
    {
        NativeLibrary.ensureAvailability();
        return NativeMethods.schedulerPolicy(tid);
    }

    /**
     * Gives a thread a policy without a priority or a deadline. Its nice value stays. Threads and processes that it
     * starts from then on inherit the policy.
     *
     * @param tid    thread id, 0 for the calling thread.
     * @param policy {@link #SCHED_OTHER}, {@link #SCHED_BATCH}, {@link #SCHED_IDLE} or {@link #SCHED_EXT}.
     * @return 0, or -errno (EINVAL: the kernel has no such policy; EPERM: another user's thread; ESRCH: no such thread;
     * EACCES: the attached scheduler does not take this thread).
     */
    public static int setSchedulerClass(final int tid, final int policy)
    {
        NativeLibrary.ensureAvailability();
        return NativeMethods.setSchedulerClass(tid, policy);
    }

    /**
     * Nice value of a thread, as the kernel encodes it.
     *
     * @param tid thread id, 0 for the calling thread.
     * @return 20 minus the nice value, so 1 to 40, or -errno (ESRCH: no such thread).
     */
    public static int threadPriority(final int tid)
    {
        NativeLibrary.ensureAvailability();
        return NativeMethods.threadPriority(tid);
    }

    /**
     * Gives a thread a nice value. Threads and processes that it starts from then on inherit it.
     *
     * @param tid  thread id, 0 for the calling thread.
     * @param nice -20 to 19; what is outside is moved to the next end.
     * @return 0, or -errno (EACCES: a smaller value needs CAP_SYS_NICE; EPERM: another user's thread; ESRCH: no such
     * thread).
     */
    public static int setThreadNice(final int tid, final int nice)
    {
        NativeLibrary.ensureAvailability();
        return NativeMethods.setThreadNice(tid, nice);
    }

    /**
     * Forbids or allows transparent huge pages in this process. Pages that are huge already stay. Processes that it
     * starts from then on inherit it.
     *
     * @param disabled true to forbid them.
     * @return 0, or -errno (EINVAL: the kernel has none).
     */
    public static int setTransparentHugePagesDisabled(final boolean disabled)
    {
        NativeLibrary.ensureAvailability();
        return NativeMethods.setTransparentHugePagesDisabled(disabled);
    }

    /**
     * Whether transparent huge pages were forbidden in this process.
     *
     * @return 0 when not, a positive number when they were, or -errno (EINVAL: the kernel has none).
     */
    public static int transparentHugePagesDisabled()
    {
        NativeLibrary.ensureAvailability();
        return NativeMethods.transparentHugePagesDisabled();
    }
}
