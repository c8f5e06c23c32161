/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * fallback.bpf.h: the kernel-side fair lane, for tasks that user space could not be asked about.
 *
 * Weighted virtual time: a task's clock runs at 100 / weight while it runs, and the smallest clock goes
 * first. Every CPU serves DSQ_FAIR (idle.bpf.h), so whoever lands here waits a turn, not for rescue.
 */
#ifndef FALLBACK_BPF_H
#define FALLBACK_BPF_H

#include "idle.bpf.h"

enum fallback_limit {
	FAIR_CREDIT_SLICES = 1,		/* a sleeper's clock may lag the lane's by this much */
	FAIR_DEBT_SLICES = 8,		/* and lead it by this much, or old debt would starve the task */
	FAIR_SLICE_NS = 3 * 1000 * 1000,	/* the longest while the lease is lost: nobody knows what is urgent */
	WEIGHT_DEFAULT = 100,
};

u64 fair_vtime_now;

static __always_inline void fair_charge(struct task_struct *p, struct task_ctx *tctx, u64 delta_ns)
{
	u32 weight = p->scx.weight;

	tctx->fair_vtime += delta_ns * WEIGHT_DEFAULT / (weight ? weight : 1);
}

static __always_inline void fair_advance(struct task_ctx *tctx)
{
	if ((s64)(tctx->fair_vtime - fair_vtime_now) > 0)
		fair_vtime_now = tctx->fair_vtime;
}

static __always_inline u64 fair_slice_ns(struct sched_control *ctl)
{
	u64 slice_ns = ctl->slice_ns;

	return slice_ns > FAIR_SLICE_NS && is_lease_lost(ctl) ? FAIR_SLICE_NS : slice_ns;
}

static __always_inline void insert_fair(struct sched_control *ctl, struct task_struct *p, struct task_ctx *tctx,
					u64 enq_flags)
{
	u64 now = fair_vtime_now, slice_ns = fair_slice_ns(ctl);
	u64 earliest = now - FAIR_CREDIT_SLICES * slice_ns, latest = now + FAIR_DEBT_SLICES * slice_ns;

	if ((s64)(tctx->fair_vtime - earliest) < 0)
		tctx->fair_vtime = earliest;
	else if ((s64)(tctx->fair_vtime - latest) > 0)
		tctx->fair_vtime = latest;

	if (is_confined(ctl, p))
		dsq_insert_vtime(p, scx_bpf_task_cpu(p), slice_on(ctl, scx_bpf_task_cpu(p), slice_ns), tctx->vtime,
				 enq_flags);
	else
		dsq_insert_vtime(p, DSQ_FAIR, slice_ns, tctx->fair_vtime, enq_flags);
}

static __always_inline void kick_fair(struct sched_control *ctl, struct task_struct *p)
{
	if (is_confined(ctl, p))
		scx_bpf_kick_cpu(scx_bpf_task_cpu(p), SCX_KICK_IDLE);
	else
		kick_idle_cpu(p);
}

/* Of a task that nothing is remembered of: it has no place of its own, so it goes in where the lane is. */
static __always_inline void enqueue_unknown(struct sched_control *ctl, struct task_struct *p, u64 enq_flags)
{
	s32 cpu = scx_bpf_task_cpu(p);

	if (is_confined(ctl, p))
		dsq_insert_vtime(p, cpu, slice_on(ctl, cpu, fair_slice_ns(ctl)), 0, enq_flags);
	else
		dsq_insert_vtime(p, DSQ_FAIR, fair_slice_ns(ctl), fair_vtime_now, enq_flags);
	kick_fair(ctl, p);
}

static __always_inline void enqueue_fair(struct sched_control *ctl, struct task_struct *p, struct task_ctx *tctx,
					 u64 enq_flags)
{
	insert_fair(ctl, p, tctx, enq_flags);
	kick_fair(ctl, p);
}

#endif /* FALLBACK_BPF_H */
