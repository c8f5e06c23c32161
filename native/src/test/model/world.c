// SPDX-License-Identifier: Apache-2.0
/*
 * world.c: what happens to tasks from outside: wake-ups, forks, exits, affinity, classes, higher classes; the timer;
 * and the end of the scheduler.
 */
#include "model.h"

enum {
	SLICE_NS = 1000 * 1000,
	WEIGHT = 100,
};

#define WAKE_TTWU 8

static bool is_sleeping(const struct mtask *t)
{
	return t->used && t->has_storage && !t->runnable && !t->migrating && !t->on_cpu && !t->dead &&
	       !t->other_class && !t->being_changed && !t->left_class;
}

void wake_task(struct mtask *t, bool is_new)
{
	struct rq *rq;
	s32 cpu = t->cpu;

	t->being_changed = true;
	if (t->p.nr_cpus_allowed > 1 && !t->p.migration_disabled && !m.bypass) {
		begin_op(DOING_OTHER, t);
		cpu = product->ops->select_cpu(&t->p, t->cpu, is_new ? 4 : WAKE_TTWU);
		end_op();
	}
	if (!is_allowed(t, cpu) && !t->p.migration_disabled)
		for (cpu = 0; !is_allowed(t, cpu);)
			cpu++;
	t->cpu = cpu;
	rq = lock_task_rq(t);
	enqueue_task(rq, t, is_new ? 0 : SCX_ENQ_WAKEUP | SCX_ENQ_CPU_SELECTED, -1);
	if (!rq->curr && !rq->higher_runs)
		rq->need_resched = true;
	unlock_rq(rq);
	t->being_changed = false;
	progress();
}

static struct mtask *any_task(bool (*fits)(const struct mtask *t))
{
	u32 skip = choose(MAX_TASKS);

	for (u32 i = 0; i < MAX_TASKS; i++) {
		struct mtask *t = &m.tasks[(i + skip) % MAX_TASKS];

		if (fits(t))
			return t;
	}
	return NULL;
}

bool wake_any(void)
{
	struct mtask *t = any_task(is_sleeping);

	if (t)
		wake_task(t, false);
	return t;
}

static bool is_pid_used(s32 pid)
{
	for (struct mtask *t = m.tasks; t < m.tasks + MAX_TASKS; t++)
		if (t->used && (t->hashed || !t->dead) && t->p.pid == pid)
			return true;
	return false;
}

static void set_mask(struct mtask *t, u64 bits)
{
	t->mask.bits[0] = bits;
	t->p.nr_cpus_allowed = __builtin_popcountll(bits);
}

static struct cgroup root_cgroup;
static struct kernfs_node root_node;
static struct css_set root_set = { .dfl_cgrp = &root_cgroup };
static struct signal_struct root_signal;

/* Returns NULL if the machine is full. The pid may be one that was used before. */
struct mtask *fork_task(void)
{
	struct mtask *t = m.tasks;
	s32 pid = FIRST_PID + (s32)choose(MAX_PIDS);

	while (t < m.tasks + MAX_TASKS && t->used)
		t++;
	if (t == m.tasks + MAX_TASKS || is_pid_used(pid) || m.bypass || m.wants_detach)
		return NULL;
	if (t - m.tasks >= m.nr_slots)
		m.nr_slots = (int)(t - m.tasks) + 1;
	root_cgroup.kn = &root_node;
	*t = (struct mtask){ .used = true, .being_changed = true, .holding_cpu = -1 };
	t->p.pid = t->p.tgid = pid;
	t->p.cpus_ptr = &t->mask;
	t->p.cgroups = &root_set;
	t->p.signal = &root_signal;
	t->p.scx.weight = WEIGHT;
	t->p.scx.slice = SLICE_NS;
	t->p.flags = choose(8) == 7 ? PF_KTHREAD : 0;
	set_mask(t, (1ULL << m.nr_cpus) - 1);
	t->cpu = (int)choose(m.nr_cpus);
	begin_op(DOING_OTHER, t);
	if (product->ops->init_task(&t->p, NULL))
		violated("init_task refuses pid %d", pid);
	end_op();
	t->hashed = true;
	m.nr_reused_pids += m.was_used[pid - FIRST_PID];
	m.was_used[pid - FIRST_PID] = true;
	TRACE("pid %d is forked", pid);
	t->being_changed = false;
	return t;
}

/* The running task ends: it never runs again once it is off its CPU. Its pid may be free already. */
void let_die(struct mtask *t)
{
	t->p.migration_disabled = 0;
	t->p.flags |= PF_EXITING;
	t->dead = true;
	t->wants_block = true;
	if (choose(2) == 0)
		t->hashed = false;
	TRACE("pid %d ends", t->p.pid);
	progress();
}

static bool is_changeable(const struct mtask *t)
{
	return t->used && t->has_storage && !t->being_changed && !t->dead && !t->wants_block && !t->left_class;
}

static bool is_in_class(const struct mtask *t)
{
	return is_changeable(t) && !t->other_class;
}

static bool is_outside(const struct mtask *t)
{
	return is_changeable(t) && t->other_class;
}

static void move_queued(struct rq *rq, struct mtask *t)
{
	int cpu = 0;

	while (!is_allowed(t, cpu))
		cpu++;
	t->migrating = true;
	dequeue_task(rq, t, 0);
	t->cpu = cpu;
	unlock_rq(rq);
	lock_rq(&m.rqs[cpu]);
	enqueue_task(&m.rqs[cpu], t, 0, -1);
	t->migrating = false;
	unlock_rq(&m.rqs[cpu]);
}

static void change_affinity(struct mtask *t)
{
	u64 bits = 1 + choose((1U << m.nr_cpus) - 1);
	struct rq *rq;

	t->being_changed = true;
	rq = lock_task_rq(t);
	if (t->p.migration_disabled || t->dead || rq->push) {
		unlock_rq(rq);
		t->being_changed = false;
		return;
	}
	TRACE("pid %d may run on CPUs %llx", t->p.pid, bits);
	if (t->runnable) {
		dequeue_task(rq, t, 0);
		set_mask(t, bits);
		if (rq->curr == t)
			restart_current(rq, t);
		else
			enqueue_task(rq, t, 0, -1);
	} else {
		set_mask(t, bits);
	}
	if (t->runnable && !is_allowed(t, rq->cpu)) {
		if (rq->curr == t) {
			rq->push = t;
			rq->need_resched = true;
			unlock_rq(rq);
		} else {
			move_queued(rq, t);
		}
	} else {
		if (!rq->curr && !rq->higher_runs)
			rq->need_resched = true;
		unlock_rq(rq);
	}
	t->being_changed = false;
	progress();
}

static void leave_class(struct mtask *t)
{
	struct rq *rq;

	t->being_changed = true;
	rq = lock_task_rq(t);
	if (!rq->in_balance && !t->dead && !t->wants_block && !t->p.migration_disabled) {
		TRACE("pid %d leaves the class", t->p.pid);
		if (t->runnable)
			dequeue_task(rq, t, 0);
		t->other_class = true;
		if (rq->curr == t) {
			rq->curr = NULL;
			rq->need_resched = true;
			t->on_cpu = false;
		}
	}
	unlock_rq(rq);
	t->being_changed = false;
	progress();
}

static void enter_class(struct mtask *t)
{
	struct rq *rq;

	t->being_changed = true;
	if (!is_allowed(t, t->cpu))
		for (t->cpu = 0; !is_allowed(t, t->cpu);)
			t->cpu++;
	rq = lock_task_rq(t);
	TRACE("pid %d enters the class", t->p.pid);
	t->other_class = false;
	enqueue_task(rq, t, 0, -1);
	if (!rq->curr && !rq->higher_runs)
		rq->need_resched = true;
	unlock_rq(rq);
	t->being_changed = false;
	progress();
}

static bool is_gone(const struct mtask *t)
{
	return t->used && t->dead && !t->on_cpu && !t->runnable && !t->being_changed;
}

/* The parent has waited for it, and nobody refers to it any more. */
static void reap(struct mtask *t)
{
	t->hashed = false;
	if (t->refs)
		return;
	t->being_changed = true;
	if (!t->left_class) {
		struct rq *rq = lock_task_rq(t);

		if (!t->left_class)
			call_exit_task(t);
		unlock_rq(rq);
	}
	if (!t->refs && !t->in_leave)
		t->used = false;
	t->being_changed = false;
}

static void let_time_pass(void)
{
	static const u64 amounts_ns[] = { 100000, 1000000, 2500000, 6000000, 9000000, 25000000 };

	m.now_ns += amounts_ns[choose(6)];
}

static void calm_down(void)
{
	struct mtask *t = any_task(is_gone);

	for (int cpu = 0; cpu < m.nr_cpus; cpu++)
		m.rqs[cpu].higher = false;
	if (t)
		reap(t);
}

static void act(void)
{
	struct mtask *t;
	struct rq *rq;

	switch (choose(14)) {
	case 1:
	case 2:
	case 3:
		wake_any();
		break;
	case 4:
	case 5:
		if ((t = any_task(is_in_class)))
			change_affinity(t);
		break;
	case 6:
		if ((t = any_task(is_in_class)))
			leave_class(t);
		break;
	case 7:
		if ((t = any_task(is_outside)))
			enter_class(t);
		break;
	case 8:
		rq = &m.rqs[choose(m.nr_cpus)];
		rq->higher = !rq->higher;
		break;
	case 9:
		let_time_pass();
		break;
	case 10:
		if ((t = fork_task()))
			wake_task(t, true);
		break;
	case 11:
		if ((t = any_task(is_in_class)))
			t->killed = true;
		break;
	case 12:
	case 13:
		if ((t = any_task(is_gone)))
			reap(t);
		break;
	default:
		break;
	}
}

void live_as_world(struct context *self)
{
	(void)self;
	for (;;) {
		rest();
		if (m.settling)
			calm_down();
		else if (!m.wants_detach)
			act();
	}
}

void live_as_timer(struct context *self)
{
	(void)self;
	for (;;) {
		rest();
		if (m.now_ns < m.timer_due_ns || m.is_detached)
			continue;
		m.timer_due_ns = ~0ULL;
		begin_op(DOING_OTHER, NULL);
		m.timer_callback(NULL, NULL, m.timer);
		end_op();
	}
}

/* As the kernel ends a scheduler: from now on it schedules by itself, and takes all tasks back. */
static void disable(void)
{
	if (!m.is_evicted)
		product->control()->stopping = 1;
	point();
	m.bypass = true;
	for (int cpu = 0; cpu < m.nr_cpus; cpu++) {
		struct rq *rq = &m.rqs[cpu];

		lock_rq(rq);
		for (struct mtask *t = m.tasks; t < m.tasks + MAX_TASKS; t++)
			if (t->used && t->runnable && !t->migrating && t->cpu == cpu && rq->curr != t) {
				dequeue_task(rq, t, 0);
				enqueue_task(rq, t, 0, -1);
			}
		rq->kicked = true;
		unlock_rq(rq);
		point();
	}
	for (struct mtask *t = m.tasks; t < m.tasks + MAX_TASKS; t++) {
		struct rq *rq;

		if (!t->used || !t->has_storage || t->left_class)
			continue;
		rq = lock_task_rq(t);
		if (!t->left_class)
			call_exit_task(t);
		unlock_rq(rq);
	}
	m.is_detached = true;
}

void live_as_disabler(struct context *self)
{
	(void)self;
	for (;;) {
		rest();
		if (m.wants_detach && !m.is_detached)
			disable();
	}
}
