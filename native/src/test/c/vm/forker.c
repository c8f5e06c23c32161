// SPDX-License-Identifier: Apache-2.0
/*
 * forker.c: does jobs as "make -j" does: each is a process of its own, which executes a program that computes for a
 * while and ends, and so many of them run at a time.
 *
 *	forker [-n JOBS] [-j PARALLEL] [-c ROUNDS]
 *
 * Prints one line of JSON: the jobs that ended well, and the nanoseconds that they took together. The program of a job
 * is this one: with the one argument "job", it computes for the ROUNDS that the environment says.
 */
#include <inttypes.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "instrument.h"

enum {
	MAX_JOBS = 1000000,
	MAX_PARALLEL = 1024,
	MAX_ROUNDS = 1000000000,
};

static const char ROUNDS_VARIABLE[] = "FORKER_ROUNDS";

static void fail(const char *what)
{
	fprintf(stderr, "forker: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void start_job(void)
{
	pid_t child = fork();

	if (child < 0)
		fail("can't fork");
	if (!child) {
		execl("/proc/self/exe", "forker", "job", NULL);
		fail("can't execute the job");
	}
}

/* Whether it ended well: 1 or 0. */
static long end_of_job(void)
{
	int status;

	if (wait(&status) < 0)
		fail("can't wait for a job");
	return !status;
}

static long do_jobs(long nr_jobs, long nr_parallel)
{
	long started = 0;
	long done = 0;

	for (; started < nr_jobs; started++) {
		if (started >= nr_parallel)
			done += end_of_job();
		start_job();
	}
	for (long left = nr_jobs < nr_parallel ? nr_jobs : nr_parallel; left; left--)
		done += end_of_job();
	return done;
}

int main(int argc, char **argv)
{
	const char *rounds = "0";
	long nr_parallel = 4;
	long nr_jobs = 100;
	int64_t begin_ns;
	long done;
	int option;

	if (argc == 2 && !strcmp(argv[1], "job")) {
		rounds = getenv(ROUNDS_VARIABLE);
		compute(number(rounds ? rounds : "", 0, MAX_ROUNDS));
		return 0;
	}
	while ((option = getopt(argc, argv, "n:j:c:")) != -1) {
		if (option == 'n')
			nr_jobs = number(optarg, 1, MAX_JOBS);
		else if (option == 'j')
			nr_parallel = number(optarg, 1, MAX_PARALLEL);
		else if (option == 'c')
			rounds = optarg;
		else
			return 2;
	}
	number(rounds, 0, MAX_ROUNDS);
	if (setenv(ROUNDS_VARIABLE, rounds, 1))
		fail("can't set the environment");
	begin_ns = now_ns();
	done = do_jobs(nr_jobs, nr_parallel);
	printf("{\"done\":%ld,\"elapsed_ns\":%" PRId64 "}\n", done, now_ns() - begin_ns);
	return done == nr_jobs ? 0 : 1;
}
