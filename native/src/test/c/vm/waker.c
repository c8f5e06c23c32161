// SPDX-License-Identifier: Apache-2.0
/*
 * waker.c: message threads wake workers, and each worker does a request and waits for the next: how late a worker runs
 * after it was woken, and how many requests that makes.
 *
 *	waker [-m MESSAGE_THREADS] [-w WORKERS] [-n REQUESTS] [-c ROUNDS] [-a]
 *
 * Each message thread has WORKERS workers of its own, each worker does REQUESTS requests and computes for ROUNDS rounds
 * in each. A worker is woken as soon as its message thread sees that it waits; with -a, only when all of them wait, so
 * that they are woken all at once. Prints one line of JSON: the requests, the nanoseconds that they took together, and
 * how late the workers ran.
 */
#define _GNU_SOURCE
#include <inttypes.h>
#include <linux/futex.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "instrument.h"

enum {
	MAX_THREADS = 1024,
	MAX_REQUESTS = 1 << 20,
	MAX_ROUNDS = 1000000000,
};

enum { RUNS, WAITS };

struct worker {
	pthread_t thread;
	struct group *group;
	atomic_int state;		/* a futex: the message thread sets RUNS, the worker WAITS */
	int64_t woken_at_ns;
	int64_t *late_ns;
};

/* A message thread and its workers. */
struct group {
	pthread_t thread;
	atomic_int asked;		/* a futex: some worker waits that was not looked at */
	struct worker workers[MAX_THREADS];
};

static long nr_groups = 1;
static long nr_workers = 4;
static long nr_requests = 1000;
static long rounds;
static bool all_at_once;

static void fail(const char *what)
{
	fprintf(stderr, "waker: %s\n", what);
	exit(1);
}

static void futex_wait(atomic_int *word, int value) { syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, value, NULL); }

static void futex_wake(atomic_int *word) { syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, 1); }

static void *work(void *argument)
{
	struct worker *self = argument;

	for (long i = 0; i < nr_requests; i++) {
		atomic_store(&self->state, WAITS);
		atomic_store(&self->group->asked, 1);
		futex_wake(&self->group->asked);
		while (atomic_load(&self->state) == WAITS)
			futex_wait(&self->state, WAITS);
		self->late_ns[i] = now_ns() - self->woken_at_ns;
		compute(rounds);
	}
	return NULL;
}

static bool all_wait(struct group *group)
{
	for (long i = 0; i < nr_workers; i++)
		if (atomic_load(&group->workers[i].state) != WAITS)
			return false;
	return true;
}

/* How many it has woken. */
static long wake(struct group *group)
{
	long nr = 0;

	for (long i = 0; i < nr_workers; i++) {
		struct worker *worker = &group->workers[i];

		if (atomic_load(&worker->state) == WAITS) {
			worker->woken_at_ns = now_ns();
			atomic_store(&worker->state, RUNS);
			futex_wake(&worker->state);
			nr++;
		}
	}
	return nr;
}

static void *send_messages(void *argument)
{
	struct group *self = argument;
	long left = nr_workers * nr_requests;

	while (left) {
		if (!atomic_exchange(&self->asked, 0))
			futex_wait(&self->asked, 0);
		else if (!all_at_once || all_wait(self))
			left -= wake(self);
	}
	return NULL;
}

static void start(pthread_t *thread, void *(*body)(void *), void *argument)
{
	if (pthread_create(thread, NULL, body, argument))
		fail("can't start a thread");
}

static void start_group(struct group *group, int64_t *late_ns)
{
	for (long i = 0; i < nr_workers; i++) {
		group->workers[i].group = group;
		group->workers[i].late_ns = late_ns + i * nr_requests;
		start(&group->workers[i].thread, work, &group->workers[i]);
	}
	start(&group->thread, send_messages, group);
}

static void join_group(struct group *group)
{
	for (long i = 0; i < nr_workers; i++)
		pthread_join(group->workers[i].thread, NULL);
	pthread_join(group->thread, NULL);
}

static void run(void)
{
	size_t nr = nr_groups * nr_workers * nr_requests;
	struct group *groups = calloc(nr_groups, sizeof(*groups));
	int64_t *late_ns = calloc(nr, sizeof(*late_ns));
	int64_t begin_ns;
	int64_t elapsed_ns;

	if (!groups || !late_ns)
		fail("no memory");
	begin_ns = now_ns();
	for (long i = 0; i < nr_groups; i++)
		start_group(&groups[i], late_ns + i * nr_workers * nr_requests);
	for (long i = 0; i < nr_groups; i++)
		join_group(&groups[i]);
	elapsed_ns = now_ns() - begin_ns;
	sort_ns(late_ns, nr);
	printf("{\"done\":%zu,\"elapsed_ns\":%" PRId64 ",\"p50_ns\":%" PRId64 ",\"p99_ns\":%" PRId64
		",\"max_ns\":%" PRId64 "}\n", nr, elapsed_ns, percentile(late_ns, nr, 50),
		percentile(late_ns, nr, 99), percentile(late_ns, nr, 100));
	free(late_ns);
	free(groups);
}

int main(int argc, char **argv)
{
	int option;

	while ((option = getopt(argc, argv, "m:w:n:c:a")) != -1) {
		if (option == 'm')
			nr_groups = number(optarg, 1, MAX_THREADS);
		else if (option == 'w')
			nr_workers = number(optarg, 1, MAX_THREADS);
		else if (option == 'n')
			nr_requests = number(optarg, 1, MAX_REQUESTS);
		else if (option == 'c')
			rounds = number(optarg, 0, MAX_ROUNDS);
		else if (option == 'a')
			all_at_once = true;
		else
			return 2;
	}
	run();
	return 0;
}
