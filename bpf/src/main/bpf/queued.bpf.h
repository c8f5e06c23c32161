/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * queued.bpf.h: where a task's record enters: ops.enqueue to the queued ring.
 *
 *   reserve -> new token (full barrier) -> fill -> note in the in-flight table -> parked? -> submit
 *
 * A full ring means that user space is behind: it gets nothing more until the ring is half empty, so that
 * tasks do not alternate between its order and the fair lane's.
 */
#ifndef QUEUED_BPF_H
#define QUEUED_BPF_H

#include "exited.bpf.h"
#include "inflight.bpf.h"

/* Capacity of the queued ring, bytes. */
const volatile u64 queued_bytes = 4 << 20;

/* 1 = the ring was full and is not half empty yet: user space is behind, and is not given more. */
u32 congested;

static __always_inline bool is_congested(void)
{
	if (!*(volatile u32 *)&congested)
		return false;
	if (bpf_ringbuf_query(&queued, BPF_RB_AVAIL_DATA) > queued_bytes / 2)
		return true;
	congested = 0;
	return false;
}

static __always_inline u64 queued_flags(struct sched_control *ctl, struct task_struct *p, struct task_ctx *tctx, u64 enq_flags)
{
	u64 flags = 0;

	if (enq_flags & SCX_ENQ_WAKEUP)
		flags |= SCHED_QUEUED_WAKEUP;
	if (p->flags & PF_KTHREAD)
		flags |= SCHED_QUEUED_KTHREAD;
	if (tctx->cpu_idle)
		flags |= SCHED_QUEUED_CPU_IDLE;
	if (!tctx->seen)
		flags |= SCHED_QUEUED_NEW;
	if (is_confined(ctl, p))
		flags |= SCHED_QUEUED_CONFINED;
	if (enq_flags & SCX_ENQ_REENQ)
		flags |= SCHED_QUEUED_REENQUEUED;
	return flags;
}

/* Hands a runnable task to user space. Returns false if the ring is full: the caller must schedule it. */
static __always_inline bool queue_task(struct sched_control *ctl, struct task_struct *p, struct task_ctx *tctx,
				       u64 enq_flags)
{
	struct sched_queued_task *record;
	u64 token;

	if (is_congested() || !send_exit_of_predecessor(ctl, p->pid))
		return false;
	record = bpf_ringbuf_reserve(&queued, sizeof(*record), 0);
	if (!record) {
		congested = 1;
		return false;
	}

	token = __sync_fetch_and_add(&last_token, 1) + 1;
	record->kind = SCHED_EVENT_QUEUED;
	record->pid = p->pid;
	record->tgid = p->tgid;
	record->prev_cpu = scx_bpf_task_cpu(p);
	record->token = token;
	record->enqueue_ns = bpf_ktime_get_ns();
	record->flags = queued_flags(ctl, p, tctx, enq_flags);
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
	note_inflight(p, token, record->enqueue_ns);
	bpf_ringbuf_submit(record, submit_flags(ctl));
	return true;
}

/* A CPU has nothing to run while user space has tasks: for policies that bind late. */
static __always_inline void queue_cpu_available(struct sched_control *ctl, s32 cpu)
{
	struct sched_queued_task *record;

	record = bpf_ringbuf_reserve(&queued, sizeof(*record), 0);
	if (!record) {
		count(nr_cpu_events_dropped);
		return;
	}
	__builtin_memset(record, 0, sizeof(*record));
	record->kind = SCHED_EVENT_CPU_AVAILABLE;
	record->prev_cpu = cpu;
	count(nr_cpu_events);
	bpf_ringbuf_submit(record, submit_flags(ctl));
}

#endif /* QUEUED_BPF_H */
