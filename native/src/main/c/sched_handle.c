// SPDX-License-Identifier: Apache-2.0
#include "sched_handle.h"

#include <errno.h>
#include <pthread.h>
#include <stddef.h>

/* A handle is (generation << 8) | slot; the generation grows with every use of the slot. */
enum {
	SLOT_BITS = 8,
	SLOT_MASK = (1 << SLOT_BITS) - 1,
};

_Static_assert(SCHED_HANDLE_SLOTS == 1 << SLOT_BITS, "a slot number fits its bits");

struct slot {
	enum sched_handle_kind kind;
	uint32_t generation;
	void *value;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct slot slots[SCHED_HANDLE_SLOTS];

/* The slot of an open handle, or NULL; the lock is held. */
static struct slot *find(enum sched_handle_kind kind, int64_t handle)
{
	struct slot *slot;

	if (handle <= 0)
		return NULL;
	slot = &slots[handle & SLOT_MASK];
	if (slot->kind != kind || slot->generation != handle >> SLOT_BITS)
		return NULL;
	return slot;
}

int64_t sched_handle_put(enum sched_handle_kind kind, void *value)
{
	int64_t handle = -EMFILE;

	pthread_mutex_lock(&lock);
	for (int i = 0; i < SCHED_HANDLE_SLOTS; i++) {
		struct slot *slot = &slots[i];

		if (slot->kind != SCHED_HANDLE_FREE)
			continue;
		slot->kind = kind;
		slot->value = value;
		if (++slot->generation == 0)
			slot->generation = 1;
		handle = (int64_t)slot->generation << SLOT_BITS | i;
		break;
	}
	pthread_mutex_unlock(&lock);
	return handle;
}

void *sched_handle_get(enum sched_handle_kind kind, int64_t handle)
{
	struct slot *slot;
	void *value = NULL;

	pthread_mutex_lock(&lock);
	slot = find(kind, handle);
	if (slot)
		value = slot->value;
	pthread_mutex_unlock(&lock);
	return value;
}

void *sched_handle_take(enum sched_handle_kind kind, int64_t handle)
{
	struct slot *slot;
	void *value = NULL;

	pthread_mutex_lock(&lock);
	slot = find(kind, handle);
	if (slot) {
		value = slot->value;
		slot->value = NULL;
		slot->kind = SCHED_HANDLE_FREE;
	}
	pthread_mutex_unlock(&lock);
	return value;
}
