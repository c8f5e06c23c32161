/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * queued.bpf.h: where a task's record enters: ops.enqueue to the queued ring.
 *
 *   reserve -> new token (full barrier) -> fill -> parked? -> submit
 *
 * The token's atomic add stands between the reservation, which moves the ring's producer position, and
 * the look at `parked`. The reader sets `parked`, fences, and looks at the producer position. So either
 * we see it parked and ring, or it sees our record and does not sleep.
 */
#ifndef QUEUED_BPF_H
#define QUEUED_BPF_H

#include "task.bpf.h"

/* Flags to submit with: a wake-up only for a sleeping reader, and only one. */
static __always_inline u64 submit_flags(struct sched_control *ctl)
{
	if (!ctl->parked || !__sync_lock_test_and_set(&ctl->parked, 0))
		return BPF_RB_NO_WAKEUP;
	count(nr_wakeups);
	return BPF_RB_FORCE_WAKEUP;
}

static __always_inline u64 queued_flags(struct task_struct *p, struct task_ctx *tctx, u64 enq_flags)
{
	u64 flags = 0;

	if (enq_flags & SCX_ENQ_WAKEUP)
		flags |= SCHED_QUEUED_WAKEUP;
	if (p->flags & PF_KTHREAD)
		flags |= SCHED_QUEUED_KTHREAD;
	if (tctx->cpu_idle)
		flags |= SCHED_QUEUED_CPU_IDLE;
	return flags;
}

/* Hands a runnable task to user space. Returns false if the ring is full: the caller must schedule it. */
static __always_inline bool queue_task(struct sched_control *ctl, struct task_struct *p, struct task_ctx *tctx,
				       u64 enq_flags)
{
	struct sched_queued_task *record;
	u64 token;

	record = bpf_ringbuf_reserve(&queued, sizeof(*record), 0);
	if (!record)
		return false;

	token = __sync_fetch_and_add(&last_token, 1) + 1;
	record->kind = SCHED_EVENT_QUEUED;
	record->pid = p->pid;
	record->tgid = p->tgid;
	record->prev_cpu = scx_bpf_task_cpu(p);
	record->token = token;
	record->enqueue_ns = bpf_ktime_get_ns();
	record->flags = queued_flags(p, tctx, enq_flags);
	record->start_ns = tctx->start_ns;
	record->stop_ns = tctx->stop_ns;
	record->exec_runtime_ns = tctx->exec_runtime_ns;
	record->sum_exec_runtime_ns = p->se.sum_exec_runtime;
	record->nvcsw = p->nvcsw;
	record->vtime = tctx->vtime;
	record->cgroup_id = BPF_CORE_READ(p, cgroups, dfl_cgrp, kn, id);
	record->weight = p->scx.weight;
	record->nr_cpus_allowed = p->nr_cpus_allowed;
	__builtin_memcpy(record->comm, p->comm, sizeof(record->comm));
	record->reserved0 = 0;

	tctx->seen = true;
	/* Before the record is visible: a decision may come back at once. */
	if (__sync_lock_test_and_set(&tctx->token, token))
		count(nr_lost);
	bpf_ringbuf_submit(record, submit_flags(ctl));
	return true;
}

/* Tells user space that a task it has seen is gone. */
static __always_inline void queue_exit(struct sched_control *ctl, struct task_struct *p)
{
	struct sched_queued_task *record;

	record = bpf_ringbuf_reserve(&queued, sizeof(*record), 0);
	if (!record) {
		count(nr_exit_events_late);
		return;
	}
	__builtin_memset(record, 0, sizeof(*record));
	record->kind = SCHED_EVENT_EXIT;
	record->pid = p->pid;
	record->tgid = p->tgid;
	count(nr_exit_events);
	bpf_ringbuf_submit(record, submit_flags(ctl));
}

#endif /* QUEUED_BPF_H */
