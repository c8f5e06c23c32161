// SPDX-License-Identifier: Apache-2.0
/*
 * dsq.c: dispatch queues, and a task's way through them.
 *
 * As in the kernel: an insert out of ops.dispatch is noted, with the number of the task's enqueue, and carried out
 * when the call ends or takes a task; by then it counts only if the program still owns that enqueue. A task that
 * another CPU's queue holds is moved under both run queue locks, one after the other.
 */
#include "model.h"

enum {
	FIRST_CUSTOM = 1 << 20,
};

#define ENQ_HEAD (1ULL << 4)
#define DEQ_MOVE (1ULL << 1)

void init_dsqs(void)
{
	for (int cpu = 0; cpu < m.nr_cpus; cpu++)
		m.rqs[cpu].local.id = SCX_DSQ_LOCAL;
}

struct dsq *find_dsq(u64 id)
{
	for (int i = 0; i < m.nr_dsqs; i++)
		if (m.dsqs[i].id == id)
			return &m.dsqs[i];
	violated("no queue has the id %llu", id);
}

s32 scx_bpf_create_dsq(u64 id, s32 node)
{
	(void)node;
	if (m.nr_dsqs == MAX_CPUS + 4)
		return -12;
	m.dsqs[m.nr_dsqs++] = (struct dsq){ .id = id };
	return 0;
}

s32 scx_bpf_dsq_nr_queued(u64 id)
{
	point();
	return find_dsq(id)->nr;
}

static void unlink_task(struct mtask *t)
{
	struct dsq *dsq = t->dsq;
	int i = 0;

	while (i < dsq->nr && dsq->tasks[i] != t)
		i++;
	if (i == dsq->nr)
		violated("pid %d is not in the queue that it points to", t->p.pid);
	memmove(&dsq->tasks[i], &dsq->tasks[i + 1], sizeof(dsq->tasks[0]) * (--dsq->nr - i));
	t->dsq = NULL;
}

static void leave_custody(struct mtask *t, u64 deq_flags)
{
	if (!m.custody_kernel || !t->custody)
		return;
	t->custody = false;
	begin_op(DOING_LEAVE, t);
	product->ops->dequeue(&t->p, deq_flags);
	end_op();
}

static void note_order(struct dsq *dsq, bool by_vtime)
{
	if (!dsq->nr)
		dsq->by_vtime = dsq->by_arrival = false;
	if (by_vtime)
		dsq->by_vtime = true;
	else
		dsq->by_arrival = true;
	if (dsq->by_vtime && dsq->by_arrival)
		violated("queue %llu: by vtime and by arrival at once", dsq->id);
}

void dispatch_enqueue(struct dsq *dsq, struct mtask *t, u64 enq_flags)
{
	bool by_vtime = enq_flags & (1ULL << 57);
	int at = dsq->nr;

	if (t->dsq)
		violated("pid %d is put into queue %llu, but is in %llu", t->p.pid, dsq->id, t->dsq->id);
	if (token_of(t) && !m.bypass)
		violated("pid %d goes to queue %llu while user space owns it by token %llu", t->p.pid, dsq->id,
			 token_of(t));
	note_order(dsq, by_vtime);
	if (by_vtime)
		while (at > 0 && (s64)(t->p.scx.dsq_vtime - dsq->tasks[at - 1]->p.scx.dsq_vtime) < 0)
			at--;
	else if (enq_flags & (ENQ_HEAD | SCX_ENQ_PREEMPT))
		at = 0;
	memmove(&dsq->tasks[at + 1], &dsq->tasks[at], sizeof(dsq->tasks[0]) * (dsq->nr++ - at));
	dsq->tasks[at] = t;
	t->dsq = dsq;
	t->opss = OPSS_NONE;
	progress();
	TRACE("pid %d -> queue %llx", t->p.pid, dsq->id);
	if (dsq->id == SCX_DSQ_LOCAL) {
		struct rq *rq = &m.rqs[t->cpu];

		leave_custody(t, 0);
		if (enq_flags & SCX_ENQ_PREEMPT && rq->curr && rq->curr != t)
			rq->curr->p.scx.slice = 0, rq->need_resched = true;
		if (!rq->curr && !rq->higher_runs)
			rq->need_resched = true;
	}
}

void dispatch_dequeue(struct mtask *t)
{
	if (t->dsq)
		unlink_task(t);
	t->holding_cpu = -1;
}

static bool is_not_dispatching(const void *t)
{
	return ((const struct mtask *)t)->opss != OPSS_DISPATCHING;
}

static bool is_not_queueing(const void *t)
{
	return ((const struct mtask *)t)->opss != OPSS_QUEUEING;
}

/* The task leaves the program's hands, by its run queue's lock. */
void ops_dequeue(struct mtask *t, u64 deq_flags)
{
	t->direct = false;
	switch (t->opss) {
	case OPSS_QUEUEING:
		violated("pid %d is dequeued while it is enqueued", t->p.pid);
	case OPSS_QUEUED:
		t->in_leave = true;
		t->custody = false;
		begin_op(DOING_LEAVE, t);
		product->ops->dequeue(&t->p, deq_flags);
		end_op();
		if (t->opss == OPSS_QUEUED)
			t->opss = OPSS_NONE;
		t->in_leave = false;
		wait_for(is_not_dispatching, t);
		break;
	case OPSS_DISPATCHING:
		wait_for(is_not_dispatching, t);
		break;
	case OPSS_NONE:
		break;
	}
	if (!(deq_flags & DEQ_MOVE))
		leave_custody(t, deq_flags);
}

/* ------------------------------------------------------------------ inserts */

static void insert(struct task_struct *p, u64 dsq_id, u64 slice, u64 enq_flags)
{
	struct context *self = m.running;
	struct mtask *t = task_of(p);

	point();
	if (self->doing == DOING_ENQUEUE) {
		if (self->subject != t || t->direct)
			violated("ops.enqueue of pid %d inserts pid %d", self->subject->p.pid, p->pid);
		p->scx.slice = slice;
		t->direct = true;
		t->direct_dsq = dsq_id;
		t->direct_flags = enq_flags;
		return;
	}
	if (!self->rq)
		violated("an insert of pid %d outside ops.enqueue and ops.dispatch", p->pid);
	if (self->nr_buffered == MAX_BUFFER)
		violated("the dispatch buffer overflows");
	check_insert(self, t);
	p->scx.slice = slice ? slice : p->scx.slice;
	self->buffer[self->nr_buffered++] = (struct buffered){ t, t->qseq, dsq_id, enq_flags };
}

void scx_bpf_dsq_insert___void(struct task_struct *p, u64 dsq_id, u64 slice, u64 enq_flags)
{
	insert(p, dsq_id, slice, enq_flags);
}

void scx_bpf_dsq_insert_vtime___void(struct task_struct *p, u64 dsq_id, u64 slice, u64 vtime, u64 enq_flags)
{
	/* Into a queue that it is in, the task's place stays; the order is not a matter of this model. */
	insert(p, dsq_id, slice, enq_flags | 1ULL << 57);
	p->scx.dsq_vtime = vtime;
}

u32 scx_bpf_dispatch_nr_slots(void)
{
	return MAX_BUFFER - m.running->nr_buffered;
}

void scx_bpf_dispatch_cancel(void)
{
	point();
	if (!m.running->nr_buffered)
		violated("a cancel without an insert");
	m.running->nr_buffered--;
}

bool is_buffered(const struct mtask *t)
{
	for (int i = 0; i < m.nr_contexts; i++)
		for (int j = 0; j < m.contexts[i].nr_buffered; j++)
			if (m.contexts[i].buffer[j].task == t && m.contexts[i].buffer[j].qseq == t->qseq)
				return true;
	return false;
}

static void finish_dispatch(struct buffered *entry)
{
	struct mtask *t = entry->task;

	wait_for(is_not_queueing, t);
	if (t->opss != OPSS_QUEUED || t->qseq != entry->qseq)
		return;
	t->opss = OPSS_DISPATCHING;
	point();
	dispatch_enqueue(find_dsq(entry->dsq_id), t, entry->enq_flags);
}

void flush_buffer(struct context *self)
{
	for (int i = 0; i < self->nr_buffered; i++)
		finish_dispatch(&self->buffer[i]);
	self->nr_flushed += self->nr_buffered;
	self->nr_buffered = 0;
}

/* ------------------------------------------------------------------ taking a task */

static bool take_remote(struct rq *rq, struct mtask *t)
{
	struct rq *source = &m.rqs[t->cpu];
	bool is_ours;

	unlink_task(t);
	t->holding_cpu = rq->cpu;
	unlock_rq(rq);
	point();
	lock_rq(source);
	is_ours = t->holding_cpu == rq->cpu && &m.rqs[t->cpu] == source;
	if (is_ours) {
		t->migrating = true;
		dequeue_task(source, t, DEQ_MOVE);
		t->cpu = rq->cpu;
	}
	unlock_rq(source);
	point();
	lock_rq(rq);
	if (is_ours) {
		enqueue_task(rq, t, 0, rq->cpu);
		t->migrating = false;
	}
	return is_ours;
}

bool scx_bpf_dsq_move_to_local___plain(u64 dsq_id)
{
	struct context *self = m.running;
	struct rq *rq = self->rq;
	struct dsq *dsq;

	point();
	flush_buffer(self);
	dsq = find_dsq(dsq_id);
	for (int i = 0; i < dsq->nr;) {
		struct mtask *t = dsq->tasks[i];

		if (t->cpu == rq->cpu) {
			unlink_task(t);
			dispatch_enqueue(&rq->local, t, 0);
			return true;
		}
		if (!t->p.migration_disabled && is_allowed(t, rq->cpu)) {
			if (take_remote(rq, t))
				return true;
			i = 0;
			continue;
		}
		i++;
	}
	return false;
}
