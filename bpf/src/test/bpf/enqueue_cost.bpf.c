// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * enqueue_cost.bpf.c: what the in-flight table and the lease add to an enqueue, on a kernel without sched_ext.
 *
 * Each program does its part ENQUEUES times, of the calling task, by the functions that ship; it is run by
 * BPF_PROG_RUN. An enqueue is queue_task and the claim of the token, as if the decision came at once; once as it
 * ships, and once without table and lease. The caller empties the ring in between.
 */

/* A kernel without sched_ext has no p->scx: its weight is read from the other place where a kernel keeps it. */
#include "kernel.bpf.h"
#define scx se.load

/* What queue_task may call only as a scheduler. */
#define scx_bpf_task_cpu(p) ((s32)bpf_get_smp_processor_id())
#define bpf_cpumask_test_cpu(cpu, mask) ((mask) != NULL)
#include "queued.bpf.h"

/* The same file once more, without the table: under other names. */
#undef QUEUED_BPF_H
#define note_inflight(p, token, now_ns) ((void)(now_ns))
#define queue_task queue_task_only
#define queued_bytes queued_bytes_only
#define congested congested_only
#define is_congested is_congested_only
#define queued_flags queued_flags_only
#define queue_cpu_available queue_cpu_available_only
#include "queued.bpf.h"
#undef queue_task
#undef note_inflight

char _license[] SEC("license") = "Dual BSD/GPL";

enum enqueue_cost {
	ENQUEUES = 1024,
};

struct cost_words {
	u64 refused;			/* enqueues that did not go through, over all runs: must be 0 */
	u64 answered;			/* tokens that were claimed */
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct cost_words);
} cost SEC(".maps");

static __always_inline struct cost_words *cost_words(void)
{
	u32 zero = 0;

	return bpf_map_lookup_elem(&cost, &zero);
}

static __always_inline struct task_ctx *caller_ctx(void)
{
	return bpf_task_storage_get(&task_ctxs, bpf_get_current_task_btf(), 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
}

/* A constant, so that each program has its part only. */
static __always_inline int enqueue_and_answer(const bool with_table_and_lease)
{
	struct task_struct *p = bpf_get_current_task_btf();
	struct sched_control *ctl = control_words();
	struct cost_words *words = cost_words();
	struct task_ctx *tctx = caller_ctx();
	struct bpf_iter_num it;

	if (!ctl || !tctx || !words)
		return 1;
	bpf_iter_num_new(&it, 0, ENQUEUES);
	while (bpf_iter_num_next(&it)) {
		bool queued = with_table_and_lease ?
			!is_lease_lost(ctl) && !is_asleep() && queue_task(ctl, p, tctx, SCX_ENQ_WAKEUP) :
			queue_task_only(ctl, p, tctx, SCX_ENQ_WAKEUP);
		u64 token;

		if (!queued) {
			words->refused++;
			continue;
		}
		token = tctx->token;
		if (__sync_val_compare_and_swap(&tctx->token, token, 0) == token) {
			if (with_table_and_lease)
				note_answered(token);
			words->answered++;
		}
	}
	bpf_iter_num_destroy(&it);
	return 0;
}

SEC("syscall")
int enqueue_only(void *context)
{
	return enqueue_and_answer(false);
}

SEC("syscall")
int enqueue_with_table_and_lease(void *context)
{
	return enqueue_and_answer(true);
}

/* The parts alone: each beside the loop that does nothing. */

#define PART(name, statement)					\
SEC("syscall")							\
int name(void *context)						\
{								\
	struct task_struct *p = bpf_get_current_task_btf();	\
	struct sched_control *ctl = control_words();		\
	struct cost_words *words = cost_words();		\
	u64 token = last_token;					\
	struct bpf_iter_num it;					\
								\
	if (!ctl || !words)					\
		return 1;					\
	bpf_iter_num_new(&it, 0, ENQUEUES);			\
	while (bpf_iter_num_next(&it)) {			\
		token++;					\
		*(volatile u64 *)&words->answered = token;	\
		statement;					\
	}							\
	bpf_iter_num_destroy(&it);				\
	return p ? 0 : 1;					\
}

PART(loop_only, (void)0)
PART(lease_only, if (is_lease_lost(ctl) || is_asleep()) words->refused++)
PART(note_only, note_inflight(p, token, token))
PART(answer_only, note_answered(token))
