// SPDX-License-Identifier: Apache-2.0
/*
 * ring.c: the two rings as the program sees them. Records keep their order; a reader stops at one that is still
 * being written. A drain of the user ring that meets another is refused with -EBUSY.
 */
#include "model.h"

enum {
	HEADER_BYTES = 8,
	BUSY = -16,
};

static u64 bytes_of(u64 bytes)
{
	return (bytes + HEADER_BYTES + 7) & ~7ULL;
}

void *bpf_ringbuf_reserve(void *ring, u64 bytes, u64 flags)
{
	struct record *record;

	(void)ring, (void)flags;
	point();
	if (m.queued_used_bytes + bytes_of(bytes) > m.queued_capacity_bytes || m.nr_reserved - m.nr_read == MAX_RECORDS)
		return NULL;
	record = &m.queued[m.nr_reserved++ % MAX_RECORDS];
	m.queued_used_bytes += bytes_of(bytes);
	*record = (struct record){ .busy = true, .bytes = bytes_of(bytes) };
	/* What was there before is not zeroed by the kernel. */
	memset(&record->task, 0xa5, sizeof(record->task));
	return &record->task;
}

static struct record *record_of(void *task)
{
	return (struct record *)((char *)task - offsetof(struct record, task));
}

void bpf_ringbuf_submit(void *task, u64 flags)
{
	(void)flags;
	point();
	record_of(task)->busy = false;
	progress();
}

void bpf_ringbuf_discard(void *task, u64 flags)
{
	(void)flags;
	point();
	record_of(task)->discarded = true;
	record_of(task)->busy = false;
}

u64 bpf_ringbuf_query(void *ring, u64 flags)
{
	(void)ring;
	point();
	return flags == BPF_RB_AVAIL_DATA ? m.queued_used_bytes : 0;
}

void *bpf_dynptr_data(const struct bpf_dynptr *dynptr, u32 offset, u32 bytes)
{
	(void)offset, (void)bytes;
	return *(void *const *)dynptr;
}

long bpf_user_ringbuf_drain(void *ring, void *callback, void *context, u64 flags)
{
	long (*take)(struct bpf_dynptr *dynptr, void *context) = callback;
	struct context *self = m.running;
	enum doing doing = self->doing;
	long nr = 0, stop = 0;

	(void)ring, (void)flags;
	point();
	if (m.is_draining)
		return BUSY;
	m.is_draining = true;
	while (!stop && m.nr_drained != m.nr_published) {
		struct sched_dispatched_task decision = m.decisions[m.nr_drained % MAX_DECISIONS];
		struct bpf_dynptr dynptr = { 0 };

		point();
		*(void **)&dynptr = &decision;
		self->doing = DOING_DRAIN;
		self->decision = &decision;
		self->look_step = m.step;
		stop = take(&dynptr, context);
		self->doing = doing;
		self->decision = NULL;
		m.nr_drained++;
		nr++;
		progress();
		point();
	}
	point();
	m.is_draining = false;
	return nr;
}
