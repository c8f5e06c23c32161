// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * rings.bpf.c: the two real rings without a scheduler, for kernels that have no sched_ext.
 *
 * `produce` stands for ops.enqueue, `drain` for ops.dispatch, `exit_pids` for ops.exit_task and `tick` for the
 * timer; they run by BPF_PROG_RUN, take their arguments from, and leave their results in, the mapped `script`
 * words.
 */
#include "exited.bpf.h"

char _license[] SEC("license") = "Dual BSD/GPL";

struct script {
	u64 count;			/* in: records to produce */
	u64 discard_every;		/* in: discard every n-th record, 0 = none */
	u64 produced;			/* out: records submitted, over all calls */
	u64 refused;			/* out: reservations that found the ring full */
	u64 drained;			/* out: decisions drained, over all calls */
	u64 mismatched;			/* out: decisions whose token is not the next one due */
	u64 drain_status;		/* out: what the last drain returned, as a two's complement */
	u64 first_pid;			/* in: exit_pids tells of this and the next `count - 1` */
	u64 nr_late;			/* out: exits not sent yet */
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct script);
} script SEC(".maps");

static __always_inline struct script *script_words(void)
{
	u32 zero = 0;

	return bpf_map_lookup_elem(&script, &zero);
}

static long produce_one(u32 index, void *context)
{
	struct script *words = script_words();
	struct sched_queued_task *record;

	if (!words)
		return 1;
	record = bpf_ringbuf_reserve(&queued, sizeof(*record), 0);
	if (!record) {
		words->refused++;
		return 0;
	}
	__builtin_memset(record, 0, sizeof(*record));
	record->kind = SCHED_EVENT_QUEUED;
	if (words->discard_every && index % words->discard_every == 0) {
		bpf_ringbuf_discard(record, BPF_RB_NO_WAKEUP);
		return 0;
	}
	record->token = ++words->produced;
	record->pid = (s32)record->token;
	record->tgid = record->pid;
	record->weight = 100;
	record->nr_cpus_allowed = 1;
	record->enqueue_ns = bpf_ktime_get_ns();
	bpf_ringbuf_submit(record, BPF_RB_NO_WAKEUP);
	return 0;
}

SEC("syscall")
int produce(void *context)
{
	struct script *words = script_words();

	if (words)
		bpf_loop(words->count, produce_one, NULL, 0);
	return 0;
}

static long drain_one(struct bpf_dynptr *dynptr, void *context)
{
	const struct sched_dispatched_task *decision = bpf_dynptr_data(dynptr, 0, sizeof(*decision));
	struct script *words = script_words();

	if (!words || !decision)
		return 1;
	words->drained++;
	if (decision->token != words->drained)
		words->mismatched++;
	return 0;
}

SEC("syscall")
int drain(void *context)
{
	struct script *words = script_words();
	long status = bpf_user_ringbuf_drain(&dispatched, drain_one, NULL, BPF_RB_NO_WAKEUP);

	if (words)
		words->drain_status = status;
	return 0;
}

static long exit_one(u32 index, void *context)
{
	struct sched_control *ctl = control_words();
	struct script *words = script_words();

	if (!ctl || !words)
		return 1;
	queue_exit(ctl, (s32)(words->first_pid + index), (s32)words->first_pid);
	words->nr_late = nr_late_exits;
	return 0;
}

SEC("syscall")
int exit_pids(void *context)
{
	struct script *words = script_words();

	if (words)
		bpf_loop(words->count, exit_one, NULL, 0);
	return 0;
}

/* A new task has a pid: its predecessor's exit goes first. */
SEC("syscall")
int reuse_pid(void *context)
{
	struct sched_control *ctl = control_words();
	struct script *words = script_words();

	if (!ctl || !words)
		return 0;
	words->refused += !send_exit_of_predecessor(ctl, (s32)words->first_pid);
	words->nr_late = nr_late_exits;
	return 0;
}

SEC("syscall")
int tick(void *context)
{
	struct sched_control *ctl = control_words();
	struct script *words = script_words();

	if (!ctl || !words)
		return 0;
	send_late_exits(ctl);
	words->nr_late = nr_late_exits;
	return 0;
}
