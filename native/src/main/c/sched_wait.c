// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "sched_system.h"

#include <errno.h>
#include <sys/epoll.h>
#include <unistd.h>

int sched_wait_create(int fd)
{
	struct epoll_event event = { .events = EPOLLIN, .data.fd = fd };
	int epoll = epoll_create1(EPOLL_CLOEXEC);
	int err;

	if (epoll < 0)
		return -errno;
	if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event)) {
		err = -errno;
		close(epoll);
		return err;
	}
	return epoll;
}

int sched_wait(int epoll, int timeout_ms)
{
	struct epoll_event event;
	int ready = epoll_wait(epoll, &event, 1, timeout_ms);

	if (ready >= 0)
		return ready;
	return errno == EINTR ? 0 : -errno;
}

int sched_close(int fd)
{
	return close(fd) ? -errno : 0;
}
