// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "sched_system.h"

#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The raw calls: glibc's cpu_set_t stops at 1024 CPUs. */

static bool is_mask(const void *mask, int size)
{
	return mask && size > 0 && size % 8 == 0;
}

int sched_thread_pin(int tid, const void *mask, int size)
{
	if (!is_mask(mask, size))
		return -EINVAL;
	return syscall(SYS_sched_setaffinity, tid, size, mask) ? -errno : 0;
}

int sched_thread_affinity(void *mask, int size)
{
	long bytes;

	if (!is_mask(mask, size))
		return -EINVAL;
	memset(mask, 0, (size_t)size);
	bytes = syscall(SYS_sched_getaffinity, 0, size, mask);
	return bytes < 0 ? -errno : (int)bytes;
}

int sched_effective_user_id(void)
{
	return (int)geteuid();
}

int sched_thread_policy(int tid)
{
	int policy = sched_getscheduler(tid);

	return policy < 0 ? -errno : policy;
}

/* The raw call: not every C library passes it on. */
int sched_thread_set_policy(int tid, int policy)
{
	const struct sched_param parameters = { .sched_priority = 0 };

	return syscall(SYS_sched_setscheduler, tid, policy, &parameters) ? -errno : 0;
}

/* The raw call again: glibc returns the nice value, which -1 as an error can't be told from. */
int sched_thread_priority(int tid)
{
	long priority = syscall(SYS_getpriority, PRIO_PROCESS, tid);

	return priority < 0 ? -errno : (int)priority;
}

int sched_thread_set_nice(int tid, int nice)
{
	return setpriority(PRIO_PROCESS, (id_t)tid, nice) ? -errno : 0;
}

int sched_thread_faults(uint64_t faults[2])
{
	struct rusage usage;

	if (!faults)
		return -EINVAL;
	if (getrusage(RUSAGE_THREAD, &usage))
		return -errno;
	faults[0] = (uint64_t)usage.ru_minflt;
	faults[1] = (uint64_t)usage.ru_majflt;
	return 0;
}
