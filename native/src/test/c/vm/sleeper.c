// SPDX-License-Identifier: Apache-2.0
/*
 * sleeper.c: threads that sleep until each next multiple of a period, and note how late they wake: the wait for a CPU
 * of an ordinary task, seen from outside the scheduler, with what the timer and the machine add.
 *
 *	sleeper [-n THREADS] [-p PERIOD_US]
 *
 * Ends on SIGTERM or SIGINT, and prints one line of JSON: the number of wake-ups and their lateness, nanoseconds.
 */
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "instrument.h"

enum {
	MAX_THREADS = 1024,
	MAX_SAMPLES = 1 << 20,		/* of all threads: 17 minutes of one that wakes each millisecond */
	DEFAULT_PERIOD_US = 1000,
	NS_PER_US = 1000,
};

struct sleeper {
	pthread_t thread;
	int64_t *late_ns;
	size_t nr;
	size_t capacity;
};

static atomic_bool stopped;
static int64_t period_ns;

/* All threads wake at the same moments. */
static void *sleep_and_wake(void *argument)
{
	struct sleeper *self = argument;

	while (!atomic_load_explicit(&stopped, memory_order_relaxed) && self->nr < self->capacity) {
		int64_t due_ns = (now_ns() / period_ns + 1) * period_ns;

		if (!sleep_until(due_ns))
			self->late_ns[self->nr++] = now_ns() - due_ns;
	}
	return NULL;
}

static void print(struct sleeper *sleepers, long nr_sleepers)
{
	int64_t *all = calloc(MAX_SAMPLES, sizeof(*all));
	size_t nr = 0;

	if (!all) {
		perror("sleeper: no memory");
		exit(1);
	}
	for (long i = 0; i < nr_sleepers; i++) {
		memcpy(all + nr, sleepers[i].late_ns, sleepers[i].nr * sizeof(*all));
		nr += sleepers[i].nr;
	}
	sort_ns(all, nr);
	printf("{\"count\":%zu,\"p50_ns\":%" PRId64 ",\"p99_ns\":%" PRId64 ",\"max_ns\":%" PRId64 "}\n", nr,
		percentile(all, nr, 50), percentile(all, nr, 99), percentile(all, nr, 100));
	free(all);
}

int main(int argc, char **argv)
{
	static struct sleeper sleepers[MAX_THREADS];
	long nr_sleepers = 1;
	sigset_t ends;
	int option;
	int signal;

	period_ns = (int64_t)DEFAULT_PERIOD_US * NS_PER_US;
	while ((option = getopt(argc, argv, "n:p:")) != -1) {
		if (option == 'n')
			nr_sleepers = number(optarg, 1, MAX_THREADS);
		else if (option == 'p')
			period_ns = number(optarg, 1, NS_PER_S / NS_PER_US) * NS_PER_US;
		else
			return 2;
	}
	sigemptyset(&ends);
	sigaddset(&ends, SIGTERM);
	sigaddset(&ends, SIGINT);
	pthread_sigmask(SIG_BLOCK, &ends, NULL);
	for (long i = 0; i < nr_sleepers; i++) {
		sleepers[i].capacity = MAX_SAMPLES / nr_sleepers;
		sleepers[i].late_ns = calloc(sleepers[i].capacity, sizeof(int64_t));
		if (!sleepers[i].late_ns ||
		    pthread_create(&sleepers[i].thread, NULL, sleep_and_wake, &sleepers[i])) {
			fprintf(stderr, "sleeper: can't start thread %ld of %ld\n", i + 1, nr_sleepers);
			return 1;
		}
	}
	sigwait(&ends, &signal);
	atomic_store(&stopped, true);
	for (long i = 0; i < nr_sleepers; i++)
		pthread_join(sleepers[i].thread, NULL);
	print(sleepers, nr_sleepers);
	return 0;
}
