// SPDX-License-Identifier: Apache-2.0
/*
 * check.c: what must hold. At each step: a task is in one place; it does not run, and is in no queue, while user
 * space owns it; what nobody owns is about to be queued; a token ends once, and by one who may end it. Once all is
 * quiet: nobody waits, nothing is owed. At the end: the program's counters say what was seen.
 */
#include "model.h"

#include <stdarg.h>
#include <stdio.h>

u64 token_of(const struct mtask *t)
{
	return t->has_storage ? *(const u64 *)((const char *)t->storage + product->token_offset) : 0;
}

static void token_born(struct mtask *t, u64 token)
{
	struct context *self = m.running;

	if (!self || self->doing != DOING_ENQUEUE || self->subject != t)
		violated("pid %d gets token %llu outside its enqueue", t->p.pid, token);
	for (int i = 0; i < MAX_TASKS; i++)
		if (m.tasks[i].used && &m.tasks[i] != t && m.tasks[i].token == token)
			violated("pids %d and %d have the same token %llu", t->p.pid, m.tasks[i].p.pid, token);
	if (self->loss && self->loss == m.nr_losses && product->control()->lease_lost_at_ns)
		violated("user space is asked about pid %d, although it has lost the lease", t->p.pid);
	if (token > m.newest_token)
		m.newest_token = token;
	m.nr_born++;
}

static void token_ended(struct mtask *t, u64 token)
{
	struct context *self = m.running;

	switch (self ? self->doing : DOING_NOTHING) {
	case DOING_DRAIN:
		if (self->decision->token != token || self->decision->pid != t->p.pid)
			violated("a decision for token %llu of pid %d ends token %llu of pid %d", self->decision->token,
				 self->decision->pid, token, t->p.pid);
		m.is_guessed[token % MAX_TOKENS] = !m.is_read[token % MAX_TOKENS];
		m.nr_claimed++;
		break;
	case DOING_DISPATCH:
		m.nr_rescued++;
		break;
	case DOING_LEAVE:
		if (self->subject != t)
			violated("token %llu ends as another task leaves", token);
		m.nr_left++;
		return;
	default:
		violated("token %llu of pid %d ends out of place, by %s", token, t->p.pid,
			 self ? self->name : "nobody");
	}
	if (!is_buffered(t))
		violated("token %llu of pid %d is claimed, but the task was not inserted: it is lost", token, t->p.pid);
}

static void check_token(struct mtask *t)
{
	u64 token = token_of(t);

	if (token == t->token)
		return;
	if (token && t->token)
		violated("pid %d: token %llu is overwritten by %llu", t->p.pid, t->token, token);
	if (token)
		token_born(t, token);
	else
		token_ended(t, t->token);
	t->token = token;
	t->token_step = m.step;
}

static void check_place(const struct mtask *t)
{
	if (t->token && !t->in_leave && (t->opss == OPSS_NONE || t->opss == OPSS_DISPATCHING))
		violated("pid %d is the kernel's, and user space owns it by token %llu", t->p.pid, t->token);
	if (t->opss == OPSS_QUEUED && !t->token && !t->in_leave && !is_buffered(t))
		violated("pid %d is owned by nobody: lost", t->p.pid);
}

static void check_lease(void)
{
	u64 lost_at_ns = product->control()->lease_lost_at_ns;

	if (lost_at_ns == m.lease_lost_at_ns)
		return;
	if (lost_at_ns && !*product->lease_ns)
		violated("a lease that never ends is lost");
	if (lost_at_ns && m.lease_lost_at_ns)
		violated("a lease that is lost is lost again");
	m.nr_losses += lost_at_ns != 0;
	m.lease_lost_at_ns = lost_at_ns;
	TRACE("the lease is %s", lost_at_ns ? "lost" : "regained");
}

void check_step(void)
{
	if (!product)
		return;
	for (struct mtask *t = m.tasks; t < m.tasks + m.nr_slots; t++) {
		if (!t->used || !t->has_storage)
			continue;
		check_token(t);
		if (t->opss != OPSS_NONE || t->token)
			check_place(t);
	}
	for (int cpu = 0; cpu < m.nr_cpus; cpu++) {
		const struct mtask *t = m.rqs[cpu].curr;

		if (t && t->token)
			violated("pid %d runs, although user space owns it by token %llu: it will run twice", t->p.pid,
				 t->token);
	}
	check_lease();
}

/* The program inserts a task out of ops.dispatch: it must have seen, since it looked it up, that it may. */
void check_insert(struct context *self, struct mtask *t)
{
	u64 token;

	check_step();
	token = t->token;
	if (t->token_step >= self->look_step)
		return;
	if (self->doing == DOING_DRAIN && token == self->decision->token && token)
		return;
	if (self->doing == DOING_DISPATCH && token)
		return;
	violated("an insert of pid %d by %s for a token that has ended", t->p.pid,
		 self->doing == DOING_DRAIN ? "a decision" : "a rescue");
}

struct sched_counters counted(void)
{
	struct sched_counters total = { 0 };

	for (int cpu = 0; cpu < m.nr_cpus; cpu++) {
		const u64 *words = (const u64 *)product->counters((u32)cpu);

		for (size_t i = 0; i < sizeof(total) / sizeof(u64); i++)
			((u64 *)&total)[i] += words[i];
	}
	return total;
}

/* All tasks sleep: user space owes nothing. */
void check_settled(void)
{
	u64 newest = *product->last_token;

	for (struct mtask *t = m.tasks; t < m.tasks + MAX_TASKS; t++)
		if (t->used && t->token)
			violated("pid %d sleeps, and user space owns it by token %llu", t->p.pid, t->token);
	for (u64 token = m.first_token + 1; token <= newest; token++)
		if (!(product->slot(token)->token >> 63) && !m.is_guessed[token % MAX_TOKENS])
			violated("token %llu has ended, but its slot says that it is in flight", token);
	if (*product->late_binding && *product->nr_inflight)
		violated("%lld tasks are counted in flight, and there are none", *product->nr_inflight);
}

static bool is_alive(s32 pid)
{
	for (const struct mtask *t = m.tasks; t < m.tasks + MAX_TASKS; t++)
		if (t->used && t->p.pid == pid && !t->left_class)
			return true;
	return false;
}

/* User space knows of no task that is gone. Two exits of one pid may have become one, if there was no room. */
void check_exits(void)
{
	if (m.final_way == ENGINE_STOPPED)
		return;
	for (int i = 0; i < MAX_PIDS; i++)
		if (m.is_known[i] && !is_alive(FIRST_PID + i))
			violated("user space has not heard that pid %d is gone", FIRST_PID + i);
}

#define EQUAL(what, actual, expected)										\
	do {													\
		u64 is = (actual), should = (expected);								\
														\
		if (is != should)										\
			violated("the books: %s is %llu, and should be %llu", what, is, should);		\
	} while (0)

void check_books(void)
{
	struct sched_counters total = counted();

	EQUAL("nr_lost", total.nr_lost, 0);
	EQUAL("nr_twice", total.nr_twice, 0);
	EQUAL("nr_queued", total.nr_queued, total.nr_decided + total.nr_exited + total.nr_kernel + total.nr_held);
	EQUAL("nr_decided", total.nr_decided, m.nr_claimed);
	EQUAL("nr_rescued", total.nr_rescued, m.nr_rescued);
	EQUAL("nr_exited + nr_held", total.nr_exited + total.nr_held, m.nr_left);
	EQUAL("the tokens that were born", m.nr_born, m.nr_claimed + m.nr_rescued + m.nr_left);
	EQUAL("nr_queued that went to user space", total.nr_queued - total.nr_congested - total.nr_lapsed, m.nr_born);
	EQUAL("nr_kernel", total.nr_kernel, total.nr_congested + total.nr_lapsed + total.nr_rescued);
	EQUAL("nr_leases_lost", product->control()->nr_leases_lost, m.nr_losses);
	if (m.is_evicted)
		EQUAL("nr_held", total.nr_held, 0);
}

void trace(const char *format, ...)
{
	va_list arguments;

	printf("%10llu.%03llu us  %-9s ", m.now_ns / 1000, m.now_ns % 1000, m.running ? m.running->name : "");
	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	printf("\n");
}
