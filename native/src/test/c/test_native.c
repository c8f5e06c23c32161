// SPDX-License-Identifier: Apache-2.0
/*
 * What the library does without a JVM and without privilege, under the sanitizers: opening,
 * look-ups, layout hash, setters and every error path. Argument: the path of libbpf_test.bpf.o.
 */
#define _GNU_SOURCE
#include "sched_handle.h"
#include "sched_kernel.h"
#include "sched_log.h"
#include "sched_object.h"
#include "sched_system.h"

#include <errno.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int failures;
static int checks;

#define CHECK_EQUAL(actual, expected)								\
	do {											\
		long long a = (long long)(actual), e = (long long)(expected);			\
												\
		checks++;									\
		if (a != e) {									\
			failures++;								\
			fprintf(stderr, "%s:%d: %s is %lld, not %lld\n", __FILE__, __LINE__,	\
				#actual, a, e);							\
		}										\
	} while (0)

static const char *object_path;

static void *read_file(size_t *size)
{
	FILE *file = fopen(object_path, "rb");
	char *bytes = NULL;

	if (!file || fseek(file, 0, SEEK_END))
		goto failed;
	*size = (size_t)ftell(file);
	rewind(file);
	bytes = malloc(*size);
	if (!bytes || fread(bytes, 1, *size, file) != *size)
		goto failed;
	fclose(file);
	return bytes;

failed:
	perror(object_path);
	exit(2);
}

static int64_t open_object(void)
{
	size_t size;
	void *bytes = read_file(&size);
	int64_t object = sched_object_open(bytes, size, "test");

	if (object <= 0) {
		fprintf(stderr, "%s: can not be opened: %lld\n", object_path, (long long)object);
		exit(2);
	}
	return object;
}

static void test_handles(void)
{
	int64_t handles[SCHED_HANDLE_SLOTS];
	int value;
	int64_t stale;

	stale = sched_handle_put(SCHED_HANDLE_OBJECT, &value);
	CHECK_EQUAL(stale > 0, 1);
	CHECK_EQUAL(sched_handle_get(SCHED_HANDLE_OBJECT, stale) == &value, 1);
	CHECK_EQUAL(sched_handle_get(SCHED_HANDLE_LINK, stale) == NULL, 1);
	CHECK_EQUAL(sched_handle_take(SCHED_HANDLE_OBJECT, stale) == &value, 1);
	CHECK_EQUAL(sched_handle_take(SCHED_HANDLE_OBJECT, stale) == NULL, 1);
	CHECK_EQUAL(sched_handle_get(SCHED_HANDLE_OBJECT, 0) == NULL, 1);
	CHECK_EQUAL(sched_handle_get(SCHED_HANDLE_OBJECT, -1) == NULL, 1);
	CHECK_EQUAL(sched_handle_get(SCHED_HANDLE_OBJECT, INT64_MAX) == NULL, 1);

	for (int i = 0; i < SCHED_HANDLE_SLOTS; i++)
		handles[i] = sched_handle_put(SCHED_HANDLE_LINK, &value);
	CHECK_EQUAL(handles[SCHED_HANDLE_SLOTS - 1] > 0, 1);
	CHECK_EQUAL(sched_handle_put(SCHED_HANDLE_LINK, &value), -EMFILE);
	CHECK_EQUAL(sched_handle_get(SCHED_HANDLE_OBJECT, stale) == NULL, 1);
	for (int i = 0; i < SCHED_HANDLE_SLOTS; i++)
		CHECK_EQUAL(sched_handle_take(SCHED_HANDLE_LINK, handles[i]) == &value, 1);
}

static void test_not_an_object(void)
{
	char log[SCHED_LOG_BYTES];

	CHECK_EQUAL(sched_object_open(strdup("this is no ELF file"), 19, "text") < 0, 1);
	CHECK_EQUAL(sched_log_take(log, sizeof(log)) > 0, 1);
	CHECK_EQUAL(sched_log_take(log, sizeof(log)), 0);
	CHECK_EQUAL(sched_object_open(calloc(1, 1), 1, "byte") < 0, 1);
}

static void test_cut_off_object(void)
{
	for (size_t part = 1; part < 16; part++) {
		size_t size;
		char *bytes = read_file(&size);
		int64_t object;

		size = size * part / 16;
		bytes = realloc(bytes, size);
		object = sched_object_open(bytes, size, "part");
		CHECK_EQUAL(object < 0, 1);
		if (object > 0)
			sched_object_close(object);
	}
}

static void test_closed_handle(void)
{
	int64_t object = open_object();
	uint64_t hash;
	int64_t value;

	CHECK_EQUAL(sched_object_close(object), 0);
	CHECK_EQUAL(sched_object_close(object), -EBADF);
	CHECK_EQUAL(sched_object_layout_hash(object, "test_record", &hash), -EBADF);
	CHECK_EQUAL(sched_object_enum_value(object, "test_code", "TEST_POSITIVE", &value), -EBADF);
	CHECK_EQUAL(sched_object_set_rodata(object, "option8", 1), -EBADF);
	CHECK_EQUAL(sched_object_set_map_entries(object, "records", 4096), -EBADF);
	CHECK_EQUAL(sched_object_set_autoload(object, "send", false), -EBADF);
	CHECK_EQUAL(sched_object_set_autocreate(object, "records", false), -EBADF);
	CHECK_EQUAL(sched_object_set_ops_member(object, "test_ops", "flags", 1), -EBADF);
	CHECK_EQUAL(sched_object_set_ops_name(object, "test_ops", "x"), -EBADF);
	CHECK_EQUAL(sched_object_load(object), -EBADF);
	CHECK_EQUAL(sched_object_map_fd(object, "records"), -EBADF);
	CHECK_EQUAL(sched_object_program_fd(object, "send"), -EBADF);
	CHECK_EQUAL(sched_object_attach_struct_ops(object, "test_ops"), -EBADF);
	CHECK_EQUAL(sched_object_attach_program(object, "send"), -EBADF);
	CHECK_EQUAL(sched_link_destroy(object), -EBADF);
}

/* The bytes that the layout hash is defined over, written by hand. */
static uint64_t fnv(uint64_t hash, const void *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		hash = (hash ^ ((const unsigned char *)bytes)[i]) * 0x100000001b3ULL;
	return hash;
}

static void test_layout_hash(void)
{
	static const char shared[] = "test_shared\0\x10\0\0\0"
				     "runs\0\0\0\0\0\x08\0\0\0"
				     "mode\0\x08\0\0\0\x04\0\0\0"
				     "_pad0\0\x0c\0\0\0\x04\0\0";
	static const char record[] = "test_record\0\x20\0\0\0"
				     "sequence\0\0\0\0\0\x08\0\0\0"
				     "code\0\x08\0\0\0\x04\0\0\0"
				     "comm\0\x0c\0\0\0\x10\0\0\0"
				     "word\0\x1c\0\0\0\x04\0\0";
	const uint64_t basis = 0xcbf29ce484222325ULL;
	int64_t object = open_object();
	uint64_t hash = 0;
	char long_name[300];

	CHECK_EQUAL(sched_object_layout_hash(object, "test_shared", &hash), 0);
	CHECK_EQUAL(hash, fnv(basis, shared, sizeof(shared)));
	CHECK_EQUAL(sched_object_layout_hash(object, "test_record\ntest_shared", &hash), 0);
	CHECK_EQUAL(hash, fnv(fnv(basis, record, sizeof(record)), shared, sizeof(shared)));
	CHECK_EQUAL(sched_object_layout_hash(object, "test_shared\nnowhere", &hash), -ENOENT);
	CHECK_EQUAL(sched_object_layout_hash(object, "", &hash), -EINVAL);
	CHECK_EQUAL(sched_object_layout_hash(object, "\ntest_shared", &hash), -EINVAL);
	memset(long_name, 'x', sizeof(long_name) - 1);
	long_name[sizeof(long_name) - 1] = '\0';
	CHECK_EQUAL(sched_object_layout_hash(object, long_name, &hash), -ENAMETOOLONG);
	sched_object_close(object);
}

static void test_enums(void)
{
	int64_t object = open_object();
	int64_t value = 0;

	CHECK_EQUAL(sched_object_enum_value(object, "test_code", "TEST_NEGATIVE", &value), 0);
	CHECK_EQUAL(value, -7);
	CHECK_EQUAL(sched_object_enum_value(object, "test_flags", "TEST_TOP_BIT", &value), 0);
	CHECK_EQUAL(value, 0x80000000LL);
	CHECK_EQUAL(sched_object_enum_value(object, "test_wide", "TEST_WIDE", &value), 0);
	CHECK_EQUAL(value, (int64_t)0x8000000000000001ULL);
	CHECK_EQUAL(sched_object_enum_value(object, "test_wide", "NONE", &value), -ENOENT);
	CHECK_EQUAL(sched_object_enum_value(object, "none", "TEST_WIDE", &value), -ENOENT);
	sched_object_close(object);
}

static void test_rodata(void)
{
	int64_t object = open_object();

	CHECK_EQUAL(sched_object_set_rodata(object, "option8", 255), 0);
	CHECK_EQUAL(sched_object_set_rodata(object, "option8", -128), 0);
	CHECK_EQUAL(sched_object_set_rodata(object, "option8", 256), -ERANGE);
	CHECK_EQUAL(sched_object_set_rodata(object, "option8", -129), -ERANGE);
	CHECK_EQUAL(sched_object_set_rodata(object, "option16", 65536), -ERANGE);
	CHECK_EQUAL(sched_object_set_rodata(object, "option32", 1LL << 32), -ERANGE);
	CHECK_EQUAL(sched_object_set_rodata(object, "option64", INT64_MIN), 0);
	CHECK_EQUAL(sched_object_set_rodata(object, "option_bool", 0), 0);
	CHECK_EQUAL(sched_object_set_rodata(object, "option_code", -7), 0);
	CHECK_EQUAL(sched_object_set_rodata(object, "option_wide", 1), 0);
	CHECK_EQUAL(sched_object_set_rodata(object, "option_array", 1), -EINVAL);
	CHECK_EQUAL(sched_object_set_rodata(object, "nothing", 1), -ENOENT);
	sched_object_close(object);
}

static void test_ops(void)
{
	int64_t object = open_object();

	CHECK_EQUAL(sched_object_set_ops_member(object, "test_ops", "flags", 1), 0);
	CHECK_EQUAL(sched_object_set_ops_member(object, "test_ops", "flags", 1LL << 32), -ERANGE);
	CHECK_EQUAL(sched_object_set_ops_member(object, "test_ops", "ssthresh", 0), 0);
	CHECK_EQUAL(sched_object_set_ops_member(object, "test_ops", "ssthresh", 1), -EINVAL);
	CHECK_EQUAL(sched_object_set_ops_member(object, "test_ops", "name", 1), -EINVAL);
	CHECK_EQUAL(sched_object_set_ops_member(object, "test_ops", "nothing", 1), -ENOENT);
	CHECK_EQUAL(sched_object_set_ops_member(object, "records", "flags", 1), -EINVAL);
	CHECK_EQUAL(sched_object_set_ops_member(object, "nothing", "flags", 1), -ENOENT);
	CHECK_EQUAL(sched_object_set_ops_name(object, "test_ops", "fifteen_letters"), 0);
	CHECK_EQUAL(sched_object_set_ops_name(object, "test_ops", "sixteen_letters_"),
		    -ENAMETOOLONG);
	CHECK_EQUAL(sched_object_set_ops_name(object, "test_ops", ""), -EINVAL);
	sched_object_close(object);
}

static void test_maps_and_programs(void)
{
	int64_t object = open_object();

	CHECK_EQUAL(sched_object_map_value_bytes(object, "shared"), 16);
	CHECK_EQUAL(sched_object_map_entries(object, "shared"), 1);
	CHECK_EQUAL(sched_object_set_map_entries(object, "records", 8192), 0);
	CHECK_EQUAL(sched_object_map_entries(object, "records"), 8192);
	CHECK_EQUAL(sched_object_set_map_entries(object, "records", 0), -EINVAL);
	CHECK_EQUAL(sched_object_set_map_entries(object, "nothing", 1), -ENOENT);
	CHECK_EQUAL(sched_object_set_autoload(object, "send", false), 0);
	CHECK_EQUAL(sched_object_set_autoload(object, "nothing", false), -ENOENT);
	CHECK_EQUAL(sched_object_set_autocreate(object, "records", false), 0);
	CHECK_EQUAL(sched_object_map_fd(object, "shared"), -EINVAL);
	CHECK_EQUAL(sched_object_map_fd(object, "nothing"), -ENOENT);
	CHECK_EQUAL(sched_object_program_fd(object, "send"), -EINVAL);
	CHECK_EQUAL(sched_object_program_fd(object, "nothing"), -ENOENT);
	CHECK_EQUAL(sched_object_attach_struct_ops(object, "shared"), -EINVAL);
	CHECK_EQUAL(sched_object_attach_struct_ops(object, "test_ops"), -EINVAL);
	CHECK_EQUAL(sched_object_attach_program(object, "send") < 0, 1);
	sched_object_close(object);
}

static void check_log(const char *text, const char *expected)
{
	char log[SCHED_LOG_BYTES + 1];

	sched_log_reset();
	sched_log_append(text);
	log[sched_log_take(log, SCHED_LOG_BYTES)] = '\0';
	checks++;
	if (strcmp(log, expected)) {
		failures++;
		fprintf(stderr, "log is '%s', not '%s'\n", log, expected);
	}
}

static void test_log(void)
{
	char many[3 * SCHED_LOG_BYTES];
	char log[SCHED_LOG_BYTES];

	check_log("one\n", "one\n");
	check_log("a\x01\xc3\xa9z\n", "a   z\n");
	check_log("p: -- BEGIN PROG LOAD LOG --\n1\n2\n3\n4\n5\n6\n7\nwhy\nprocessed 9 insns\n"
		  "-- END PROG LOAD LOG --\n",
		  "p: verifier:\n3\n4\n5\n6\n7\nwhy\n");
	check_log("p: -- BEGIN PROG LOAD LOG --\nprocessed 9 insns\n-- END PROG LOAD LOG --\n",
		  "p: verifier:\n");
	check_log("p: -- BEGIN PROG LOAD LOG --\n-- END PROG LOAD LOG --\n", "p: verifier:\n");
	check_log("p: -- BEGIN PROG LOAD LOG --\nno newline", "p: verifier:\nno newline");

	memset(many, 'm', sizeof(many) - 1);
	many[sizeof(many) - 1] = '\0';
	sched_log_append(many);
	sched_log_append("end");
	CHECK_EQUAL(sched_log_take(log, sizeof(log)), SCHED_LOG_BYTES);
	CHECK_EQUAL(memcmp(log + SCHED_LOG_BYTES - 4, "mend", 4), 0);
	sched_log_append("the end");
	CHECK_EQUAL(sched_log_take(log, 3), 3);
	CHECK_EQUAL(memcmp(log, "end", 3), 0);

	memcpy(many, "p: -- BEGIN PROG LOAD LOG --\n", 29);
	sched_log_append(many);
	CHECK_EQUAL(sched_log_take(log, sizeof(log)), 13 + SCHED_LOG_VERIFIER_BYTES);
}

static void test_kernel(void)
{
	int64_t value;

	if (access("/sys/kernel/btf/vmlinux", R_OK)) {
		CHECK_EQUAL(sched_kernel_function("schedule"), -ENOENT);
		CHECK_EQUAL(sched_kernel_function_ends_with("schedule", "x"), -ENOENT);
		return;
	}
	CHECK_EQUAL(sched_kernel_function("schedule"), 1);
	CHECK_EQUAL(sched_kernel_function("no_such_function"), 0);
	CHECK_EQUAL(sched_kernel_function_ends_with("wake_up_process", "task_struct"), 1);
	CHECK_EQUAL(sched_kernel_function_ends_with("wake_up_process", "task_group"), 0);
	CHECK_EQUAL(sched_kernel_function_ends_with("schedule", "task_struct"), 0);
	CHECK_EQUAL(sched_kernel_function_ends_with("no_such_function", "task_struct"), 0);
	CHECK_EQUAL(sched_kernel_member("task_struct", "pid"), 1);
	CHECK_EQUAL(sched_kernel_member("task_struct", "no_such_member"), 0);
	CHECK_EQUAL(sched_kernel_member("no_such_struct", "pid"), 0);
	CHECK_EQUAL(sched_kernel_enum_value("bpf_map_type", "BPF_MAP_TYPE_RINGBUF", &value), 0);
	CHECK_EQUAL(value, 27);
	CHECK_EQUAL(sched_kernel_enum_value("bpf_map_type", "NONE", &value), -ENOENT);
}

static void test_thread(void)
{
	uint64_t faults[2] = { 0, 0 };
	cpu_set_t mask;
	int policy = sched_thread_policy(0);

	CHECK_EQUAL(sched_getaffinity(0, sizeof(mask), &mask), 0);
	CHECK_EQUAL(sched_thread_pin(0, &mask, sizeof(mask)), 0);
	CHECK_EQUAL(sched_thread_pin(0, &mask, 7), -EINVAL);
	CHECK_EQUAL(sched_thread_pin(0, &mask, 0), -EINVAL);
	CHECK_EQUAL(sched_thread_pin(0, NULL, 8), -EINVAL);
	CHECK_EQUAL(sched_effective_user_id(), geteuid());
	CHECK_EQUAL(sched_thread_faults(faults), 0);
	CHECK_EQUAL(faults[0] > 0, 1);
	CHECK_EQUAL(sched_thread_faults(NULL), -EINVAL);

	CHECK_EQUAL(policy >= 0, 1);
	CHECK_EQUAL(sched_thread_policy(-1), -EINVAL);
	CHECK_EQUAL(sched_thread_set_policy(0, SCHED_BATCH), 0);
	CHECK_EQUAL(sched_thread_policy(0), SCHED_BATCH);
	CHECK_EQUAL(sched_thread_set_policy(0, SCHED_OTHER), 0);
	CHECK_EQUAL(sched_thread_policy(0), SCHED_OTHER);
	CHECK_EQUAL(sched_thread_set_policy(0, SCHED_FIFO), -EINVAL);
	CHECK_EQUAL(sched_thread_set_policy(0, 99), -EINVAL);
	CHECK_EQUAL(sched_thread_set_policy(-1, SCHED_OTHER), -EINVAL);
	CHECK_EQUAL(sched_thread_set_policy(INT_MAX, SCHED_OTHER), -ESRCH);

	CHECK_EQUAL(sched_thread_priority(INT_MAX), -ESRCH);
	CHECK_EQUAL(sched_thread_set_nice(INT_MAX, 0), -ESRCH);
	CHECK_EQUAL(sched_thread_set_nice(0, 20 - sched_thread_priority(0)), 0);
}

static void test_huge_pages(void)
{
	int disabled = sched_memory_huge_pages_disabled();

	CHECK_EQUAL(disabled >= 0, 1);
	CHECK_EQUAL(sched_memory_disable_huge_pages(true), 0);
	CHECK_EQUAL(sched_memory_huge_pages_disabled() > 0, 1);
	CHECK_EQUAL(sched_memory_disable_huge_pages(false), 0);
	CHECK_EQUAL(sched_memory_huge_pages_disabled(), 0);
	CHECK_EQUAL(sched_memory_disable_huge_pages(disabled > 0), 0);
}

static void test_system(void)
{
	int pipe_fds[2], epoll;
	int64_t page;

	CHECK_EQUAL(pipe(pipe_fds), 0);
	epoll = sched_wait_create(pipe_fds[0]);
	CHECK_EQUAL(epoll >= 0, 1);
	CHECK_EQUAL(sched_wait(epoll, 0), 0);
	CHECK_EQUAL(write(pipe_fds[1], "x", 1), 1);
	CHECK_EQUAL(sched_wait(epoll, 1000), 1);
	CHECK_EQUAL(sched_close(epoll), 0);
	CHECK_EQUAL(sched_close(epoll), -EBADF);
	CHECK_EQUAL(sched_wait(epoll, 0), -EBADF);
	CHECK_EQUAL(sched_wait_create(-1), -EBADF);
	CHECK_EQUAL(sched_program_run(-1, NULL, 0) < 0, 1);
	close(pipe_fds[0]);
	close(pipe_fds[1]);

	page = sched_memory_page_bytes();
	CHECK_EQUAL(page >= 4096, 1);
	CHECK_EQUAL(sched_memory_map(-1, 0, page, false), -EBADF);
	CHECK_EQUAL(sched_memory_map(0, 0, 0, false), -EINVAL);
	CHECK_EQUAL(sched_memory_map(0, -1, page, false), -EINVAL);
	CHECK_EQUAL(sched_memory_unmap(0, page), -EINVAL);
	CHECK_EQUAL(sched_memory_unlock(), 0);
}

int main(int argc, char **argv)
{
	if (argc != 2) {
		fprintf(stderr, "usage: test_native libbpf_test.bpf.o\n");
		return 2;
	}
	object_path = argv[1];
	sched_log_init();
	test_handles();
	test_not_an_object();
	test_cut_off_object();
	test_closed_handle();
	test_layout_hash();
	test_enums();
	test_rodata();
	test_ops();
	test_maps_and_programs();
	test_log();
	test_kernel();
	test_thread();
	test_huge_pages();
	test_system();
	printf("%d checks, %d failed\n", checks, failures);
	return failures ? 1 : 0;
}
