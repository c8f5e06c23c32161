/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * idle.bpf.h: the queues, which CPU serves which, and how an idle CPU gets to know.
 *
 * User decisions land in custom queues (DSQs), never in a CPU's local one: the kernel re-checks affinity
 * as a CPU takes a task from a custom DSQ, so a race with sched_setaffinity() costs a detour, not the
 * scheduler. A DSQ per CPU holds what must run there; DSQ_SHARED what may run anywhere; DSQ_FAIR what
 * user space could not be asked about; DSQ_ENGINE the engine's unpinned threads.
 *
 * A CPU that a spinning engine thread owns serves its own DSQ only, or each of the spinner's slices
 * would end in somebody else's.
 */
#ifndef IDLE_BPF_H
#define IDLE_BPF_H

#include "task.bpf.h"

enum dsq_id {				/* below: one DSQ per CPU, its id is the CPU's */
	DSQ_SHARED = 1 << 20,
	DSQ_FAIR,
	DSQ_ENGINE,
};

/* How long an idle CPU that was woken for a task waits on the spot for the decision. */
const volatile u64 poll_ns = 20000;

/* 0: idle CPUs are the policy's business (full-user mode). */
const volatile u32 builtin_idle = 1;
/* Non-zero: a task wakes no other idle CPU than the one it last ran on; the timer makes up for it. */
const volatile u32 low_power;

enum idle_limit {
	HOT_CPU_SLICE_NS = 1000 * 1000,	/* the longest that a guest may keep a spinning thread off its CPU */
};

/* Per CPU: the turn, for taking turns between queues, and what is expected here. */
struct cpu_ctx {
	u32 turn;
	bool expecting;			/* a decision for this CPU is on its way */
	bool own_first;			/* a task in its own queue has preempted what ran here */
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct cpu_ctx);
} cpu_ctxs SEC(".maps");

static __always_inline struct cpu_ctx *this_cpu_ctx(void)
{
	u32 zero = 0;

	return bpf_map_lookup_elem(&cpu_ctxs, &zero);
}

static __always_inline struct cpu_ctx *cpu_ctx_of(s32 cpu)
{
	u32 zero = 0;

	return bpf_map_lookup_percpu_elem(&cpu_ctxs, &zero, cpu);
}

static __always_inline void expect_decision(s32 cpu)
{
	struct cpu_ctx *cctx = cpu_ctx_of(cpu);

	if (cctx)
		cctx->expecting = true;
}

static __always_inline bool is_hot_cpu(struct sched_control *ctl, s32 cpu)
{
	for (u32 i = 0; i < SCHED_MAX_HOT_THREADS; i++)
		if (ctl->hot_cpus[i] == cpu)
			return true;
	return false;
}

static __always_inline u64 slice_on(struct sched_control *ctl, s32 cpu, u64 slice_ns)
{
	return slice_ns > HOT_CPU_SLICE_NS && is_hot_cpu(ctl, cpu) ? HOT_CPU_SLICE_NS : slice_ns;
}

/* True if the task may run on nothing but CPUs that spinning threads own, or on one CPU at all. */
static __always_inline bool is_confined(struct sched_control *ctl, struct task_struct *p)
{
	int nr_hot = 0;

	if (p->nr_cpus_allowed == 1)
		return true;
	if (p->nr_cpus_allowed > SCHED_MAX_HOT_THREADS)
		return false;
	for (u32 i = 0; i < SCHED_MAX_HOT_THREADS; i++)
		if (ctl->hot_cpus[i] >= 0 && bpf_cpumask_test_cpu(ctl->hot_cpus[i], p->cpus_ptr))
			nr_hot++;
	return nr_hot == p->nr_cpus_allowed;
}

static __always_inline void kick_idle_cpu(struct task_struct *p)
{
	s32 cpu;

	if (low_power) {
		scx_bpf_kick_cpu(scx_bpf_task_cpu(p), SCX_KICK_IDLE);
		return;
	}
	cpu = scx_bpf_pick_idle_cpu(p->cpus_ptr, SCX_PICK_IDLE_NONE);
	if (cpu < 0)
		return;
	expect_decision(cpu);
	count(nr_kicks);
	scx_bpf_kick_cpu(cpu, 0);
}

/*
 * Early kick: wake the CPU while user space is still deciding. A woken task's CPU has just been told by
 * select_cpu; for one that was preempted or ran out of slice, find another that has nothing to do.
 */
static __always_inline void kick_early(struct task_struct *p, struct task_ctx *tctx, u64 enq_flags)
{
	if (!builtin_idle)
		return;
	if (enq_flags & SCX_ENQ_WAKEUP) {
		if (tctx->cpu_idle || p->nr_cpus_allowed == 1)
			expect_decision(scx_bpf_task_cpu(p));
	} else if (p->nr_cpus_allowed > 1) {
		kick_idle_cpu(p);
	}
}

/* Moves one task to this CPU. The order changes from turn to turn so that no queue starves another. */
static __always_inline bool take_task(struct sched_control *ctl, struct cpu_ctx *cctx, s32 cpu)
{
	u32 turn = cctx->turn++;

	if (is_hot_cpu(ctl, cpu) && !is_lease_lost(ctl))
		return dsq_move_to_local(cpu);
	/* One turn in four is for those whom a policy that always preempts would starve. */
	if (cctx->own_first && turn % 4 != 3) {
		cctx->own_first = false;
		if (dsq_move_to_local(cpu))
			return true;
	}
	if (dsq_move_to_local(DSQ_ENGINE))
		return true;
	/* Every second turn: they are as many as those decided, when user space can be asked only now and then. */
	if (turn % 2 && dsq_move_to_local(DSQ_FAIR))
		return true;
	if (turn % 4 == 1)
		return dsq_move_to_local(DSQ_SHARED) || dsq_move_to_local(cpu) || dsq_move_to_local(DSQ_FAIR);
	return dsq_move_to_local(cpu) || dsq_move_to_local(DSQ_SHARED) || dsq_move_to_local(DSQ_FAIR);
}

#endif /* IDLE_BPF_H */
