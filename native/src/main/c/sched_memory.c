// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "sched_system.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

int64_t sched_memory_map(int fd, int64_t offset, int64_t length, bool writable)
{
	int protection = PROT_READ | (writable ? PROT_WRITE : 0);
	void *address;

	if (length <= 0 || offset < 0)
		return -EINVAL;
	address = mmap(NULL, (size_t)length, protection, MAP_SHARED, fd, offset);
	return address == MAP_FAILED ? -errno : (int64_t)(intptr_t)address;
}

int sched_memory_unmap(int64_t address, int64_t length)
{
	if (address <= 0 || length <= 0)
		return -EINVAL;
	return munmap((void *)(intptr_t)address, (size_t)length) ? -errno : 0;
}

int sched_memory_page_bytes(void)
{
	return (int)sysconf(_SC_PAGESIZE);
}

int sched_memory_lock(void)
{
	return mlockall(MCL_CURRENT | MCL_FUTURE) ? -errno : 0;
}

int sched_memory_unlock(void)
{
	return munlockall() ? -errno : 0;
}

int sched_memory_raise_limit(void)
{
	const struct rlimit unlimited = { .rlim_cur = RLIM_INFINITY, .rlim_max = RLIM_INFINITY };

	return setrlimit(RLIMIT_MEMLOCK, &unlimited) ? -errno : 0;
}

int sched_memory_disable_huge_pages(bool disable)
{
	return prctl(PR_SET_THP_DISABLE, disable ? 1UL : 0UL, 0UL, 0UL, 0UL) ? -errno : 0;
}

int sched_memory_huge_pages_disabled(void)
{
	int disabled = prctl(PR_GET_THP_DISABLE, 0UL, 0UL, 0UL, 0UL);

	return disabled < 0 ? -errno : disabled;
}
