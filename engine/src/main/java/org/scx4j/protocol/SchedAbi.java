// SPDX-License-Identifier: Apache-2.0
package org.scx4j.protocol;

/**
 * Layout and constants of the memory shared with the BPF scheduler.
 * <p>
 * Source: {@code bpf/src/main/bpf/sched_abi.h}. Nothing here is free to change alone: a test compares every
 * offset, size and constant with the BTF of the shipped object, in both directions, and {@link #LAYOUT_HASH}
 * is compared with the object at attach. All offsets are bytes, all times CLOCK_MONOTONIC nanoseconds, all
 * integers little endian.
 */
public final class SchedAbi
{
    /** Raised with every change of meaning. */
    public static final int SCHED_ABI_VERSION = 2;
    /** A decision's cpu: whichever CPU is free first. */
    public static final int SCHED_CPU_ANY = -1;
    /** Threads of the event path that the kernel can know of. */
    public static final int SCHED_MAX_HOT_THREADS = 4;
    /** Words of each hot thread in the control words, of which it counts its duty cycles in the first. */
    public static final int SCHED_BEAT_WORDS = 16;
    /** CPUs that the masks in the control words have room for. */
    public static final int SCHED_MAX_CPUS = 1024;
    /** Entries of the in-flight table, a power of two. */
    public static final int SCHED_INFLIGHT_SLOTS = 65536;
    /** Tasks that one exact selection of CPUs has room for. */
    public static final int SCHED_SELECTION_TASKS = 64;
    /** Length of a task's name with its NUL. */
    public static final int SCHED_COMM_BYTES = 16;
    /** Room for the exit reason with its NUL. */
    public static final int SCHED_REASON_BYTES = 128;
    /** Room for the exit message with its NUL. */
    public static final int SCHED_MESSAGE_BYTES = 1024;
    /** Room for the exit dump with its NUL. */
    public static final int SCHED_DUMP_BYTES = 32768;

    /** A task is runnable and waits for a decision. */
    public static final int SCHED_EVENT_QUEUED = 1;
    /** A task that user space has seen is gone. */
    public static final int SCHED_EVENT_EXIT = 2;
    /** A CPU went idle while user space has tasks. */
    public static final int SCHED_EVENT_CPU_AVAILABLE = 3;

    /** The task was woken up, rather than preempted or out of slice. */
    public static final int SCHED_QUEUED_WAKEUP = 1;
    /** The task is a kernel thread. */
    public static final int SCHED_QUEUED_KTHREAD = 2;
    /** The task's prev_cpu was idle and is being woken for it. */
    public static final int SCHED_QUEUED_CPU_IDLE = 4;
    /** It is the first record of this task. */
    public static final int SCHED_QUEUED_NEW = 8;
    /** The task may run on one CPU only, or only where engine threads spin: its vtime orders a CPU's own queue. */
    public static final int SCHED_QUEUED_CONFINED = 16;
    /** The kernel took the task back from a queue; it has not run since it was decided. */
    public static final int SCHED_QUEUED_REENQUEUED = 32;

    /** The running task of the decision's CPU gives way at once. */
    public static final int SCHED_DECISION_PREEMPT = 1;
    /** The task goes ahead of all in its queue that were not decided so. */
    public static final int SCHED_DECISION_HEAD = 2;
    /** The record is about a CPU, not a task: wake it. */
    public static final int SCHED_DECISION_KICK = 4;

    /** Structs whose layout {@link #LAYOUT_HASH} covers, in its order. */
    static final String[] STRUCTS =
    {
        "sched_queued_task", "sched_dispatched_task", "sched_control", "sched_cpu_state", "sched_inflight_slot",
        "sched_cpu_selection", "sched_counters", "sched_exit_record"
    };

    /**
     * FNV-1a over names, offsets and sizes of every member of the shared structs: what the object at hand
     * must hash to.
     */
    public static final long LAYOUT_HASH = 0xea2a586c2b58cea2L;

    private SchedAbi()
    {
    }

    /**
     * Names of the structs that both sides share, in the order in which {@link #LAYOUT_HASH} covers them.
     *
     * @return a new array.
     */
    public static String[] structs()
    {
        return STRUCTS.clone();
    }
}
