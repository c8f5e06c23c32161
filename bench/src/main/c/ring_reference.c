// SPDX-License-Identifier: Apache-2.0
/*
 * What MappedRingBenchmark compares with: the two rings by libbpf's own reader and writer. One JNI call does a whole
 * batch in C. Functions of org.scx4j.bench.RingReference; each returns >= 0, or -errno.
 */
#include <errno.h>
#include <jni.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/libbpf.h>

enum {
	MAX_RECORD_BYTES = 128,
};

struct ring_reader {
	struct ring_buffer *ring;
	unsigned char copy[MAX_RECORD_BYTES];
};

static void *pointer_of(jlong address)
{
	return (void *)(intptr_t)address;
}

/* Copies the record, as RingReader does. */
static int on_record(void *context, void *record, size_t bytes)
{
	struct ring_reader *reader = context;

	if (bytes > MAX_RECORD_BYTES)
		return -EINVAL;
	memcpy(reader->copy, record, MAX_RECORD_BYTES);
	/* Nobody reads the copy, so the compiler is told that somebody may. */
	__asm__ volatile("" : : "r"(reader->copy) : "memory");
	return 0;
}

JNIEXPORT jlong JNICALL Java_org_scx4j_bench_RingReference_openReader(JNIEnv *env, jclass c, jint map_fd)
{
	struct ring_reader *reader = calloc(1, sizeof(*reader));

	(void)env, (void)c;
	if (!reader)
		return -ENOMEM;
	reader->ring = ring_buffer__new(map_fd, on_record, reader, NULL);
	if (!reader->ring) {
		free(reader);
		return -errno;
	}
	return (jlong)(intptr_t)reader;
}

/* Takes all that is there. */
JNIEXPORT jint JNICALL Java_org_scx4j_bench_RingReference_consume(JNIEnv *env, jclass c, jlong handle)
{
	struct ring_reader *reader = pointer_of(handle);

	(void)env, (void)c;
	return ring_buffer__consume(reader->ring);
}

JNIEXPORT void JNICALL Java_org_scx4j_bench_RingReference_closeReader(JNIEnv *env, jclass c, jlong handle)
{
	struct ring_reader *reader = pointer_of(handle);

	(void)env, (void)c;
	ring_buffer__free(reader->ring);
	free(reader);
}

JNIEXPORT jlong JNICALL Java_org_scx4j_bench_RingReference_openWriter(JNIEnv *env, jclass c, jint map_fd)
{
	struct user_ring_buffer *ring = user_ring_buffer__new(map_fd, NULL);

	(void)env, (void)c;
	return ring ? (jlong)(intptr_t)ring : -errno;
}

/* Writes so many copies of one record; returns how many had room. */
JNIEXPORT jint JNICALL Java_org_scx4j_bench_RingReference_write(JNIEnv *env, jclass c, jlong handle, jlong record,
								 jint bytes, jint count)
{
	struct user_ring_buffer *ring = pointer_of(handle);
	int i;

	(void)env, (void)c;
	for (i = 0; i < count; i++) {
		void *room = user_ring_buffer__reserve(ring, (__u32)bytes);

		if (!room)
			break;
		memcpy(room, pointer_of(record), (size_t)bytes);
		user_ring_buffer__submit(ring, room);
	}
	return i;
}

JNIEXPORT void JNICALL Java_org_scx4j_bench_RingReference_closeWriter(JNIEnv *env, jclass c, jlong handle)
{
	(void)env, (void)c;
	user_ring_buffer__free(pointer_of(handle));
}
