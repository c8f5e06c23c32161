// SPDX-License-Identifier: Apache-2.0
/*
 * core.c: the core scheduler and a CPU's life: the calls that a class gets, in the order in which it gets them.
 *
 * The order that matters: a CPU looks for the next task (ops.dispatch, may drop the run queue's lock) before it puts
 * the one that ran (ops.stopping, ops.enqueue), and only then lets the next one run (ops.running).
 */
#include "model.h"

enum {
	DEFAULT_SLICE_NS = 20 * 1000 * 1000,
	DISPATCH_LOOPS = 32,
};

#define ENQ_LAST (1ULL << 41)
#define ENQ_HEAD (1ULL << 4)
#define DEQ_SLEEP (1ULL << 0)
#define DEQ_CORE_SCHED_EXEC (1ULL << 32)

struct mtask *task_of(const struct task_struct *p)
{
	return (struct mtask *)p;
}

bool is_allowed(const struct mtask *t, int cpu)
{
	return t->mask.bits[0] >> cpu & 1;
}

static bool is_free(const void *rq)
{
	return !((const struct rq *)rq)->owner;
}

void lock_rq(struct rq *rq)
{
	wait_for(is_free, rq);
	rq->owner = m.running;
}

void unlock_rq(struct rq *rq)
{
	if (rq->owner != m.running)
		violated("CPU %d's run queue is unlocked by one who has not locked it", rq->cpu);
	rq->owner = NULL;
}

static bool is_here(const void *t)
{
	return !((const struct mtask *)t)->migrating;
}

struct rq *lock_task_rq(struct mtask *t)
{
	for (;;) {
		struct rq *rq;

		wait_for(is_here, t);
		rq = &m.rqs[t->cpu];
		lock_rq(rq);
		if (rq == &m.rqs[t->cpu] && !t->migrating)
			return rq;
		unlock_rq(rq);
	}
}

/* A program raises migration_disabled of the task it runs on. */
void begin_op(enum doing doing, struct mtask *subject)
{
	struct context *self = m.running;

	if (self->nr_nested == MAX_NESTED)
		violated("calls of the program are nested too deep");
	self->outer[self->nr_nested++] = (struct op){ self->doing, self->subject, self->loss };
	self->doing = doing;
	self->subject = subject;
	self->loss = m.lease_lost_at_ns ? m.nr_losses : 0;
	if (self->current)
		self->current->p.migration_disabled++;
	point();
}

void end_op(void)
{
	struct context *self = m.running;
	struct op outer;

	point();
	if (self->current)
		self->current->p.migration_disabled--;
	outer = self->outer[--self->nr_nested];
	self->doing = outer.doing;
	self->subject = outer.subject;
	self->loss = outer.loss;
}

static void call_running(struct mtask *t)
{
	begin_op(DOING_OTHER, t);
	product->ops->running(&t->p);
	end_op();
}

static void call_stopping(struct mtask *t, bool runnable)
{
	begin_op(DOING_OTHER, t);
	product->ops->stopping(&t->p, runnable);
	end_op();
}

void call_exit_task(struct mtask *t)
{
	u8 seen = ((u8 *)t->storage)[product->seen_offset];

	t->left_class = true;
	t->in_leave = true;
	if (seen && !product->control()->stopping)
		m.exits_due[t->p.pid - FIRST_PID]++;
	begin_op(DOING_LEAVE, t);
	product->ops->exit_task(&t->p, NULL);
	end_op();
	t->in_leave = false;
	TRACE("pid %d is gone", t->p.pid);
}

static void do_enqueue(struct rq *rq, struct mtask *t, u64 enq_flags, int sticky_cpu)
{
	if (sticky_cpu == rq->cpu) {
		dispatch_enqueue(&rq->local, t, enq_flags & ENQ_HEAD);
		return;
	}
	if (m.bypass) {
		t->p.scx.slice = DEFAULT_SLICE_NS;
		dispatch_enqueue(&rq->local, t, 0);
		return;
	}
	t->qseq = ++m.qseq;
	t->opss = OPSS_QUEUEING;
	t->direct = false;
	begin_op(DOING_ENQUEUE, t);
	product->ops->enqueue(&t->p, enq_flags);
	end_op();
	if (t->direct) {
		t->direct = false;
		t->custody = m.custody_kernel && t->direct_dsq != SCX_DSQ_LOCAL;
		dispatch_enqueue(t->direct_dsq == SCX_DSQ_LOCAL ? &rq->local : find_dsq(t->direct_dsq), t,
				 t->direct_flags);
		return;
	}
	t->custody = m.custody_kernel;
	t->opss = OPSS_QUEUED;
	progress();
	TRACE("pid %d is user space's, token %llu", t->p.pid, token_of(t));
}

void enqueue_task(struct rq *rq, struct mtask *t, u64 enq_flags, int sticky_cpu)
{
	bool is_move = t->migrating;

	if (t->runnable)
		violated("pid %d is enqueued twice", t->p.pid);
	t->runnable = true;
	if (!is_move)
		t->runnable_since_ns = m.now_ns;
	t->p.scx.flags |= SCX_TASK_QUEUED;
	if (!is_move && !m.bypass) {
		begin_op(DOING_OTHER, t);
		product->ops->runnable(&t->p, enq_flags);
		end_op();
	}
	do_enqueue(rq, t, enq_flags, sticky_cpu);
}

void dequeue_task(struct rq *rq, struct mtask *t, u64 deq_flags)
{
	ops_dequeue(t, deq_flags);
	if (rq->curr == t)
		call_stopping(t, false);
	t->runnable = false;
	t->p.scx.flags &= ~SCX_TASK_QUEUED;
	dispatch_dequeue(t);
}

static void set_next(struct rq *rq, struct mtask *t)
{
	if (t->opss != OPSS_NONE)
		ops_dequeue(t, DEQ_CORE_SCHED_EXEC);
	dispatch_dequeue(t);
	rq->curr = t;
	t->on_cpu = true;
	call_running(t);
	t->runnable_since_ns = 0;
	progress();
	TRACE("pid %d runs on CPU %d", t->p.pid, rq->cpu);
}

/* After a change of the task that runs here (affinity): as sched_change_end does. */
void restart_current(struct rq *rq, struct mtask *t)
{
	enqueue_task(rq, t, 0, rq->cpu);
	rq->curr = NULL;
	set_next(rq, t);
}

static void put_prev(struct rq *rq, struct mtask *t, bool next_is_lower)
{
	rq->curr = NULL;
	if (!t->runnable)
		return;
	call_stopping(t, true);
	t->runnable_since_ns = m.now_ns;
	if (t->p.scx.slice && !m.bypass)
		dispatch_enqueue(&rq->local, t, ENQ_HEAD);
	else
		do_enqueue(rq, t, next_is_lower ? ENQ_LAST : 0, -1);
}

static void call_dispatch(struct context *self, struct rq *rq, struct mtask *prev)
{
	TRACE("CPU %d looks for a task", rq->cpu);
	self->rq = rq;
	begin_op(DOING_DISPATCH, NULL);
	product->ops->dispatch(rq->cpu, prev ? &prev->p : NULL);
	end_op();
	self->rq = NULL;
	flush_buffer(self);
}

/* Looks for a task for this CPU. Returns true if the one that ran goes on. */
static bool balance(struct context *self, struct rq *rq, struct mtask *prev)
{
	bool keeps = false;

	rq->in_balance = true;
	if (prev && prev->runnable && prev->p.scx.slice && !m.bypass)
		keeps = true;
	for (int loop = 0; !keeps && !rq->local.nr && !m.bypass && loop < DISPATCH_LOOPS; loop++) {
		self->nr_flushed = 0;
		call_dispatch(self, rq, prev);
		keeps = prev && prev->runnable && prev->p.scx.slice;
		if (!self->nr_flushed)
			break;
		if (loop == DISPATCH_LOOPS - 1)
			rq->kicked = true;
	}
	if (!keeps && !rq->local.nr && prev && prev->runnable && (!*product->late_binding || m.bypass))
		keeps = true;
	rq->in_balance = false;
	return keeps;
}

static void finish_switch(struct mtask *prev)
{
	prev->on_cpu = false;
	if (!prev->dead)
		return;
	if (!m.late_exit_kernel && !prev->left_class) {
		struct rq *rq = lock_task_rq(prev);

		if (!prev->left_class)
			call_exit_task(prev);
		unlock_rq(rq);
	}
}

static void go_idle(struct rq *rq)
{
	bool is_new = !rq->idle;

	rq->idle = true;
	if (is_new && !m.bypass) {
		begin_op(DOING_OTHER, NULL);
		product->ops->update_idle(rq->cpu, true);
		end_op();
	}
	m.idle_mask |= 1ULL << rq->cpu;
	TRACE("CPU %d is idle", rq->cpu);
}

static void leave_idle(struct rq *rq)
{
	if (!rq->idle)
		return;
	rq->idle = false;
	if (!m.bypass) {
		begin_op(DOING_OTHER, NULL);
		product->ops->update_idle(rq->cpu, false);
		end_op();
	}
	m.idle_mask &= ~(1ULL << rq->cpu);
}

/* A task that runs where it may not is moved by the highest class. */
static void push_away(struct rq *rq, struct mtask *t)
{
	struct rq *target;
	int cpu = 0;

	if (!t->runnable || t->cpu != rq->cpu || is_allowed(t, rq->cpu) || t->p.migration_disabled)
		return;
	while (!is_allowed(t, cpu))
		cpu++;
	t->migrating = true;
	dequeue_task(rq, t, 0);
	t->cpu = cpu;
	unlock_rq(rq);
	target = &m.rqs[cpu];
	lock_rq(target);
	enqueue_task(target, t, 0, -1);
	t->migrating = false;
	unlock_rq(target);
	lock_rq(rq);
}

static void switch_task(struct context *self, struct rq *rq)
{
	struct mtask *prev = rq->curr, *next = NULL;

	self->current = prev;
	rq->need_resched = false;
	if (prev && prev->wants_block) {
		prev->wants_block = false;
		dequeue_task(rq, prev, DEQ_SLEEP);
	}
	if (rq->higher || rq->push) {
		leave_idle(rq);
		rq->higher_runs = true;
		if (prev)
			put_prev(rq, prev, false);
	} else {
		bool keeps = balance(self, rq, prev);

		rq->higher_runs = false;
		next = keeps && prev->runnable ? prev : rq->local.nr ? rq->local.tasks[0] : NULL;
		if (next && !next->p.scx.slice)
			next->p.scx.slice = DEFAULT_SLICE_NS;
		if (prev && next != prev)
			put_prev(rq, prev, !next);
		if (next && next != prev) {
			if (next->dsq != &rq->local)
				violated("pid %d is to run but is in no local queue", next->p.pid);
			leave_idle(rq);
			set_next(rq, next);
		} else if (!next) {
			go_idle(rq);
		}
	}
	self->current = rq->curr;
	if (rq->push) {
		struct mtask *pushed = rq->push;

		rq->push = NULL;
		rq->need_resched = true;
		if (pushed->runnable && pushed->cpu == rq->cpu) {
			pushed->on_cpu = false;
			prev = pushed == prev ? NULL : prev;
			push_away(rq, pushed);
		}
	}
	unlock_rq(rq);
	if (prev && prev != rq->curr)
		finish_switch(prev);
}

/* ------------------------------------------------------------------ what a running task does */

static void use_time(struct mtask *t, u64 ns)
{
	m.now_ns += ns;
	t->p.se.sum_exec_runtime += ns;
	t->p.scx.slice -= ns < t->p.scx.slice ? ns : t->p.scx.slice;
}

static void behave(struct rq *rq, struct mtask *t)
{
	bool must_end = t->killed && !t->p.migration_disabled;

	switch (must_end ? 3 : choose(12)) {
	case 1:
		use_time(t, 500 * 1000);
		rq->need_resched |= !t->p.scx.slice;
		break;
	case 2:
	case 8:
		t->p.scx.slice = 0;
		rq->need_resched = true;
		break;
	case 3:
		let_die(t);
		rq->need_resched = true;
		break;
	case 4: {
		struct mtask *child = fork_task();

		if (child)
			wake_task(child, true);
		break;
	}
	case 5:
	case 9:
		wake_any();
		break;
	case 6:
		t->exiting = true;
		t->p.flags |= PF_EXITING;
		break;
	case 7:
		if (t->p.migration_disabled || is_allowed(t, rq->cpu))
			t->p.migration_disabled = !t->p.migration_disabled;
		if (!t->p.migration_disabled && !is_allowed(t, rq->cpu)) {
			rq->push = t;
			rq->need_resched = true;
		}
		break;
	default:
		use_time(t, 50 * 1000);
		TRACE("pid %d goes to sleep", t->p.pid);
		t->wants_block = true;
		t->p.nvcsw++;
		rq->need_resched = true;
		progress();
		break;
	}
}

static void take_kicks(struct rq *rq)
{
	if (rq->kicked_preempt && rq->curr)
		rq->curr->p.scx.slice = 0;
	if (rq->kicked || (rq->kicked_idle && rq->idle))
		rq->need_resched = true;
	rq->kicked = rq->kicked_idle = rq->kicked_preempt = false;
}

void live_as_cpu(struct context *self)
{
	struct rq *rq = &m.rqs[self->cpu];

	rq->need_resched = true;
	for (;;) {
		rest();
		self->current = rq->curr;
		take_kicks(rq);
		if (rq->curr && !rq->need_resched && !rq->owner)
			behave(rq, rq->curr);
		if (rq->higher != rq->higher_runs)
			rq->need_resched = true;
		if (rq->need_resched) {
			lock_rq(rq);
			switch_task(self, rq);
		}
	}
}
