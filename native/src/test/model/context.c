// SPDX-License-Identifier: Apache-2.0
/*
 * context.c: who runs when. Each context is a coroutine with a stack of its own. It is interrupted between two of
 * its actions, when it waits for a lock, and, after so many memory accesses of the program as the choices say,
 * anywhere.
 */
#include "model.h"

static char stacks[MAX_CONTEXTS][STACK_BYTES] __attribute__((aligned(16)));
static jmp_buf scheduler;
static ucontext_t scheduler_start;

bool is_stack(const void *address)
{
	return (const char *)address >= stacks[0] && (const char *)address < stacks[MAX_CONTEXTS];
}

struct context *add_context(const char *name, int cpu, void (*life)(struct context *self))
{
	struct context *context = &m.contexts[m.nr_contexts];

	context->name = name;
	context->number = m.nr_contexts++;
	context->cpu = cpu;
	context->life = life;
	context->at_rest = true;
	return context;
}

void progress(void)
{
	m.progress++;
}

static void start(int number)
{
	struct context *self = &m.contexts[number];

	self->life(self);
	violated("%s has ended", self->name);
}

static void resume(struct context *context)
{
	m.running = context;
	if (_setjmp(scheduler))
		return;
	if (context->started)
		_longjmp(context->state, 1);
	context->started = true;

	ucontext_t fresh;

	getcontext(&fresh);
	fresh.uc_stack.ss_sp = stacks[context->number];
	fresh.uc_stack.ss_size = STACK_BYTES;
	fresh.uc_link = &scheduler_start;
	makecontext(&fresh, (void (*)(void))start, 1, context->number);
	setcontext(&fresh);
}

static void suspend(void)
{
	struct context *self = m.running;

	check_step();
	if (!_setjmp(self->state))
		_longjmp(scheduler, 1);
}

void point(void)
{
	if (!m.running)
		return;
	m.step++;
	check_step();
	if (m.stretch && --m.stretch == 0)
		suspend();
}

void rest(void)
{
	deliver_kicks(m.running);
	m.running->at_rest = true;
	suspend();
	m.running->at_rest = false;
}

void wait_for(bool (*is_ready)(const void *argument), const void *argument)
{
	struct context *self = m.running;

	while (!is_ready(argument)) {
		self->is_ready = is_ready;
		self->argument = argument;
		suspend();
		self->is_ready = NULL;
	}
}

static bool can_run(const struct context *context)
{
	return m.nr_turns >= context->stalled_until && (!context->is_ready || context->is_ready(context->argument));
}

/* Interrupted in the middle of something, it may stay so for long: interrupts, a host that runs something else. */
static void maybe_stall(struct context *context)
{
	u32 choice = choose(256);

	if (choice > 191)
		context->stalled_until = m.nr_turns + 4 * (choice - 191);
}

/* Returns false if nobody is stalled. */
bool end_stalls(void)
{
	bool is_any = false;

	for (int i = 0; i < m.nr_contexts; i++) {
		is_any |= m.contexts[i].stalled_until > m.nr_turns;
		m.contexts[i].stalled_until = 0;
	}
	return is_any;
}

/* How far the context gets before it is interrupted: mostly to the end of its action. */
static u32 choose_stretch(void)
{
	u32 choice = choose(256);

	return choice < 128 ? 0 : 1 + (choice - 128) / 2;
}

void run_contexts(bool (*is_over)(void))
{
	int last = 0, nr_idle_rounds = 0;
	u64 seen = m.progress;

	while (!is_over()) {
		u32 skip = choose(m.nr_contexts);
		int tried = 0, next = last;

		do
			next = (next + 1) % m.nr_contexts;
		while ((!can_run(&m.contexts[next]) || skip--) && ++tried < 4 * MAX_CONTEXTS);
		if (tried == 4 * MAX_CONTEXTS && end_stalls())
			continue;
		if (tried == 4 * MAX_CONTEXTS) {
			m.running = NULL;
			violated("nobody can go on: a deadlock");
		}
		last = next;
		m.stretch = choose_stretch();
		m.nr_turns++;
		resume(&m.contexts[next]);
		if (!m.contexts[next].at_rest && !m.contexts[next].is_ready)
			maybe_stall(&m.contexts[next]);
		m.now_ns += 500;
		/* Nobody has anything to do until the timer ticks. */
		if (next == 0) {
			nr_idle_rounds = seen == m.progress ? nr_idle_rounds + 1 : 0;
			seen = m.progress;
			if (nr_idle_rounds > 2 && m.now_ns < m.timer_due_ns && m.timer_due_ns != ~0ULL)
				m.now_ns = m.timer_due_ns;
		}
	}
	m.running = NULL;
}
