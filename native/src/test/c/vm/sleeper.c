// SPDX-License-Identifier: Apache-2.0
/*
 * sleeper.c: threads that sleep until each next multiple of a period, and note how late they wake: the wait for a CPU
 * of an ordinary task, seen from outside the scheduler, with what the timer and the machine add.
 *
 *	sleeper [-n THREADS] [-p PERIOD_US]
 *
 * Ends on SIGTERM or SIGINT, and prints one line of JSON: the number of wake-ups and their lateness, nanoseconds.
 */
#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
	MAX_THREADS = 1024,
	MAX_SAMPLES = 1 << 20,		/* of all threads: 17 minutes of one that wakes each millisecond */
	DEFAULT_PERIOD_US = 1000,
	NS_PER_US = 1000,
};

static const int64_t NS_PER_S = 1000000000;

struct sleeper {
	pthread_t thread;
	int64_t *late_ns;
	size_t nr;
	size_t capacity;
};

static atomic_bool stopped;
static int64_t period_ns;

static int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * NS_PER_S + now.tv_nsec;
}

/* All threads wake at the same moments. */
static void *sleep_and_wake(void *argument)
{
	struct sleeper *self = argument;

	while (!atomic_load_explicit(&stopped, memory_order_relaxed) && self->nr < self->capacity) {
		int64_t due_ns = (now_ns() / period_ns + 1) * period_ns;
		struct timespec due = {.tv_sec = due_ns / NS_PER_S, .tv_nsec = due_ns % NS_PER_S};

		if (!clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL))
			self->late_ns[self->nr++] = now_ns() - due_ns;
	}
	return NULL;
}

static int compare(const void *left, const void *right)
{
	int64_t l = *(const int64_t *)left;
	int64_t r = *(const int64_t *)right;

	return (l > r) - (l < r);
}

static int64_t percentile(const int64_t *sorted, size_t nr, int percent)
{
	size_t rank = (nr * percent + 99) / 100;

	return nr ? sorted[rank ? rank - 1 : 0] : 0;
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
	qsort(all, nr, sizeof(*all), compare);
	printf("{\"count\":%zu,\"p50_ns\":%" PRId64 ",\"p99_ns\":%" PRId64 ",\"max_ns\":%" PRId64 "}\n", nr,
		percentile(all, nr, 50), percentile(all, nr, 99), nr ? all[nr - 1] : 0);
	free(all);
}

static long number(const char *text, long max)
{
	char *end;
	long value;

	errno = 0;
	value = strtol(text, &end, 10);
	if (errno || *end || end == text || value < 1 || value > max) {
		fprintf(stderr, "sleeper: '%s' is not a number from 1 to %ld\n", text, max);
		exit(2);
	}
	return value;
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
			nr_sleepers = number(optarg, MAX_THREADS);
		else if (option == 'p')
			period_ns = number(optarg, NS_PER_S / NS_PER_US) * NS_PER_US;
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
