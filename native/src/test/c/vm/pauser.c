// SPDX-License-Identifier: Apache-2.0
/*
 * pauser.c: stops a scheduler's process, or one of its threads at a time as a debugger does, lets it go on, and
 * measures from outside what follows: how long until the kernel's side schedules by itself, until the engine has its
 * say again, and until the first task runs by a decision of user space.
 *
 *	pauser -n COUNT -s STOP_MS -g GAP_MS PID [TID...]
 *
 * Without a TID the process gets SIGSTOP and SIGCONT, with some each thread in turn is stopped by ptrace, COUNT times.
 * Prints one line of JSON, times in nanoseconds. Runs in a real-time class: whoever does this must not be scheduled by
 * the threads that it stops. What it measures it reads from the scheduler's maps, found by their names, every 100 us.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>
#include <bpf/bpf.h>
#include "instrument.h"
#include "sched_abi.h"

enum {
	PRIORITY = 50,
	POLL_NS = 100000,
	MAX_PAUSES = 10000,
};

static const int64_t NS_PER_MS = 1000000;
static const int64_t GIVE_UP_NS = 5000000000;

/* What is known of all pauses; a sample is missing where what was waited for did not come. */
struct samples {
	int64_t ns[MAX_PAUSES];
	long nr;
};

static struct samples lapsed;
static struct samples regained;
static struct samples decided;
static const volatile struct sched_control *control;
static const volatile struct sched_counters *counters;
static uint32_t nr_counters;

static void fail(const char *what)
{
	fprintf(stderr, "pauser: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void add(struct samples *samples, int64_t ns) { samples->ns[samples->nr++] = ns; }

/* ---------------------------------------------------------------- the scheduler's maps */

/* The newest map of that name and size; *entries is set to how many it has. */
static const void *map_memory(const char *name, uint32_t value_bytes, uint32_t *entries)
{
	void *memory = NULL;
	uint32_t id = 0;

	while (!bpf_map_get_next_id(id, &id)) {
		struct bpf_map_info info = {0};
		uint32_t info_bytes = sizeof(info);
		int fd = bpf_map_get_fd_by_id(id);

		if (fd < 0)
			continue;
		if (!bpf_map_get_info_by_fd(fd, &info, &info_bytes) && !strcmp(info.name, name) &&
		    info.value_size == value_bytes) {
			memory = mmap(NULL, (size_t)value_bytes * info.max_entries, PROT_READ, MAP_SHARED, fd, 0);
			*entries = info.max_entries;
		}
		close(fd);
		if (memory == MAP_FAILED)
			fail("can't map the scheduler's memory");
	}
	if (!memory) {
		fprintf(stderr, "pauser: no map '%s' of %u bytes: is a scheduler of this build attached?\n", name,
			value_bytes);
		exit(1);
	}
	return memory;
}

static uint64_t nr_decided(void)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < nr_counters; i++)
		sum += counters[i].nr_decided;
	return sum;
}

/* ---------------------------------------------------------------- stopping */

static void stop(pid_t pid, pid_t tid)
{
	int status;

	if (!tid) {
		if (kill(pid, SIGSTOP))
			fail("can't stop the process");
		return;
	}
	if (ptrace(PTRACE_SEIZE, tid, NULL, NULL) || ptrace(PTRACE_INTERRUPT, tid, NULL, NULL))
		fail("can't stop the thread");
	if (waitpid(tid, &status, __WALL) != tid)
		fail("can't wait for the thread to stop");
}

static void let_go(pid_t pid, pid_t tid)
{
	if (tid ? ptrace(PTRACE_DETACH, tid, NULL, NULL) : kill(pid, SIGCONT))
		fail("can't let it go on");
}

static void pause_once(pid_t pid, pid_t tid, int64_t stop_ns)
{
	int64_t begin_ns = now_ns();
	uint64_t decided_before;
	int64_t lost_ns;

	stop(pid, tid);
	while (!(lost_ns = (int64_t)control->lease_lost_at_ns) && now_ns() - begin_ns < stop_ns)
		sleep_until(now_ns() + POLL_NS);
	if (lost_ns)
		add(&lapsed, lost_ns > begin_ns ? lost_ns - begin_ns : 0);
	sleep_until(begin_ns + stop_ns);

	decided_before = nr_decided();
	begin_ns = now_ns();
	let_go(pid, tid);
	while (control->lease_lost_at_ns && now_ns() - begin_ns < GIVE_UP_NS)
		sleep_until(now_ns() + POLL_NS);
	if (!control->lease_lost_at_ns)
		add(&regained, now_ns() - begin_ns);
	while (nr_decided() == decided_before && now_ns() - begin_ns < GIVE_UP_NS)
		sleep_until(now_ns() + POLL_NS);
	if (nr_decided() != decided_before)
		add(&decided, now_ns() - begin_ns);
}

/* ---------------------------------------------------------------- output, command line */

static void print(const char *name, struct samples *samples)
{
	sort_ns(samples->ns, samples->nr);
	printf(",\"nr_%s\":%ld,\"%s_p50_ns\":%" PRId64 ",\"%s_max_ns\":%" PRId64, name, samples->nr, name,
		percentile(samples->ns, samples->nr, 50), name, percentile(samples->ns, samples->nr, 100));
}

/* On one CPU, the first, as schedulers take the last for their own threads. */
static void become_real_time(void)
{
	struct sched_param priority = {.sched_priority = PRIORITY};
	cpu_set_t first;

	CPU_ZERO(&first);
	CPU_SET(0, &first);
	if (mlockall(MCL_CURRENT | MCL_FUTURE) || sched_setaffinity(0, sizeof(first), &first) ||
	    sched_setscheduler(0, SCHED_FIFO, &priority))
		fail("can't become a real-time task");
}

/* tid 0 is the whole process. */
static long pause_often(pid_t pid, pid_t tid, long nr_pauses, int64_t stop_ns, int64_t gap_ns)
{
	long nr;

	for (nr = 0; nr < nr_pauses; nr++) {
		pause_once(pid, tid, stop_ns);
		sleep_until(now_ns() + gap_ns);
	}
	return nr;
}

int main(int argc, char **argv)
{
	long nr_pauses = 1;
	int64_t stop_ns = 1000 * NS_PER_MS;
	int64_t gap_ns = 0;
	uint32_t nr_controls;
	long nr = 0;
	int option;
	pid_t pid;

	while ((option = getopt(argc, argv, "n:s:g:")) != -1) {
		if (option == 'n')
			nr_pauses = number(optarg, 0, INT32_MAX);
		else if (option == 's')
			stop_ns = number(optarg, 0, INT32_MAX) * NS_PER_MS;
		else if (option == 'g')
			gap_ns = number(optarg, 0, INT32_MAX) * NS_PER_MS;
		else
			return 2;
	}
	if (optind == argc || nr_pauses * (argc - optind) > MAX_PAUSES) {
		fprintf(stderr, "usage: pauser -n COUNT -s STOP_MS -g GAP_MS PID [TID...]\n");
		return 2;
	}
	pid = number(argv[optind++], 1, INT32_MAX);
	control = map_memory("control", sizeof(*control), &nr_controls);
	counters = map_memory("counters", sizeof(*counters), &nr_counters);
	become_real_time();
	if (optind == argc)
		nr = pause_often(pid, 0, nr_pauses, stop_ns, gap_ns);
	for (int i = optind; i < argc; i++)
		nr += pause_often(pid, number(argv[i], 1, INT32_MAX), nr_pauses, stop_ns, gap_ns);
	printf("{\"nr_pauses\":%ld", nr);
	print("lapsed", &lapsed);
	print("regained", &regained);
	print("decided", &decided);
	printf("}\n");
	return 0;
}
