// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "sched_log.h"

#include <bpf/libbpf.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char verifier_begin[] = "-- BEGIN PROG LOAD LOG --\n";
static const char verifier_end[] = "-- END PROG LOAD LOG --";

/* Statistics that the verifier prints after the reason. */
static const char *const verifier_statistics[] = {
	"processed ", "verification time ", "stack depth ", "insns processed ", "total_states ",
};

static __thread char messages[SCHED_LOG_BYTES];
static __thread size_t messages_bytes;

static atomic_bool verbose_to_stderr;

static void append(const char *text, size_t size)
{
	size_t excess;

	if (size > SCHED_LOG_BYTES) {
		text += size - SCHED_LOG_BYTES;
		size = SCHED_LOG_BYTES;
	}
	if (messages_bytes + size > SCHED_LOG_BYTES) {
		excess = messages_bytes + size - SCHED_LOG_BYTES;
		memmove(messages, messages + excess, messages_bytes - excess);
		messages_bytes -= excess;
	}
	for (size_t i = 0; i < size; i++) {
		char c = text[i];

		messages[messages_bytes++] = c == '\n' || (c >= ' ' && c <= '~') ? c : ' ';
	}
}

static bool is_statistics(const char *line)
{
	for (size_t i = 0; i < sizeof(verifier_statistics) / sizeof(*verifier_statistics); i++)
		if (!strncmp(line, verifier_statistics[i], strlen(verifier_statistics[i])))
			return true;
	return false;
}

/* The first byte of the line that ends before end (which is behind a newline or the start). */
static const char *line_before(const char *start, const char *end)
{
	const char *newline;

	if (end > start)
		end--;
	newline = memrchr(start, '\n', (size_t)(end - start));
	return newline ? newline + 1 : start;
}

/* Adds the last lines of a verifier log that say why it refused the program. */
static void append_verifier_log(const char *start, const char *end)
{
	const char *from, *line;

	while (end > start && is_statistics(line_before(start, end)))
		end = line_before(start, end);
	from = end;
	for (int i = 0; i < SCHED_LOG_VERIFIER_LINES && from > start; i++) {
		line = line_before(start, from);
		if (end - line > SCHED_LOG_VERIFIER_BYTES)
			break;
		from = line;
	}
	if (from == end && end - start > SCHED_LOG_VERIFIER_BYTES)
		from = end - SCHED_LOG_VERIFIER_BYTES;
	append("verifier:\n", strlen("verifier:\n"));
	append(from, (size_t)(end - from));
}

void sched_log_append(const char *text)
{
	const char *begin = strstr(text, verifier_begin);
	const char *log, *end;

	if (!begin) {
		append(text, strlen(text));
		return;
	}
	log = begin + strlen(verifier_begin);
	end = strstr(log, verifier_end);
	append(text, (size_t)(begin - text));
	append_verifier_log(log, end ? end : log + strlen(log));
}

static int print(enum libbpf_print_level level, const char *format, va_list arguments)
{
	bool verbose = atomic_load_explicit(&verbose_to_stderr, memory_order_relaxed);
	char *text;

	if (level != LIBBPF_WARN && !verbose)
		return 0;
	if (vasprintf(&text, format, arguments) < 0)
		return 0;
	if (verbose)
		fputs(text, stderr);
	if (level == LIBBPF_WARN)
		sched_log_append(text);
	free(text);
	return 0;
}

void sched_log_init(void)
{
	libbpf_set_print(print);
}

void sched_log_reset(void)
{
	messages_bytes = 0;
}

size_t sched_log_take(char *into, size_t size)
{
	size_t bytes = messages_bytes < size ? messages_bytes : size;

	memcpy(into, messages + messages_bytes - bytes, bytes);
	messages_bytes = 0;
	return bytes;
}

void sched_log_verbose(bool verbose)
{
	atomic_store_explicit(&verbose_to_stderr, verbose, memory_order_relaxed);
}
