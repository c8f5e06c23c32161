// SPDX-License-Identifier: Apache-2.0
/*
 * Thin calls of the kernel that Java has no words for. All return >= 0 or -errno, are thread safe
 * and do not allocate.
 */
#ifndef SCX4J_SCHED_SYSTEM_H
#define SCX4J_SCHED_SYSTEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* sched_memory.c */

/* Maps length bytes of a map's file descriptor, shared. Returns the address. */
int64_t sched_memory_map(int fd, int64_t offset, int64_t length, bool writable);

int sched_memory_unmap(int64_t address, int64_t length);

int sched_memory_page_bytes(void);

/* Keeps all present and future pages of the process in memory; may block for some 100 ms. */
int sched_memory_lock(void);

int sched_memory_unlock(void);

/* Lifts RLIMIT_MEMLOCK: kernels before 5.11 count BPF maps against it. Needs CAP_SYS_RESOURCE. */
int sched_memory_raise_limit(void);

/*
 * Forbids or allows transparent huge pages in this process; its children inherit it. Waits for the
 * mmap lock.
 */
int sched_memory_disable_huge_pages(bool disable);

/* 0 when they are allowed, > 0 when they were disabled. */
int sched_memory_huge_pages_disabled(void);

/* sched_thread.c */

/* Thread 0 is the calling one. The mask is one bit per CPU, size a multiple of 8. */
int sched_thread_pin(int tid, const void *mask, int size);

/*
 * Writes the calling thread's mask, the rest of it zeroed; returns the bytes that the kernel
 * wrote.
 */
int sched_thread_affinity(void *mask, int size);

int sched_effective_user_id(void);

/*
 * SCHED_OTHER 0, SCHED_FIFO 1, SCHED_RR 2, SCHED_BATCH 3, SCHED_IDLE 5, SCHED_DEADLINE 6,
 * SCHED_EXT 7.
 */
int sched_thread_policy(int tid);

/*
 * Gives a thread one of these policies, of those without a real-time priority or a deadline; its
 * children inherit it. Its nice value stays. -EINVAL: the kernel does not know the policy.
 */
int sched_thread_set_policy(int tid, int policy);

/* 20 minus the nice value: 1 is the lowest weight, 40 the highest. */
int sched_thread_priority(int tid);

/* Nice value -20 to 19; what is outside is moved to the next end. */
int sched_thread_set_nice(int tid, int nice);

/* Writes the calling thread's page faults since it started: minor, major. */
int sched_thread_faults(uint64_t faults[2]);

/* sched_wait.c */

/* A new epoll file descriptor that waits until fd is readable. The caller closes it. */
int sched_wait_create(int fd);

/* Blocks until readable (returns 1), or timeout (0; negative: none), or a signal came (0). */
int sched_wait(int epoll, int timeout_ms);

int sched_close(int fd);

#endif
