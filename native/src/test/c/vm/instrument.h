/* SPDX-License-Identifier: Apache-2.0 */
/*
 * instrument.h: what the programs that measure from outside have in common: the clock, numbers, percentiles, and work
 * that takes a CPU a known number of instructions.
 */
#ifndef INSTRUMENT_H
#define INSTRUMENT_H

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static const int64_t NS_PER_S = 1000000000;

static inline int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * NS_PER_S + now.tv_nsec;
}

/* Returns 0, or an error number if a signal came first. */
static inline int sleep_until(int64_t due_ns)
{
	struct timespec due = {.tv_sec = due_ns / NS_PER_S, .tv_nsec = due_ns % NS_PER_S};

	return clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL);
}

static inline int compare_ns(const void *left, const void *right)
{
	int64_t l = *(const int64_t *)left;
	int64_t r = *(const int64_t *)right;

	return (l > r) - (l < r);
}

static inline void sort_ns(int64_t *samples, size_t nr) { qsort(samples, nr, sizeof(*samples), compare_ns); }

/* The smallest of the sorted samples that so many of 100 do not exceed; 0 if there is none. */
static inline int64_t percentile(const int64_t *sorted, size_t nr, int percent)
{
	size_t rank = (nr * percent + 99) / 100;

	return nr ? sorted[rank ? rank - 1 : 0] : 0;
}

/* Computes for so many rounds, of a few instructions each, and touches no memory. */
static inline void compute(long rounds)
{
	uint64_t x = 1;

	for (long i = 0; i < rounds; i++) {
		x = x * 6364136223846793005 + 1442695040888963407;
		__asm__ volatile("" : "+r"(x));
	}
}

/* A number of the command line; ends the program if it is none. */
static inline long number(const char *text, long min, long max)
{
	char *end;
	long value;

	errno = 0;
	value = strtol(text, &end, 10);
	if (errno || *end || end == text || value < min || value > max) {
		fprintf(stderr, "'%s' is not a number from %ld to %ld\n", text, min, max);
		exit(2);
	}
	return value;
}

#endif /* INSTRUMENT_H */
