// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * round_trip.bpf.c: the kernel's two ends of the path, on a kernel without sched_ext, for whoever answers in between.
 *
 * Emitting is queue_task with the look at the lease, draining is drain_dispatched with the claim of the token: the
 * functions that ship, in the rings that ship, of tasks that are threads which have enlisted and sleep. Missing is
 * what only a scheduler may call: the insert into the kernel's own queue, and kicks.
 *
 * A round trip is from the stamp of the enqueue to the moment at which the drain has the decision in hand, both by
 * bpf_ktime_get_ns. It is left in `latencies`, in the order of the decisions.
 */
#include "kernel.bpf.h"

/* A kernel without sched_ext has no p->scx: its weight is read from the other place where a kernel keeps it. */
#define scx se.load

/* What queue_task and drain_one may call only as a scheduler. */
#define scx_bpf_task_cpu(p) ((s32)bpf_get_smp_processor_id())
#define bpf_cpumask_test_cpu(cpu, mask) ((mask) != NULL)
#define scx_bpf_pick_idle_cpu(mask, flags) (-1)
#define scx_bpf_kick_cpu(cpu, flags) ((void)(cpu))
#define scx_bpf_dispatch_nr_slots() (ROUND_TRIP_TASKS)
#define scx_bpf_dispatch_cancel() ((void)0)
#define dsq_insert_vtime(p, dsq_id, slice_ns, vtime, enq_flags) ((void)(p), (void)(slice_ns), (void)(vtime))
#undef scheduler_error
#define scheduler_error(format, status) (note_broken(status))

/* The drain calls measure_drain_one, which calls drain_one. */
#define bpf_user_ringbuf_drain(ring, callback, context, flags) \
	bpf_user_ringbuf_drain(ring, measure_##callback, context, flags)

enum round_trip {
	ROUND_TRIP_TASKS = 64,		/* a power of two: the largest burst */
	ROUND_TRIP_LATENCIES = 65536,	/* a power of two */
	ROUND_TRIP_LOOKS = 1 << 20,	/* for the answer, before the caller is asked to come again: milliseconds */
};

struct round_trip_words {
	u64 burst;			/* in: records at a time, 0 = none, at most ROUND_TRIP_TASKS */
	u64 bursts;			/* in: bursts that `converse` makes before it returns */
	u64 nr_conversed;		/* out: bursts that `converse` has made and seen answered */
	u64 nr_emitted;			/* out: records submitted */
	u64 nr_refused;			/* out: that were not: the ring was full, or a task is gone. Must be 0 */
	u64 nr_drained;			/* out: decisions drained */
	u64 nr_strange;			/* out: of these for a token that was not in flight. Must be 0 */
	u64 nr_broken;			/* out: drains that failed. Must be 0 */
	u64 nr_doorbells;		/* out: how often the doorbell was rung. Must be 0, as no CPU waits */
	u64 nr_tasks;			/* out: threads that have enlisted */
	s32 pids[ROUND_TRIP_TASKS];
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct round_trip_words);
} words SEC(".maps");

static __always_inline struct round_trip_words *round_trip_words(void)
{
	u32 zero = 0;

	return bpf_map_lookup_elem(&words, &zero);
}

static __always_inline void note_broken(u64 status)
{
	struct round_trip_words *run = round_trip_words();

	if (run)
		run->nr_broken++;
}

static long measure_drain_one(struct bpf_dynptr *dynptr, void *context);

#include "dispatched.bpf.h"
#include "queued.bpf.h"

char _license[] SEC("license") = "Dual BSD/GPL";

/* Nanoseconds, in the order of the decisions, modulo the size. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, ROUND_TRIP_LATENCIES);
	__type(key, u32);
	__type(value, u64);
} latencies SEC(".maps");

/* The stamp is that of the in-flight table: nothing that user space could have changed. */
static long measure_drain_one(struct bpf_dynptr *dynptr, void *context)
{
	const struct sched_dispatched_task *decision = bpf_dynptr_data(dynptr, 0, sizeof(*decision));
	u64 now_ns = bpf_ktime_get_ns();
	struct round_trip_words *run = round_trip_words();
	struct sched_inflight_slot *slot;
	u64 *latency;
	u32 index;

	if (!run || !decision)
		return 1;
	index = run->nr_drained++ & (ROUND_TRIP_LATENCIES - 1);
	latency = bpf_map_lookup_elem(&latencies, &index);
	slot = inflight_slot(decision->token);
	if (slot && latency && slot->token == decision->token && decision->enqueue_ns == slot->enqueue_ns)
		*latency = now_ns - slot->enqueue_ns;
	else
		run->nr_strange++;
	return drain_one(dynptr, context);
}

static __always_inline void emit_one(struct sched_control *ctl, struct round_trip_words *run)
{
	struct task_struct *p = bpf_task_from_pid(run->pids[run->nr_emitted & (ROUND_TRIP_TASKS - 1)]);
	struct task_ctx *tctx = p ? task_ctx_of(p) : NULL;
	bool emitted = false;

	if (tctx) {
		count(nr_queued);
		emitted = !is_lease_lost(ctl) && !is_asleep() && queue_task(ctl, p, tctx, SCX_ENQ_WAKEUP);
	}
	if (emitted)
		run->nr_emitted++;
	else
		run->nr_refused++;
	if (p)
		bpf_task_release(p);
}

static __always_inline void emit_burst(struct sched_control *ctl, struct round_trip_words *run)
{
	struct bpf_iter_num it;

	bpf_iter_num_new(&it, 0, ROUND_TRIP_TASKS);
	while (bpf_iter_num_next(&it)) {
		emit_one(ctl, run);
		if (!(run->nr_emitted & (run->burst - 1)) || run->nr_refused)
			break;
	}
	bpf_iter_num_destroy(&it);
}

/* One CPU: takes the answers to the last burst, and emits the next. */
SEC("syscall")
int exchange(void *context)
{
	struct sched_control *ctl = control_words();
	struct round_trip_words *run = round_trip_words();

	if (!ctl || !run)
		return 1;
	drain_dispatched(ctl, 0, false);
	if (run->burst)
		emit_burst(ctl, run);
	return 0;
}

static __always_inline bool is_answered(struct round_trip_words *run)
{
	return *(volatile u64 *)&run->nr_drained >= *(volatile u64 *)&run->nr_emitted;
}

static long look_once(u32 index, void *context)
{
	struct sched_control *ctl = control_words();
	struct round_trip_words *run = round_trip_words();

	if (!ctl || !run)
		return 1;
	if (!has_published(ctl))
		return 0;
	drain_dispatched(ctl, 0, false);
	return is_answered(run);
}

static long converse_once(u32 index, void *context)
{
	struct sched_control *ctl = control_words();
	struct round_trip_words *run = round_trip_words();

	if (!ctl || !run)
		return 1;
	if (is_answered(run))
		emit_burst(ctl, run);
	if (run->nr_refused)
		return 1;
	bpf_loop(ROUND_TRIP_LOOKS, look_once, NULL, 0);
	if (!is_answered(run))
		return 1;
	run->nr_conversed++;
	return 0;
}

/* Two CPUs: emits a burst, and looks for the answers all the time, over and over. */
SEC("syscall")
int converse(void *context)
{
	struct round_trip_words *run = round_trip_words();

	if (!run || !run->burst)
		return 1;
	bpf_loop(run->bursts, converse_once, NULL, 0);
	return 0;
}

/* The calling thread stands for a task from now on. */
SEC("syscall")
int enlist(void *context)
{
	struct task_struct *p = bpf_get_current_task_btf();
	struct round_trip_words *run = round_trip_words();

	if (!run || run->nr_tasks >= ROUND_TRIP_TASKS ||
	    !bpf_task_storage_get(&task_ctxs, p, 0, BPF_LOCAL_STORAGE_GET_F_CREATE))
		return 1;
	run->pids[run->nr_tasks++ & (ROUND_TRIP_TASKS - 1)] = p->pid;
	return 0;
}

/* What the engine's transport runs. */

SEC("syscall")
int caller_pid(void *context)
{
	return (u32)bpf_get_current_pid_tgid();
}

SEC("syscall")
int ring_doorbell(void *context)
{
	struct round_trip_words *run = round_trip_words();

	if (run)
		run->nr_doorbells++;
	return 0;
}

SEC("syscall")
int select_cpus(void *context)
{
	return 1;
}
