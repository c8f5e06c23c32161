// SPDX-License-Identifier: Apache-2.0
/*
 * What libbpf says. It calls back on the thread that called it, so every thread keeps the tail of
 * its own warnings and nobody's error carries the text of another thread.
 */
#ifndef SCX4J_SCHED_LOG_H
#define SCX4J_SCHED_LOG_H

#include <stdbool.h>
#include <stddef.h>

enum sched_log_limits {
	SCHED_LOG_BYTES = 4096,			/* kept per thread, the newest */
	SCHED_LOG_VERIFIER_LINES = 6,		/* kept of one verifier log, the last */
	SCHED_LOG_VERIFIER_BYTES = 1024,	/* and never more than this of it */
};

/* Takes over libbpf's print callback. Called once, when the library is loaded. */
void sched_log_init(void);

/* Forgets the calling thread's messages. */
void sched_log_reset(void);

/*
 * Adds one message of libbpf: a verifier log inside is cut to its last lines. Only ASCII is kept.
 */
void sched_log_append(const char *text);

/*
 * Copies the calling thread's messages, newest last, and forgets them. Returns the number of bytes,
 * without a terminating 0; when they do not fit, the newest are copied.
 */
size_t sched_log_take(char *into, size_t size);

/* true: every message of every thread, also debug ones, goes to stderr as well. Thread safe. */
void sched_log_verbose(bool verbose);

#endif
