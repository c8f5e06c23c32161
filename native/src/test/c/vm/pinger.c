// SPDX-License-Identifier: Apache-2.0
/*
 * pinger.c: two processes hand a byte to and fro through two pipes: what it costs to sleep and to be woken, twice a
 * round trip, while there is nothing else to do.
 *
 *	pinger [-n ROUND_TRIPS]
 *
 * Prints one line of JSON: the round trips, and the nanoseconds that they took together.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "instrument.h"

enum {
	DEFAULT_ROUND_TRIPS = 10000,
	MAX_ROUND_TRIPS = 100000000,
};

static void fail(const char *what)
{
	fprintf(stderr, "pinger: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void give(int fd)
{
	char byte = 'x';

	if (write(fd, &byte, 1) != 1)
		fail("can't write");
}

/* Whether there was a byte. */
static bool take(int fd)
{
	char byte;
	ssize_t nr = read(fd, &byte, 1);

	if (nr < 0)
		fail("can't read");
	return nr == 1;
}

static void answer(int in, int out)
{
	while (take(in))
		give(out);
	exit(0);
}

int main(int argc, char **argv)
{
	long round_trips = DEFAULT_ROUND_TRIPS;
	int64_t begin_ns;
	long done = 0;
	int there[2];
	int back[2];
	int option;
	int status;
	pid_t child;

	while ((option = getopt(argc, argv, "n:")) != -1) {
		if (option != 'n')
			return 2;
		round_trips = number(optarg, 1, MAX_ROUND_TRIPS);
	}
	if (pipe(there) || pipe(back))
		fail("no pipe");
	child = fork();
	if (child < 0)
		fail("can't fork");
	if (!child) {
		close(there[1]);
		answer(there[0], back[1]);
	}
	close(back[1]);
	begin_ns = now_ns();
	for (; done < round_trips; done++) {
		give(there[1]);
		if (!take(back[0]))
			break;
	}
	printf("{\"done\":%ld,\"elapsed_ns\":%" PRId64 "}\n", done, now_ns() - begin_ns);
	close(there[1]);
	if (waitpid(child, &status, 0) != child || status) {
		fprintf(stderr, "pinger: the other process ended with status %d\n", status);
		return 1;
	}
	return 0;
}
