/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * dispatched.bpf.h: where a decision leaves: the dispatched ring to a DSQ.
 *
 *   check token -> insert -> claim token (cmpxchg) -> cancel the insert if the claim failed
 *
 * Check first, because an insert overwrites the task's slice and vtime before the claim; claim last,
 * because the insert notes the task's queueing sequence, so a task that is dequeued in between makes
 * either the claim fail or the kernel drop the insert. Exact match of a boot-unique number: a reused pid
 * can't be mistaken for its predecessor.
 */
#ifndef DISPATCHED_BPF_H
#define DISPATCHED_BPF_H

#include "inflight.bpf.h"

/* HEAD: as much is taken off the vtime. Far ahead of any other, and still in order among themselves. */
#define HEAD_LEAD (1ULL << 62)

enum dispatched_limit {
	DRAIN_ROUNDS = 2,
};

struct drain_ctx {
	struct sched_control *ctl;
	s32 cpu;			/* the CPU that drains */
	bool takes_one;			/* it has nothing to run and will take the first task that it may */
};

/* The CPU a decision asks for if the task may run there, else SCHED_CPU_ANY. */
static __always_inline s32 allowed_cpu(struct sched_control *ctl, struct task_struct *p, s32 cpu)
{
	if (cpu == SCHED_CPU_ANY)
		return SCHED_CPU_ANY;
	if (cpu >= 0 && (u32)cpu < ctl->nr_cpu_ids && bpf_cpumask_test_cpu(cpu, p->cpus_ptr) &&
	    (!p->migration_disabled || cpu == scx_bpf_task_cpu(p)))
		return cpu;
	count(nr_bounced);
	return SCHED_CPU_ANY;
}

/* What is in the CPU's own queue runs there next. The CPU that drains is choosing its next task anyhow. */
static __always_inline void preempt_cpu(s32 this_cpu, s32 cpu)
{
	struct cpu_ctx *cctx = cpu_ctx_of(cpu);

	if (cctx)
		cctx->own_first = true;
	count(nr_preempts);
	if (cpu != this_cpu)
		scx_bpf_kick_cpu(cpu, SCX_KICK_PREEMPT);
}

/* A decision about a CPU instead of a task. */
static __always_inline void kick_decided(struct drain_ctx *drain, const struct sched_dispatched_task *decision)
{
	s32 cpu = decision->cpu;

	if (cpu < 0 || (u32)cpu >= drain->ctl->nr_cpu_ids || is_hot_cpu(drain->ctl, cpu) || cpu == drain->cpu)
		return;
	if (decision->flags & SCHED_DECISION_PREEMPT) {
		count(nr_preempts);
		scx_bpf_kick_cpu(cpu, SCX_KICK_PREEMPT);
	} else {
		count(nr_kicks);
		scx_bpf_kick_cpu(cpu, SCX_KICK_IDLE);
	}
}

static __always_inline void insert_decided(struct drain_ctx *drain, struct task_struct *p, struct task_ctx *tctx,
					   const struct sched_dispatched_task *decision)
{
	struct sched_control *ctl = drain->ctl;
	u64 slice_ns = decision->slice_ns ? decision->slice_ns : ctl->slice_ns;
	s32 cpu = allowed_cpu(ctl, p, decision->cpu);
	u64 token = decision->token, vtime = decision->vtime;
	bool preempt;

	if (cpu == SCHED_CPU_ANY && is_confined(ctl, p))
		cpu = scx_bpf_task_cpu(p);
	if (cpu != SCHED_CPU_ANY)
		slice_ns = slice_on(ctl, cpu, slice_ns);
	preempt = (decision->flags & SCHED_DECISION_PREEMPT) && cpu != SCHED_CPU_ANY && !is_hot_cpu(ctl, cpu);
	if (decision->flags & (SCHED_DECISION_PREEMPT | SCHED_DECISION_HEAD))
		vtime -= HEAD_LEAD;

	dsq_insert_vtime(p, cpu == SCHED_CPU_ANY ? DSQ_SHARED : cpu, slice_ns, vtime, 0);
	if (__sync_val_compare_and_swap(&tctx->token, token, 0) != token) {
		scx_bpf_dispatch_cancel();
		count(nr_cancelled);
		return;
	}
	note_answered(token);
	count(nr_decided);
	tctx->vtime = decision->vtime;

	if (preempt) {
		preempt_cpu(drain->cpu, cpu);
	} else if (cpu != SCHED_CPU_ANY) {
		if (cpu != drain->cpu)
			scx_bpf_kick_cpu(cpu, SCX_KICK_IDLE);
	} else if (drain->takes_one && bpf_cpumask_test_cpu(drain->cpu, p->cpus_ptr)) {
		drain->takes_one = false;
	} else {
		kick_idle_cpu(p);
	}
}

static long drain_one(struct bpf_dynptr *dynptr, void *context)
{
	struct drain_ctx *drain = context;
	const struct sched_dispatched_task *decision;
	struct task_ctx *tctx;
	struct task_struct *p;

	decision = bpf_dynptr_data(dynptr, 0, sizeof(*decision));
	if (!decision)
		return 0;
	if (decision->flags & SCHED_DECISION_KICK) {
		kick_decided(drain, decision);
		return 0;
	}
	p = bpf_task_from_pid(decision->pid);
	if (!p) {
		count(nr_no_task);
		count(nr_cancelled);
		return 0;
	}
	tctx = task_ctx_of(p);
	if (tctx && decision->token && tctx->token == decision->token)
		insert_decided(drain, p, tctx, decision);
	else
		count(nr_cancelled);
	bpf_task_release(p);

	/* 1 stops the drain behind this record: no slot is left for the next. */
	return !scx_bpf_dispatch_nr_slots();
}

static __always_inline bool has_published(struct sched_control *ctl)
{
	return *(volatile u64 *)&ctl->published_bytes != *(volatile u64 *)&ctl->drained_bytes;
}

/*
 * Executes what user space has decided. Skips the ring when nothing new was published, or nearly every
 * dispatch call would collide with another CPU's. A CPU that collides leaves it to the one that drains,
 * which therefore looks again when it is done: what was published before the collision it then sees. What
 * is left because the dispatch slots are used up, the next dispatch call finds, or the heartbeat.
 */
static __always_inline void drain_dispatched(struct sched_control *ctl, s32 cpu, bool takes_one)
{
	struct drain_ctx drain = { .ctl = ctl, .cpu = cpu, .takes_one = takes_one };

	for (u32 round = 0; round < DRAIN_ROUNDS; round++) {
		u64 published = *(volatile u64 *)&ctl->published_bytes;
		long nr;

		if (published == *(volatile u64 *)&ctl->drained_bytes || !scx_bpf_dispatch_nr_slots())
			return;
		count(nr_drains);
		nr = bpf_user_ringbuf_drain(&dispatched, drain_one, &drain, BPF_RB_NO_WAKEUP);
		if (nr == -EBUSY_ERRNO) {
			count(nr_drains_busy);
			return;
		}
		if (nr < 0) {
			scheduler_error("the dispatched ring is broken: drain returned %d", (u64)nr);
			return;
		}
		if (scx_bpf_dispatch_nr_slots())
			ctl->drained_bytes = published;
	}
}

/*
 * The doorbell: this CPU was woken for a task whose decision is on its way; going to sleep now would
 * cost an interrupt a few microseconds later. Returns true if something was published in time.
 */
static __always_inline bool poll_published(struct sched_control *ctl)
{
	u64 end_ns = bpf_ktime_get_ns() + poll_ns;
	struct bpf_iter_num it;
	bool hit = false;

	if (!poll_ns)
		return false;
	count(nr_polls);
	bpf_iter_num_new(&it, 0, 4096);
	while (bpf_iter_num_next(&it)) {
		if (has_published(ctl)) {
			hit = true;
			break;
		}
		if (bpf_ktime_get_ns() >= end_ns)
			break;
	}
	bpf_iter_num_destroy(&it);
	if (hit)
		count(nr_poll_hits);
	return hit;
}

#endif /* DISPATCHED_BPF_H */
