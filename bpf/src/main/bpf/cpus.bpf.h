/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * cpus.bpf.h: what user space may know of the CPUs: who runs where, which are idle, and the call for work.
 *
 * A CPU that goes idle sets its bit (full barrier) and then looks for tasks in flight; an enqueue counts its
 * task in flight (full barrier) before the policy gets to look at the bits. So a policy that binds late either
 * sees the idle CPU or gets the event; what the ring has no room for, the timer repeats.
 */
#ifndef CPUS_BPF_H
#define CPUS_BPF_H

#include "queued.bpf.h"

enum cpus_limit {
	CPU_EVENTS_PER_TICK = 8,
};

static __always_inline struct sched_cpu_state *cpu_state(u32 cpu)
{
	return bpf_map_lookup_elem(&cpu_states, &cpu);
}

static __always_inline void publish_running(struct task_struct *p, struct task_ctx *tctx)
{
	struct sched_cpu_state *state = cpu_state(scx_bpf_task_cpu(p));

	if (!state)
		return;
	state->tgid = p->tgid;
	state->start_ns = tctx->start_ns;
	state->vtime = tctx->vtime;
	*(volatile s32 *)&state->pid = p->pid;
}

static __always_inline void publish_stopped(struct task_struct *p)
{
	struct sched_cpu_state *state = cpu_state(scx_bpf_task_cpu(p));

	if (state)
		*(volatile s32 *)&state->pid = 0;
}

/* Returns true if that is new. */
static __always_inline bool publish_idle(struct sched_control *ctl, s32 cpu, bool idle)
{
	u64 bit = 1ULL << (cpu & 63);
	u64 *word = &ctl->idle_cpus[(cpu >> 6) & (SCHED_MAX_CPUS / 64 - 1)];

	if (idle)
		return !(__sync_fetch_and_or(word, bit) & bit);
	return __sync_fetch_and_and(word, ~bit) & bit;
}

static __always_inline bool is_published_idle(struct sched_control *ctl, s32 cpu)
{
	return ctl->idle_cpus[(cpu >> 6) & (SCHED_MAX_CPUS / 64 - 1)] & 1ULL << (cpu & 63);
}

/* Where the timer goes on. */
u32 cpu_events_cursor;

/*
 * The timer's part of the call for work: a few CPUs a tick, in turn. Not while there are records that user
 * space has not read: it knows enough then, and a stopped one would find a ring of old calls.
 */
static __always_inline void repeat_cpu_events(struct sched_control *ctl)
{
	struct bpf_iter_num it;
	u32 nr_sent = 0;

	if (bpf_ringbuf_query(&queued, BPF_RB_AVAIL_DATA))
		return;
	bpf_iter_num_new(&it, 0, ctl->nr_cpu_ids);
	while (bpf_iter_num_next(&it)) {
		u32 cpu = cpu_events_cursor;

		cpu_events_cursor = cpu + 1 < ctl->nr_cpu_ids ? cpu + 1 : 0;
		if (!is_published_idle(ctl, cpu) || is_hot_cpu(ctl, cpu))
			continue;
		queue_cpu_available(ctl, cpu);
		if (++nr_sent >= CPU_EVENTS_PER_TICK)
			break;
	}
	bpf_iter_num_destroy(&it);
}

/* An idle CPU for a task, now taken: the preferred one, a core that is idle as a whole, any. */
static __always_inline s32 take_idle_cpu(struct sched_control *ctl, struct task_struct *p, s32 preferred)
{
	s32 cpu;

	if (preferred >= 0 && (u32)preferred < ctl->nr_cpu_ids && bpf_cpumask_test_cpu(preferred, p->cpus_ptr) &&
	    scx_bpf_test_and_clear_cpu_idle(preferred))
		return preferred;
	cpu = scx_bpf_pick_idle_cpu(p->cpus_ptr, SCX_PICK_IDLE_CORE);
	if (cpu < 0)
		cpu = scx_bpf_pick_idle_cpu(p->cpus_ptr, SCX_PICK_IDLE_NONE);
	return cpu < 0 ? SCHED_CPU_ANY : cpu;
}

static __always_inline void select_cpu_of(struct sched_control *ctl, struct sched_cpu_selection *selection, u32 index)
{
	struct task_struct *p = bpf_task_from_pid(selection->pids[index & (SCHED_SELECTION_TASKS - 1)]);
	s32 cpu = SCHED_CPU_ANY;

	if (p) {
		bpf_rcu_read_lock();
		cpu = take_idle_cpu(ctl, p, selection->cpus[index & (SCHED_SELECTION_TASKS - 1)]);
		bpf_rcu_read_unlock();
		bpf_task_release(p);
	}
	selection->cpus[index & (SCHED_SELECTION_TASKS - 1)] = cpu;
}

#endif /* CPUS_BPF_H */
