/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * usersched.bpf.h: the direct lanes: tasks that must never wait for user space.
 *
 * The engine's own threads: asking the engine to schedule itself would be a deadlock. Its hot threads
 * (reader, policy, dispatcher) go to the tail of their own CPU's queue with a finite slice, so that the
 * CPU's kworkers still run; a waking one preempts. Its other threads (GC, JIT, main) share one queue
 * that every CPU serves first.
 *
 * Kernel threads bound to a CPU and those that reclaim memory: user space may be waiting for them.
 * Exiting tasks can't be found by pid any more; migration-disabled ones can run in one place only.
 */
#ifndef USERSCHED_BPF_H
#define USERSCHED_BPF_H

#include "fallback.bpf.h"

enum usersched_slice {
	HOT_SLICE_NS = 20 * 1000 * 1000,
	HELPER_SLICE_NS = 5 * 1000 * 1000,
};

/*
 * The helpers' lane goes before everybody else's, so it has a bound: what they may use of all CPUs in a
 * window. Beyond it they get a fair share, like any task, until the window ends.
 */
enum usersched_bound {
	HELPER_WINDOW_TICKS = 50,	/* of the timer: 100 ms */
	HELPER_WINDOW_NS = 100 * 1000 * 1000,
	HELPER_PERCENT = 25,
};

u64 helper_used_ns;
u32 nr_cpus_online = 1;

static __always_inline bool is_over_budget(void)
{
	return *(volatile u64 *)&helper_used_ns >
	       (u64)nr_cpus_online * (HELPER_WINDOW_NS / 100 * HELPER_PERCENT);
}

static __always_inline bool is_engine(struct sched_control *ctl, struct task_struct *p)
{
	return ctl->engine_tgid && p->tgid == ctl->engine_tgid;
}

/* The engine's process is gone, and its scheduler is kept: whoever gets its number next is no engine. */
static __always_inline void forget_engine(struct sched_control *ctl, struct task_struct *p)
{
	if (p->pid == ctl->engine_tgid)
		__sync_val_compare_and_swap(&ctl->engine_tgid, p->pid, 0);
}

/* Of the engine, and not one of the threads that asked to be the policy's. */
static __always_inline bool is_own(struct sched_control *ctl, struct task_struct *p, struct task_ctx *tctx)
{
	return is_engine(ctl, p) && !tctx->admitted;
}

/* Its slot, or -1. */
static __always_inline s32 hot_slot(struct sched_control *ctl, struct task_struct *p)
{
	for (u32 i = 0; i < SCHED_MAX_HOT_THREADS; i++)
		if (ctl->hot_tids[i] == p->pid)
			return i;
	return -1;
}

static __always_inline bool is_hot(struct sched_control *ctl, struct task_struct *p) { return hot_slot(ctl, p) >= 0; }

/* A task leaves its CPU to sleep, or gets one: if it is a hot thread, that decides who may be asked (lease.bpf.h). */
static __always_inline void note_asleep(struct sched_control *ctl, struct task_struct *p, u64 now_ns)
{
	s32 slot = hot_slot(ctl, p);

	if (slot >= 0)
		fall_asleep(ctl, slot, now_ns);
}

static __always_inline void note_awake(struct sched_control *ctl, struct task_struct *p)
{
	s32 slot = is_asleep() ? hot_slot(ctl, p) : -1;

	if (slot >= 0)
		wake_up(slot);
}

/* 1 = the scheduler ends with the engine's process, 0 = it is kept for the next one. */
const volatile u32 ends_with_engine = 1;

/*
 * The engine's process has been killed. The kernel would detach us when the last thread closes its files, but
 * that thread first gives all memory of the JVM back, which takes long under load. A hot thread leaves its CPU
 * at once. (The process may be forgotten by then: its first thread is gone when it leaves its CPU.)
 */
static __always_inline void end_with_engine(struct sched_control *ctl, struct task_struct *p)
{
	if (ends_with_engine && is_hot(ctl, p) && (BPF_CORE_READ(p, signal, flags) & SIGNAL_GROUP_EXIT))
		scheduler_exit("the engine's process %d has ended", p->tgid);
}

static __always_inline void charge_helper(struct sched_control *ctl, struct task_struct *p, struct task_ctx *tctx,
					  u64 delta_ns)
{
	if (is_own(ctl, p, tctx) && !is_hot(ctl, p))
		__sync_fetch_and_add(&helper_used_ns, delta_ns);
}

static __always_inline void enqueue_engine(struct sched_control *ctl, struct task_struct *p, struct task_ctx *tctx,
					   u64 enq_flags)
{
	count(nr_engine);
	if (is_hot(ctl, p)) {
		if (enq_flags & SCX_ENQ_WAKEUP)
			enq_flags |= SCX_ENQ_PREEMPT;
		dsq_insert(p, SCX_DSQ_LOCAL, HOT_SLICE_NS, enq_flags);
	} else if (is_over_budget()) {
		count(nr_helpers_bounded);
		enqueue_fair(ctl, p, tctx, enq_flags);
	} else if (p->nr_cpus_allowed == 1) {
		dsq_insert(p, SCX_DSQ_LOCAL, HELPER_SLICE_NS, enq_flags);
	} else {
		dsq_insert(p, DSQ_ENGINE, HELPER_SLICE_NS, enq_flags);
		if (!tctx->cpu_idle)
			kick_idle_cpu(p);
	}
}

/*
 * True if the task can't migrate now. A BPF program raises migration_disabled of the task it runs on, so
 * 1 says nothing about the current task; its record then says prev_cpu and dispatch checks again.
 */
static __always_inline bool is_migration_disabled(struct task_struct *p)
{
	if (p->migration_disabled != 1)
		return p->migration_disabled > 1;
	return (u32)bpf_get_current_pid_tgid() != (u32)p->pid;
}

/* Non-zero: a task that may use one CPU only does not go through user space. */
const volatile u32 per_cpu_local;

static __always_inline bool is_direct(struct task_struct *p, struct task_ctx *tctx)
{
	if (per_cpu_local && p->nr_cpus_allowed == 1)
		return true;
	if (p->flags & PF_KTHREAD) {
		if (p->nr_cpus_allowed == 1 || tctx->memory_kthread)
			return true;
		if (p->flags & (PF_KSWAPD | PF_KCOMPACTD))
			return true;
	}
	return (p->flags & PF_EXITING) || is_migration_disabled(p);
}

/*
 * A task that loses its CPU with time left gives way to a higher class: of real time, or the fair one in
 * partial mode. The kernel would keep it in that CPU's local queue for as long as the other one runs. We
 * have it queued again, and it goes on by the decision that it ran by, ahead of its equals, wherever a CPU
 * is free.
 */
static __always_inline void leave_to_resume(struct sched_control *ctl, struct task_struct *p, struct task_ctx *tctx)
{
	u64 rest_ns = p->scx.slice;

	if (!rest_ns || is_own(ctl, p, tctx) || is_direct(p, tctx) || is_confined(ctl, p))
		return;
	tctx->rest_ns = rest_ns;
	set_slice(p, 0);
}

static __always_inline void enqueue_rest(struct task_struct *p, struct task_ctx *tctx, u64 enq_flags)
{
	count(nr_resumed);
	dsq_insert_vtime(p, DSQ_SHARED, tctx->rest_ns, tctx->vtime - 1, enq_flags);
	tctx->rest_ns = 0;
	kick_idle_cpu(p);
}

/* On the CPU that a spinning thread owns, a kernel thread must not wait for the spinner's slice. */
static __always_inline void enqueue_direct(struct sched_control *ctl, struct task_struct *p, u64 enq_flags)
{
	count(nr_direct);
	if ((p->flags & PF_KTHREAD) && is_hot_cpu(ctl, scx_bpf_task_cpu(p)))
		enq_flags |= SCX_ENQ_PREEMPT;
	dsq_insert(p, SCX_DSQ_LOCAL, slice_on(ctl, scx_bpf_task_cpu(p), ctl->slice_ns), enq_flags);
}

#endif /* USERSCHED_BPF_H */
