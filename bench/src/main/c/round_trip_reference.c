// SPDX-License-Identifier: Apache-2.0
/*
 * round_trip_reference.c: what a C program would need to answer the kernel's side first in, first out: the reference
 * of org.scx4j.bench.RoundTripBenchmark, for nothing else.
 *
 * It reads and writes the mapped rings directly, and does what the kernel's side asks of every engine: it counts its
 * duty cycles, reads at most 64 records and gives their room back, publishes the decisions with a full fence, and
 * looks whether a CPU waits. There is nothing between the two rings, and no figures are kept.
 */
#define _GNU_SOURCE
#include "sched_abi.h"

#include <errno.h>
#include <jni.h>
#include <linux/bpf.h>
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum {
	BATCH_LIMIT = 64,
	HEADER_BYTES = 8,
	BUSY_BIT = 1U << 31,
	DISCARD_BIT = 1U << 30,
	QUEUED_BYTES = HEADER_BYTES + sizeof(struct sched_queued_task),
	DISPATCHED_BYTES = HEADER_BYTES + sizeof(struct sched_dispatched_task),
	CACHE_LINE_PAIR_BYTES = 128,
	NICE = -20,
};

/* A ring's positions and data, as the kernel maps them: the data twice in a row. */
struct ring {
	uint64_t *consumer;
	uint64_t *producer;
	uint8_t *data;
	uint64_t mask;
	size_t mapped_bytes;
};

struct reference {
	struct ring queued;
	struct ring dispatched;
	struct sched_control *control;
	uint64_t queued_position;
	uint64_t dispatched_position;
	uint64_t dispatched_consumed;	/* as it was last looked at */
	int doorbell_fd;
	int cpu;
	int pauses;
	pthread_t thread;
	int has_thread;
	_Alignas(CACHE_LINE_PAIR_BYTES) int stopping;
};

static int run_program(int fd)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.test.prog_fd = (uint32_t)fd;
	return syscall(__NR_bpf, BPF_PROG_TEST_RUN, &attr, sizeof(attr)) < 0 ? -errno : (int)attr.test.retval;
}

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* False if the ring is full. */
static inline int offer(struct reference *reference, const struct sched_queued_task *task)
{
	struct ring *ring = &reference->dispatched;
	uint64_t position = reference->dispatched_position;
	struct sched_dispatched_task *decision;
	uint8_t *record;

	if (position + DISPATCHED_BYTES - reference->dispatched_consumed > ring->mask + 1) {
		reference->dispatched_consumed = __atomic_load_n(ring->consumer, __ATOMIC_ACQUIRE);
		if (position + DISPATCHED_BYTES - reference->dispatched_consumed > ring->mask + 1)
			return 0;
	}
	record = ring->data + (position & ring->mask);
	decision = (struct sched_dispatched_task *)(record + HEADER_BYTES);
	decision->pid = task->pid;
	decision->cpu = SCHED_CPU_ANY;
	decision->token = task->token;
	decision->slice_ns = 0;
	decision->vtime = 0;
	decision->flags = 0;
	decision->enqueue_ns = task->enqueue_ns;
	__atomic_store_n((uint32_t *)record, (uint32_t)sizeof(*decision), __ATOMIC_RELEASE);
	reference->dispatched_position = position + DISPATCHED_BYTES;
	return 1;
}

static inline void publish(struct reference *reference)
{
	struct sched_control *control = reference->control;

	__atomic_store_n(reference->dispatched.producer, reference->dispatched_position, __ATOMIC_RELEASE);
	__atomic_store_n(&control->published_bytes, reference->dispatched_position, __ATOMIC_SEQ_CST);
	if (__atomic_load_n(&control->idle_waiting, __ATOMIC_ACQUIRE)) {
		__atomic_store_n(&control->idle_waiting, 0, __ATOMIC_SEQ_CST);
		run_program(reference->doorbell_fd);
	}
}

/* One duty cycle. Returns the number of decisions. */
static inline int turn(struct reference *reference)
{
	struct ring *ring = &reference->queued;
	uint64_t position = reference->queued_position, end;
	int nr_decided = 0, nr_read = 0;

	__atomic_store_n(&reference->control->beats[0], reference->control->beats[0] + 1, __ATOMIC_RELAXED);
	end = __atomic_load_n(ring->producer, __ATOMIC_ACQUIRE);
	for (; position < end && nr_read < BATCH_LIMIT; nr_read++) {
		const uint8_t *record = ring->data + (position & ring->mask);
		const struct sched_queued_task *task = (const struct sched_queued_task *)(record + HEADER_BYTES);
		uint32_t length = __atomic_load_n((const uint32_t *)record, __ATOMIC_ACQUIRE);

		if (length & BUSY_BIT)
			break;
		if (!(length & DISCARD_BIT) && task->kind == SCHED_EVENT_QUEUED) {
			if (!offer(reference, task))
				break;
			nr_decided++;
		}
		position += QUEUED_BYTES;
	}
	if (nr_read) {
		reference->queued_position = position;
		__atomic_store_n(ring->consumer, position, __ATOMIC_RELEASE);
	}
	if (nr_decided)
		publish(reference);
	return nr_decided;
}

static void pause_briefly(void)
{
#if defined(__x86_64__)
	__builtin_ia32_pause();
#elif defined(__aarch64__)
	__asm__ volatile("isb");
#endif
}

static int enter(int cpu)
{
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(cpu, &cpus);
	if (sched_setaffinity(0, sizeof(cpus), &cpus))
		return -errno;
	setpriority(PRIO_PROCESS, (id_t)syscall(__NR_gettid), NICE);
	return 0;
}

static void *spin(void *context)
{
	struct reference *reference = context;

	if (enter(reference->cpu))
		return NULL;
	while (!__atomic_load_n(&reference->stopping, __ATOMIC_RELAXED)) {
		if (!turn(reference) && reference->pauses)
			pause_briefly();
	}
	return NULL;
}

/* The page before the data holds the producer position; a ring that user space writes differs in who may write it. */
static int map_ring(struct ring *ring, int fd, uint64_t bytes, int is_written)
{
	size_t page_bytes = (size_t)sysconf(_SC_PAGESIZE);
	int consumer_access = PROT_READ | (is_written ? 0 : PROT_WRITE);
	int producer_access = PROT_READ | (is_written ? PROT_WRITE : 0);
	void *address = mmap(NULL, page_bytes, consumer_access, MAP_SHARED, fd, 0);

	if (address == MAP_FAILED)
		return -errno;
	ring->consumer = address;
	ring->mapped_bytes = page_bytes + 2 * bytes;
	address = mmap(NULL, ring->mapped_bytes, producer_access, MAP_SHARED, fd, (off_t)page_bytes);
	if (address == MAP_FAILED)
		return -errno;
	ring->producer = address;
	ring->data = (uint8_t *)address + page_bytes;
	ring->mask = bytes - 1;
	return 0;
}

static void unmap_ring(struct ring *ring)
{
	if (ring->consumer)
		munmap(ring->consumer, (size_t)sysconf(_SC_PAGESIZE));
	if (ring->producer)
		munmap(ring->producer, ring->mapped_bytes);
}

static void unmap(struct reference *reference)
{
	unmap_ring(&reference->queued);
	unmap_ring(&reference->dispatched);
	if (reference->control)
		munmap(reference->control, sizeof(*reference->control));
	free(reference);
}

static int map(struct reference *reference, int queued_fd, int dispatched_fd, int control_fd, uint64_t ring_bytes)
{
	void *address;
	int err = map_ring(&reference->queued, queued_fd, ring_bytes, 0);

	if (!err)
		err = map_ring(&reference->dispatched, dispatched_fd, ring_bytes, 1);
	if (err)
		return err;
	address = mmap(NULL, sizeof(*reference->control), PROT_READ | PROT_WRITE, MAP_SHARED, control_fd, 0);
	if (address == MAP_FAILED)
		return -errno;
	reference->control = address;
	reference->queued_position = *reference->queued.consumer;
	reference->dispatched_position = *reference->dispatched.producer;
	reference->dispatched_consumed = *reference->dispatched.consumer;
	return 0;
}

/* ---- org.scx4j.bench.RoundTripReference */

static struct reference *reference_of(jlong handle)
{
	return (struct reference *)(intptr_t)handle;
}

JNIEXPORT jlong JNICALL Java_org_scx4j_bench_RoundTripReference_open(JNIEnv *env, jclass c, jint queued_fd,
								     jint dispatched_fd, jint control_fd,
								     jint doorbell_fd, jint ring_bytes)
{
	struct reference *reference = aligned_alloc(CACHE_LINE_PAIR_BYTES, sizeof(*reference));
	int err;

	(void)env, (void)c;
	if (!reference)
		return -ENOMEM;
	memset(reference, 0, sizeof(*reference));
	reference->doorbell_fd = doorbell_fd;
	err = map(reference, queued_fd, dispatched_fd, control_fd, (uint64_t)ring_bytes);
	if (err) {
		unmap(reference);
		return err;
	}
	return (jlong)(intptr_t)reference;
}

JNIEXPORT void JNICALL Java_org_scx4j_bench_RoundTripReference_close(JNIEnv *env, jclass c, jlong handle)
{
	(void)env, (void)c;
	unmap(reference_of(handle));
}

JNIEXPORT jint JNICALL Java_org_scx4j_bench_RoundTripReference_runProgram(JNIEnv *env, jclass c, jint fd)
{
	(void)env, (void)c;
	return run_program(fd);
}

JNIEXPORT jint JNICALL Java_org_scx4j_bench_RoundTripReference_turnAndRunProgram(JNIEnv *env, jclass c, jlong handle,
										 jint fd)
{
	(void)env, (void)c;
	turn(reference_of(handle));
	return run_program(fd);
}

/* The nanoseconds of each turn alone go to `times`. */
JNIEXPORT jint JNICALL Java_org_scx4j_bench_RoundTripReference_timeTurns(JNIEnv *env, jclass c, jlong handle, jint fd,
									 jlong times, jint count)
{
	uint64_t *times_ns = (uint64_t *)(intptr_t)times;

	(void)env, (void)c;
	for (jint i = 0; i < count; i++) {
		uint64_t begin_ns = now_ns();
		int err;

		turn(reference_of(handle));
		times_ns[i] = now_ns() - begin_ns;
		err = run_program(fd);
		if (err)
			return err;
	}
	return 0;
}

JNIEXPORT jint JNICALL Java_org_scx4j_bench_RoundTripReference_start(JNIEnv *env, jclass c, jlong handle, jint cpu,
								     jboolean pauses)
{
	struct reference *reference = reference_of(handle);
	int err;

	(void)env, (void)c;
	reference->cpu = cpu;
	reference->pauses = pauses;
	err = pthread_create(&reference->thread, NULL, spin, reference);
	reference->has_thread = !err;
	return -err;
}

JNIEXPORT void JNICALL Java_org_scx4j_bench_RoundTripReference_stop(JNIEnv *env, jclass c, jlong handle)
{
	struct reference *reference = reference_of(handle);

	(void)env, (void)c;
	if (reference->has_thread) {
		__atomic_store_n(&reference->stopping, 1, __ATOMIC_RELAXED);
		pthread_join(reference->thread, NULL);
		reference->has_thread = 0;
	}
}
