/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * sched_abi.h: the memory that the BPF scheduler and the Java engine share.
 *
 * This header is the one source of the layout. BPF C includes it; the Java side repeats every name,
 * offset and constant in org.scx4j.protocol.SchedAbi, and a test compares that class, both ways, with
 * the BTF of the shipped object. At attach the engine compares the version and a hash of the layout.
 *
 * Rules: fixed-width types, named padding, sizes a multiple of 8, constants in enums (they are in BTF,
 * macros are not), append only into reserved space; a change of meaning raises SCHED_ABI_VERSION.
 * Times are CLOCK_MONOTONIC nanoseconds.
 */
#ifndef SCHED_ABI_H
#define SCHED_ABI_H

#include <linux/types.h>

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "scx4j needs a little-endian machine"
#endif

#define SCHED_ASSERT_OFFSET(type, member, offset) \
	_Static_assert(__builtin_offsetof(struct type, member) == (offset), #type "." #member)

enum sched_abi {
	SCHED_ABI_VERSION = 2,
	SCHED_CPU_ANY = -1,		/* a decision's cpu: whichever CPU is free first */
	SCHED_MAX_HOT_THREADS = 4,	/* reader, policy, dispatcher and one to spare */
	SCHED_BEAT_WORDS = 16,		/* of sched_control.beats for each hot thread: two cache lines */
	SCHED_MAX_CPUS = 1024,		/* bits in the CPU masks of sched_control */
	SCHED_INFLIGHT_SLOTS = 65536,	/* entries of the `inflight` map, a power of two */
	SCHED_SELECTION_TASKS = 64,	/* tasks in one call of select_cpus */
	SCHED_COMM_BYTES = 16,
	SCHED_REASON_BYTES = 128,
	SCHED_MESSAGE_BYTES = 1024,
	SCHED_DUMP_BYTES = 32768,
};

/* What a record of the queued ring says. */
enum sched_event_kind {
	SCHED_EVENT_QUEUED = 1,		/* a task is runnable and waits for a decision */
	SCHED_EVENT_EXIT = 2,		/* a task that user space has seen is gone; only pid is sure to be set */
	SCHED_EVENT_CPU_AVAILABLE = 3,	/* prev_cpu went idle while user space has tasks; nothing else is set */
};

/* sched_queued_task.flags */
enum sched_queued_flag {
	SCHED_QUEUED_WAKEUP = 1,	/* woken up, rather than preempted or out of slice */
	SCHED_QUEUED_KTHREAD = 2,	/* a kernel thread */
	SCHED_QUEUED_CPU_IDLE = 4,	/* prev_cpu was picked because it is idle and is being woken for the task */
	SCHED_QUEUED_NEW = 8,		/* the first record of this task */
	SCHED_QUEUED_CONFINED = 16,	/* it may run on prev_cpu only, or only where engine threads spin: a CPU's own queue */
	SCHED_QUEUED_REENQUEUED = 32,	/* the kernel took it back from a queue, it has not run since */
};

/* sched_dispatched_task.flags */
enum sched_decision_flag {
	SCHED_DECISION_PREEMPT = 1,	/* cpu's running task gives way at once; needs a cpu */
	SCHED_DECISION_HEAD = 2,	/* ahead of all in the queue that were not decided so */
	SCHED_DECISION_KICK = 4,	/* no task: wake cpu, or with PREEMPT make its task give way */
};

/* Kernel to user: one record of the `queued` ring, two cache lines. */
struct sched_queued_task {
	__u32 kind;			/* enum sched_event_kind */
	__s32 pid;			/* thread id */
	__s32 tgid;			/* process id */
	__s32 prev_cpu;			/* CPU the task is queued on, the one it last ran on or was woken for */
	__u64 token;			/* boot-unique number of this enqueue; a decision must repeat it */
	__u64 enqueue_ns;		/* time of this enqueue */
	__u64 flags;			/* enum sched_queued_flag */
	__u64 start_ns;			/* when it last got a CPU, 0 = never yet */
	__u64 stop_ns;			/* when it last left a CPU, 0 = never yet */
	__u64 exec_runtime_ns;		/* CPU time since it last slept */
	__u64 sum_exec_runtime_ns;	/* CPU time of its life */
	__u64 nvcsw;			/* voluntary context switches of its life */
	__u64 vtime;			/* vtime of its last decision */
	__u64 cgroup_id;		/* of the default hierarchy */
	__u32 weight;			/* 1 .. 10000, 100 = nice 0 */
	__u32 nr_cpus_allowed;
	__u8 comm[SCHED_COMM_BYTES];	/* NUL-terminated */
	__u64 reserved0;
};
_Static_assert(sizeof(struct sched_queued_task) == 128, "sched_queued_task: two cache lines");
SCHED_ASSERT_OFFSET(sched_queued_task, kind, 0);
SCHED_ASSERT_OFFSET(sched_queued_task, pid, 4);
SCHED_ASSERT_OFFSET(sched_queued_task, tgid, 8);
SCHED_ASSERT_OFFSET(sched_queued_task, prev_cpu, 12);
SCHED_ASSERT_OFFSET(sched_queued_task, token, 16);
SCHED_ASSERT_OFFSET(sched_queued_task, enqueue_ns, 24);
SCHED_ASSERT_OFFSET(sched_queued_task, flags, 32);
SCHED_ASSERT_OFFSET(sched_queued_task, start_ns, 40);
SCHED_ASSERT_OFFSET(sched_queued_task, stop_ns, 48);
SCHED_ASSERT_OFFSET(sched_queued_task, exec_runtime_ns, 56);
SCHED_ASSERT_OFFSET(sched_queued_task, sum_exec_runtime_ns, 64);
SCHED_ASSERT_OFFSET(sched_queued_task, nvcsw, 72);
SCHED_ASSERT_OFFSET(sched_queued_task, vtime, 80);
SCHED_ASSERT_OFFSET(sched_queued_task, cgroup_id, 88);
SCHED_ASSERT_OFFSET(sched_queued_task, weight, 96);
SCHED_ASSERT_OFFSET(sched_queued_task, nr_cpus_allowed, 100);
SCHED_ASSERT_OFFSET(sched_queued_task, comm, 104);
SCHED_ASSERT_OFFSET(sched_queued_task, reserved0, 120);

/* User to kernel: one record of the `dispatched` ring, one cache line. */
struct sched_dispatched_task {
	__s32 pid;			/* of the queued record */
	__s32 cpu;			/* target CPU, or SCHED_CPU_ANY */
	__u64 token;			/* of the queued record; anything else is cancelled */
	__u64 slice_ns;			/* CPU time granted, 0 = the default slice */
	__u64 vtime;			/* order within the target's queue, smaller runs first, equal is first in first out */
	__u64 flags;			/* enum sched_decision_flag */
	__u64 enqueue_ns;		/* of the queued record, for latency */
	__u64 reserved0;
	__u64 reserved1;
};
_Static_assert(sizeof(struct sched_dispatched_task) == 64, "sched_dispatched_task: one cache line");
SCHED_ASSERT_OFFSET(sched_dispatched_task, pid, 0);
SCHED_ASSERT_OFFSET(sched_dispatched_task, cpu, 4);
SCHED_ASSERT_OFFSET(sched_dispatched_task, token, 8);
SCHED_ASSERT_OFFSET(sched_dispatched_task, slice_ns, 16);
SCHED_ASSERT_OFFSET(sched_dispatched_task, vtime, 24);
SCHED_ASSERT_OFFSET(sched_dispatched_task, flags, 32);
SCHED_ASSERT_OFFSET(sched_dispatched_task, enqueue_ns, 40);
SCHED_ASSERT_OFFSET(sched_dispatched_task, reserved0, 48);
SCHED_ASSERT_OFFSET(sched_dispatched_task, reserved1, 56);

/*
 * The `control` map: words of state, each group with the writer that it names and two cache lines of its
 * own (the adjacent-line prefetcher pulls pairs).
 */
struct sched_control {
	/* the engine's main thread writes, rarely */
	__s32 engine_tgid;		/* its threads take the direct lanes, 0 = none */
	__u32 stopping;			/* 1 = the engine is about to detach */
	__u64 slice_ns;			/* the default slice */
	__s32 hot_tids[SCHED_MAX_HOT_THREADS];	/* threads of the event path, 0 = none */
	__s32 hot_cpus[SCHED_MAX_HOT_THREADS];	/* CPUs that a spinning thread owns, -1 = none */
	__u8 pad0[80];

	/* the reader thread sets parked to 1, the kernel takes it back as it rings */
	__u32 parked;			/* 1 = the reader sleeps in epoll: the next record must wake it */
	__u8 pad1[124];

	/* the dispatcher thread writes */
	__u64 published_bytes;		/* producer position of the dispatched ring: what there is to drain */
	__u8 pad2[120];

	/* the kernel writes; the dispatcher thread takes idle_waiting back as it rings */
	__u64 drained_bytes;		/* published_bytes as it was at the last complete drain */
	__u32 idle_waiting;		/* 1 = a CPU went idle for want of a decision: ring the doorbell */
	__u32 nr_cpu_ids;		/* CPUs that this kernel can have */
	__u8 pad3[112];

	/* the dispatcher thread sets bits; ring_doorbell takes them */
	__u64 kick_cpus[16];		/* CPUs whose task must give way for what was published */

	/* the kernel writes */
	__u64 idle_cpus[16];		/* CPUs that have nothing to run */

	/* the kernel writes */
	__u64 lease_lost_at_ns;		/* since when the kernel's side schedules by itself, 0 = the engine has its say */
	__u64 nr_leases_lost;
	__u64 lease_lost_ns;		/* for how long in all, without the current loss */
	__u64 lease_lost_max_ns;	/* the longest of them */
	__s32 lease_lost_thread;	/* the hot thread that was silent at the last loss */
	__u8 pad4[92];

	/* each hot thread writes the first of its SCHED_BEAT_WORDS */
	__u64 beats[64];		/* duty cycles, by slot */
};
_Static_assert(sizeof(struct sched_control) == 1408, "sched_control: eleven pairs of cache lines");
SCHED_ASSERT_OFFSET(sched_control, engine_tgid, 0);
SCHED_ASSERT_OFFSET(sched_control, stopping, 4);
SCHED_ASSERT_OFFSET(sched_control, slice_ns, 8);
SCHED_ASSERT_OFFSET(sched_control, hot_tids, 16);
SCHED_ASSERT_OFFSET(sched_control, hot_cpus, 32);
SCHED_ASSERT_OFFSET(sched_control, pad0, 48);
SCHED_ASSERT_OFFSET(sched_control, parked, 128);
SCHED_ASSERT_OFFSET(sched_control, pad1, 132);
SCHED_ASSERT_OFFSET(sched_control, published_bytes, 256);
SCHED_ASSERT_OFFSET(sched_control, pad2, 264);
SCHED_ASSERT_OFFSET(sched_control, drained_bytes, 384);
SCHED_ASSERT_OFFSET(sched_control, idle_waiting, 392);
SCHED_ASSERT_OFFSET(sched_control, nr_cpu_ids, 396);
SCHED_ASSERT_OFFSET(sched_control, pad3, 400);
SCHED_ASSERT_OFFSET(sched_control, kick_cpus, 512);
SCHED_ASSERT_OFFSET(sched_control, idle_cpus, 640);
SCHED_ASSERT_OFFSET(sched_control, lease_lost_at_ns, 768);
SCHED_ASSERT_OFFSET(sched_control, nr_leases_lost, 776);
SCHED_ASSERT_OFFSET(sched_control, lease_lost_ns, 784);
SCHED_ASSERT_OFFSET(sched_control, lease_lost_max_ns, 792);
SCHED_ASSERT_OFFSET(sched_control, lease_lost_thread, 800);
SCHED_ASSERT_OFFSET(sched_control, pad4, 804);
SCHED_ASSERT_OFFSET(sched_control, beats, 896);

/* The `cpu_states` map: one entry and one cache line per CPU, written by the kernel: who runs there. */
struct sched_cpu_state {
	__s32 pid;			/* of the running task, 0 = idle or of another class */
	__s32 tgid;			/* of the running task */
	__u64 start_ns;			/* since when */
	__u64 vtime;			/* of the decision that it runs by */
	__u64 reserved0;
	__u64 reserved1;
	__u64 reserved2;
	__u64 reserved3;
	__u64 reserved4;
};
_Static_assert(sizeof(struct sched_cpu_state) == 64, "sched_cpu_state: one cache line");
SCHED_ASSERT_OFFSET(sched_cpu_state, pid, 0);
SCHED_ASSERT_OFFSET(sched_cpu_state, tgid, 4);
SCHED_ASSERT_OFFSET(sched_cpu_state, start_ns, 8);
SCHED_ASSERT_OFFSET(sched_cpu_state, vtime, 16);

/*
 * The `inflight` map: what user space has not answered, by token modulo SCHED_INFLIGHT_SLOTS. The kernel
 * writes all but `held`, with which the policy says that it keeps the task on purpose.
 */
struct sched_inflight_slot {
	__u64 token;			/* 0 = answered */
	__u64 enqueue_ns;
	__s32 pid;
	__u32 held;			/* low half of the token that the policy holds */
	__u32 is_kthread;		/* 1 = a kernel thread: may not be held for long */
	__u32 reserved0;
};
_Static_assert(sizeof(struct sched_inflight_slot) == 32, "sched_inflight_slot: two to a cache line");
SCHED_ASSERT_OFFSET(sched_inflight_slot, token, 0);
SCHED_ASSERT_OFFSET(sched_inflight_slot, enqueue_ns, 8);
SCHED_ASSERT_OFFSET(sched_inflight_slot, pid, 16);
SCHED_ASSERT_OFFSET(sched_inflight_slot, held, 20);
SCHED_ASSERT_OFFSET(sched_inflight_slot, is_kthread, 24);
SCHED_ASSERT_OFFSET(sched_inflight_slot, reserved0, 28);

/* The `cpu_selection` map: arguments and results of the program select_cpus. */
struct sched_cpu_selection {
	__u32 nr_tasks;			/* in: how many */
	__u32 reserved0;
	__s32 pids[64];			/* in: tasks to find an idle CPU for */
	__s32 cpus[64];			/* in: the CPU to prefer; out: an idle one, now taken, or SCHED_CPU_ANY */
};
_Static_assert(sizeof(struct sched_cpu_selection) == 520, "sched_cpu_selection");
SCHED_ASSERT_OFFSET(sched_cpu_selection, nr_tasks, 0);
SCHED_ASSERT_OFFSET(sched_cpu_selection, pids, 8);
SCHED_ASSERT_OFFSET(sched_cpu_selection, cpus, 264);

/*
 * The `counters` map: one entry per CPU, written by the kernel alone, summed by the reader.
 * After a detach, always: nr_queued = nr_decided + nr_exited + nr_kernel + nr_held.
 */
struct sched_counters {
	__u64 nr_queued;		/* enqueues meant for user space */
	__u64 nr_decided;		/* of these: run by a decision of user space */
	__u64 nr_exited;		/* of these: the task left (exit, new affinity, other class, eviction) undecided */
	__u64 nr_kernel;		/* of these: scheduled by the kernel-side fair lane (ring full, or rescued) */
	__u64 nr_held;			/* of these: still undecided as the engine detached */
	__u64 nr_lost;			/* tokens overwritten before they ended: must be 0 */
	__u64 nr_twice;			/* a task ran while its token was still out: must be 0 */
	__u64 nr_cancelled;		/* decisions refused, their token had ended */
	__u64 nr_bounced;		/* decisions whose CPU the task may not use, sent to one it may */
	__u64 nr_congested;		/* enqueues that found the queued ring full */
	__u64 nr_no_task;		/* decisions (among the cancelled) whose pid is gone */
	__u64 nr_direct;		/* enqueues of kernel threads, exiting, migration-disabled and unknown tasks */
	__u64 nr_engine;		/* enqueues of the engine's own threads */
	__u64 nr_wakeups;		/* records submitted with a wake-up of the reader */
	__u64 nr_kicks;			/* idle CPUs kicked */
	__u64 nr_drains;		/* drains of the dispatched ring */
	__u64 nr_drains_busy;		/* drains refused because another CPU was at it */
	__u64 nr_polls;			/* idle CPUs that waited for a decision on the spot */
	__u64 nr_poll_hits;		/* of these: got one */
	__u64 nr_exit_events;		/* exit records sent */
	__u64 nr_exit_events_late;	/* of these: sent later, because the ring was full */
	__u64 nr_heartbeats;		/* timer ticks */
	__u64 nr_turns;			/* dispatch calls */
	__u64 nr_rescued;		/* of nr_kernel: user space had not answered in time */
	__u64 nr_unwatched;		/* tasks whose slot a later enqueue has taken: not rescued if they are not answered */
	__u64 nr_preempts;		/* CPUs made to give way for a decision */
	__u64 nr_cpu_events;		/* CPU_AVAILABLE records sent */
	__u64 nr_cpu_events_dropped;	/* CPU_AVAILABLE records that found the ring full; the timer repeats them */
	__u64 nr_helpers_bounded;	/* of nr_engine: helper threads over their budget, sent to the fair lane */
	__u64 nr_resumed;		/* enqueues of tasks that a higher class drove off their CPU: they go on by their decision */
	__u64 nr_lapsed;		/* of nr_kernel: enqueued while the lease was lost */
	__u64 reserved[1];
};
_Static_assert(sizeof(struct sched_counters) == 256, "sched_counters: two pairs of cache lines");

/* The `exit_record` map: why the scheduler ended. kind is written last. */
struct sched_exit_record {
	__s64 kind;			/* enum scx_exit_kind of the kernel, 0 = still running */
	__s64 code;			/* SCX_ECODE_* or a code of ours */
	__u8 reason[SCHED_REASON_BYTES];
	__u8 message[SCHED_MESSAGE_BYTES];
	__u8 dump[SCHED_DUMP_BYTES];
};
_Static_assert(sizeof(struct sched_exit_record) == 33936, "sched_exit_record");
SCHED_ASSERT_OFFSET(sched_exit_record, kind, 0);
SCHED_ASSERT_OFFSET(sched_exit_record, code, 8);
SCHED_ASSERT_OFFSET(sched_exit_record, reason, 16);
SCHED_ASSERT_OFFSET(sched_exit_record, message, 144);
SCHED_ASSERT_OFFSET(sched_exit_record, dump, 1168);

#endif /* SCHED_ABI_H */
