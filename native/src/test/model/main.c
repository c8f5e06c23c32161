// SPDX-License-Identifier: Apache-2.0
/*
 * main.c: runs the model, many times, each time by other choices.
 *
 *   token_model LIBRARY [--seed N] [--runs N] [--seconds N]    runs until one fails, and makes that as short as it can
 *   token_model LIBRARY --first ...                            the same, without that
 *   token_model LIBRARY --replay <CHOICES                      one run, told step by step; hexadecimal choices
 *
 * The last line is the verdict: "ok: ..." with what was seen (exit status 0), or "violated: ..." (exit status 1).
 * Before that, the choices of the failing run, as few as could be found; they repeat it exactly.
 */
#include "model.h"

#include <stdarg.h>
#include <stdio.h>
#include <time.h>

enum {
	MS = 1000 * 1000,
	BOUND_NS = 150 * MS,
	SHRINK_RUNS = 20000,
	FIRST_RUN_BYTES = 60,
	START_NS = 1000 * MS,
};

struct model m;
bool tracing;
static jmp_buf end_of_run;
static bool shrinks = true;
static char message[512];
static const char *failure;	/* the format of the message: which check, NULL if all held */

static struct totals {
	u64 runs, steps, tokens, decided, rescued, left, held, cancelled, no_task, kernel, lapsed, congested;
	u64 leases_lost, resumed, drains_busy, bounced, reused_pids, exits_late;
} totals;

void violated(const char *format, ...)
{
	va_list arguments;
	int length = 0;

	if (m.running)
		length = snprintf(message, sizeof(message), "[%s, step %llu] ", m.running->name, m.step);
	va_start(arguments, format);
	vsnprintf(message + length, sizeof(message) - length, format, arguments);
	va_end(arguments);
	failure = format;
	m.running = NULL;
	_longjmp(end_of_run, 1);
}

/* ------------------------------------------------------------------ one run */

static bool all_rest(void)
{
	for (int i = 0; i < m.nr_contexts; i++)
		if (!m.contexts[i].at_rest || m.contexts[i].is_ready)
			return false;
	return true;
}

static bool are_choices_used_up(void)
{
	return next_choice >= nr_choices;
}

/* Nobody waits, and user space, unless it is stopped, has read everything. Nobody may wait for too long either. */
static bool is_settled(void)
{
	bool is_quiet = all_rest();

	for (struct mtask *t = m.tasks; t < m.tasks + MAX_TASKS; t++) {
		u64 since_ns = t->runnable_since_ns > m.settling_since_ns ? t->runnable_since_ns : m.settling_since_ns;

		if (!t->used)
			continue;
		if (t->runnable && t->runnable_since_ns && m.now_ns - since_ns > BOUND_NS)
			violated("pid %d waits for %llu ms: lost (token %llu)", t->p.pid, (m.now_ns - since_ns) / MS,
				 token_of(t));
		is_quiet &= !t->runnable && !(t->dead && t->on_cpu) && !(t->dead && !t->left_class);
	}
	if (m.now_ns - m.settling_since_ns > 20ULL * BOUND_NS)
		violated("it does not come to rest");
	if (m.nr_drained != m.nr_published && m.now_ns - m.settling_since_ns > BOUND_NS && is_quiet)
		violated("decisions are published, and nobody executes them");
	return is_quiet && m.nr_drained == m.nr_published &&
	       (m.final_way == ENGINE_STOPPED || m.nr_read == m.nr_reserved);
}

static bool is_over(void)
{
	return m.is_detached && all_rest();
}

/* Long enough for the lease, and for exits that had to wait for room. */
static bool has_waited(void)
{
	bool has_heard = m.final_way == ENGINE_STOPPED || (!*product->nr_late_exits && m.nr_read == m.nr_reserved);

	if (m.now_ns > m.bound_ns + 4 * BOUND_NS)
		violated("%lld exits are not told", *product->nr_late_exits);
	return m.now_ns >= m.bound_ns && has_heard && all_rest();
}

static void configure(void)
{
	static const char *const ways[] = { "answers", "is stopped", "forgets", "holds" };
	bool has_rescue, has_lease;

	m.now_ns = START_NS;
	m.nr_cpus = 1 + (int)choose(3) + 1;
	m.custody_kernel = choose(2);
	m.late_exit_kernel = choose(2);
	has_lease = choose(4) != 3;
	has_rescue = !has_lease || choose(4) != 3;
	*product->lease_ns = has_lease ? 5 * MS : 0;
	*product->rescue_ns = has_rescue ? 8 * MS : 0;
	*product->rescue_held_kthread_ns = has_rescue ? 12 * MS : 0;
	*product->rescue_held_ns = has_rescue ? 20 * MS : 0;
	*product->poll_ns = choose(4) == 3 ? 0 : 5000;
	*product->builtin_idle = choose(4) != 3;
	*product->low_power = choose(8) == 7;
	*product->per_cpu_local = choose(8) == 7;
	*product->late_binding = choose(4) == 3;
	m.queued_capacity_bytes = choose(4) == 3 ? 136 * (3 + choose(4)) : 1 << 20;
	*product->queued_bytes = m.queued_capacity_bytes;
	/* Without rescue only a lost lease takes tasks back. */
	m.final_way = has_rescue ? choose(NR_ENGINE_WAYS) : ENGINE_STOPPED;
	m.ends_early = choose(4) == 3;
	m.is_evicted = choose(4) == 3;
	TRACE("%d CPUs%s%s, lease %d, rescue %d, poll %d, idle %d, low power %d, per-CPU %d, late binding %d, "
	      "ring %llu", m.nr_cpus, m.custody_kernel ? ", custody" : "", m.late_exit_kernel ? ", late exit" : "",
	      has_lease, has_rescue, *product->poll_ns != 0, *product->builtin_idle, *product->low_power,
	      *product->per_cpu_local, *product->late_binding, m.queued_capacity_bytes);
	TRACE("in the end user space %s%s%s", ways[m.final_way], m.ends_early ? ", ends early" : "",
	      m.is_evicted ? ", evicted" : "");
}

static void boot(void)
{
	static const char *const cpu_names[] = { "cpu0", "cpu1", "cpu2", "cpu3" };
	struct sched_control *ctl;
	u32 nr_tasks = 2 + choose(5);

	for (int cpu = 0; cpu < m.nr_cpus; cpu++) {
		m.rqs[cpu] = (struct rq){ .cpu = cpu };
		add_context(cpu_names[cpu], cpu, live_as_cpu);
	}
	init_dsqs();
	add_context("engine", 0, live_as_engine);
	add_context("timer", 0, live_as_timer);
	add_context("world1", 0, live_as_world);
	add_context("world2", 1, live_as_world);
	add_context("disabler", 0, live_as_disabler);

	ctl = product->control();
	ctl->slice_ns = 1 * MS;
	ctl->hot_tids[0] = 1;
	for (int i = 0; i < SCHED_MAX_HOT_THREADS; i++)
		ctl->hot_cpus[i] = -1;
	if (choose(4) == 3)
		ctl->hot_cpus[0] = m.nr_cpus - 1;
	/*
	 * A run may cross the end of the table of tokens. The slots before are empty, so that a cursor which goes back
	 * stays there, and is noticed.
	 */
	m.first_token = choose(2) ? SCHED_INFLIGHT_SLOTS - 5 : 0;
	*product->last_token = m.first_token;
	for (size_t i = 0; i < sizeof(product->cursors) / sizeof(*product->cursors); i++)
		*product->cursors[i] = m.first_token;
	m.running = &m.contexts[0];
	if (product->ops->init())
		violated("init fails");
	while (nr_tasks--)
		fork_task();
	m.running = NULL;
}

static void live(void)
{
	configure();
	boot();
	run_contexts(are_choices_used_up);
	end_stalls();
	m.settling_since_ns = m.now_ns;
	if (!m.ends_early) {
		m.settling = true;
		run_contexts(is_settled);
		check_settled();
		m.bound_ns = m.now_ns + 15 * MS;
		run_contexts(has_waited);
		check_exits();
		if (m.final_way != ENGINE_STOPPED && m.lease_lost_at_ns)
			violated("user space is there, and does not get the lease back");
		if (m.final_way == ENGINE_STOPPED && *product->lease_ns && !m.lease_lost_at_ns &&
		    !product->control()->parked)
			violated("user space is silent, and does not lose the lease");
	}
	m.wants_detach = true;
	run_contexts(is_over);
	check_books();
}

static void add_up(void)
{
	struct sched_counters counters = counted();

	totals.runs++;
	totals.steps += m.step;
	totals.tokens += m.nr_born;
	totals.decided += counters.nr_decided;
	totals.rescued += counters.nr_rescued;
	totals.left += counters.nr_exited;
	totals.held += counters.nr_held;
	totals.cancelled += counters.nr_cancelled;
	totals.no_task += counters.nr_no_task;
	totals.kernel += counters.nr_kernel;
	totals.lapsed += counters.nr_lapsed;
	totals.congested += counters.nr_congested;
	totals.leases_lost += m.nr_losses;
	totals.resumed += counters.nr_resumed;
	totals.drains_busy += counters.nr_drains_busy;
	totals.bounced += counters.nr_bounced;
	totals.reused_pids += m.nr_reused_pids;
	totals.exits_late += counters.nr_exit_events_late;
}

/* Returns true if everything held. */
static bool run(const u8 *bytes, u32 nr)
{
	memset(&m, 0, sizeof(m));
	reset_memory();
	choices = bytes;
	nr_choices = nr;
	next_choice = 0;
	failure = NULL;
	if (!_setjmp(end_of_run))
		live();
	m.running = NULL;
	if (!failure)
		add_up();
	return !failure;
}

/* ------------------------------------------------------------------ seeds and shrinking */

static u64 mix(u64 *state)
{
	u64 z = *state += 0x9e3779b97f4a7c15ULL;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
	return z ^ z >> 31;
}

static u32 generate(u64 seed, u8 *bytes)
{
	u64 state = seed;
	u32 nr = FIRST_RUN_BYTES + mix(&state) % (MAX_CHOICES - FIRST_RUN_BYTES);
	u32 plain = mix(&state) % 4 * 20;	/* percent of choices that are the plain one */

	for (u32 i = 0; i < nr; i++)
		bytes[i] = i > FIRST_RUN_BYTES && mix(&state) % 100 < plain ? 0 : (u8)mix(&state);
	return nr;
}

static u32 without(const u8 *from, u32 nr, u32 at, u32 length, u8 *to)
{
	memcpy(to, from, at);
	memcpy(to + at, from + at + length, nr - at - length);
	return nr - length;
}

/* Leaves out what is not needed to fail by the same check, then makes what is left plain. */
static u32 shrink(u8 *bytes, u32 nr)
{
	const char *wanted = failure;
	u8 trial[MAX_CHOICES];
	u32 runs = 0;
	bool is_smaller = true;

	while (is_smaller && runs < SHRINK_RUNS) {
		is_smaller = false;
		for (u32 length = nr / 2; length; length /= 2) {
			u32 stride = (length + 1) / 2;

			for (u32 at = nr; at >= length && at <= nr && runs < SHRINK_RUNS; at -= stride) {
				u32 trial_nr = without(bytes, nr, at - length, length, trial);

				runs++;
				if (run(trial, trial_nr) || failure != wanted)
					continue;
				memcpy(bytes, trial, trial_nr);
				nr = trial_nr;
				at = at < nr ? at : nr;
				is_smaller = true;
				if (at < stride)
					break;
			}
		}
		for (u32 at = 0; at < nr && runs < SHRINK_RUNS; at++) {
			if (!bytes[at])
				continue;
			memcpy(trial, bytes, nr);
			trial[at] = 0;
			runs++;
			if (run(trial, nr) || failure != wanted)
				continue;
			bytes[at] = 0;
			is_smaller = true;
		}
	}
	return nr;
}

static int report_failure(u64 seed, u8 *bytes, u32 nr)
{
	printf("seed %llu fails: %s\n", seed, message);
	if (!shrinks)
		return 1;
	nr = shrink(bytes, nr);
	printf("choices: ");
	for (u32 i = 0; i < nr; i++)
		printf("%02x", bytes[i]);
	printf("\n");
	tracing = true;
	run(bytes, nr);
	printf("violated: %s\n", message);
	return 1;
}

static int report_success(void)
{
	printf("ok: runs=%llu steps=%llu tokens=%llu decided=%llu rescued=%llu left=%llu held=%llu cancelled=%llu",
	       totals.runs, totals.steps, totals.tokens, totals.decided, totals.rescued, totals.left, totals.held,
	       totals.cancelled);
	printf(" no_task=%llu kernel=%llu lapsed=%llu congested=%llu leases_lost=%llu resumed=%llu", totals.no_task,
	       totals.kernel, totals.lapsed, totals.congested, totals.leases_lost, totals.resumed);
	printf(" drains_busy=%llu bounced=%llu reused_pids=%llu exits_late=%llu\n", totals.drains_busy, totals.bounced,
	       totals.reused_pids, totals.exits_late);
	return 0;
}

static int run_all(u64 first_seed, u64 max_runs, u64 max_seconds)
{
	static u8 bytes[MAX_CHOICES];
	time_t end = time(NULL) + (time_t)max_seconds;

	for (u64 seed = first_seed; seed - first_seed < max_runs; seed++) {
		u32 nr = generate(seed, bytes);

		if (!run(bytes, nr))
			return report_failure(seed, bytes, nr);
		if (max_seconds && time(NULL) >= end)
			break;
	}
	return report_success();
}

static int replay(void)
{
	static u8 bytes[MAX_CHOICES];
	u32 nr = 0;
	unsigned int byte;

	while (nr < MAX_CHOICES && scanf("%2x", &byte) == 1)
		bytes[nr++] = (u8)byte;
	tracing = true;
	if (run(bytes, nr))
		return report_success();
	printf("violated: %s\n", message);
	return 1;
}

int main(int argc, char **argv)
{
	u64 seed = 1, runs = 1000, seconds = 0;

	if (argc < 2) {
		fputs("usage: token_model LIBRARY [--seed N] [--runs N] [--seconds N] [--first] [--replay]\n", stderr);
		return 2;
	}
	load_product(argv[1]);
	for (int i = 2; i < argc; i++) {
		if (!strcmp(argv[i], "--replay"))
			return replay();
		if (!strcmp(argv[i], "--first")) {
			shrinks = false;
			continue;
		}
		if (i + 1 == argc) {
			fprintf(stderr, "token_model: %s needs a number\n", argv[i]);
			return 2;
		}
		if (!strcmp(argv[i], "--seed"))
			seed = strtoull(argv[++i], NULL, 0);
		else if (!strcmp(argv[i], "--runs"))
			runs = strtoull(argv[++i], NULL, 0);
		else if (!strcmp(argv[i], "--seconds"))
			seconds = strtoull(argv[++i], NULL, 0), runs = ~0ULL;
	}
	return run_all(seed, runs, seconds);
}
