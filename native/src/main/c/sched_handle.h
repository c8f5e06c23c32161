// SPDX-License-Identifier: Apache-2.0
/*
 * Handles: the numbers by which Java names BPF objects and links. A handle that was closed, or
 * never given out, is found out (-EBADF) instead of being followed as a pointer.
 */
#ifndef SCX4J_SCHED_HANDLE_H
#define SCX4J_SCHED_HANDLE_H

#include <stdint.h>

enum sched_handle_kind {
	SCHED_HANDLE_FREE,
	SCHED_HANDLE_OBJECT,
	SCHED_HANDLE_LINK,
};

enum sched_handle_limits {
	SCHED_HANDLE_SLOTS = 256,	/* objects and links open at the same time */
};

/*
 * All three are thread safe and do not block for longer than a table look-up. What a handle stands
 * for must not be used by one thread while another one closes it.
 */

/* Stores a non-NULL value; returns its handle (> 0) or -EMFILE when every slot is taken. */
int64_t sched_handle_put(enum sched_handle_kind kind, void *value);

/* Returns the value, or NULL when the handle is not an open one of this kind. */
void *sched_handle_get(enum sched_handle_kind kind, int64_t handle);

/* As sched_handle_get, and forgets the handle. */
void *sched_handle_take(enum sched_handle_kind kind, int64_t handle);

#endif
