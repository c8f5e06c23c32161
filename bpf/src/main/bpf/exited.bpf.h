/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * exited.bpf.h: how user space hears that a task is gone, also when the queued ring is full.
 *
 * What does not fit is noted as one bit per pid, and sent later: by the timer, or by the enqueue of the next
 * task with that pid, ahead of its own record, so that the order of the two is kept.
 */
#ifndef EXITED_BPF_H
#define EXITED_BPF_H

#include "ring.bpf.h"

enum exited_limit {
	PID_LIMIT = 4 << 20,		/* PID_MAX_LIMIT of 64-bit kernels */
	SEND_WORDS = 1024,		/* of the bits that a timer tick looks at */
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, PID_LIMIT / 64);
	__type(key, u32);
	__type(value, u64);
} late_exits SEC(".maps");

s64 nr_late_exits;
u32 late_exits_cursor;

static __always_inline void submit_exit(struct sched_control *ctl, struct sched_queued_task *record, s32 pid,
					s32 tgid)
{
	__builtin_memset(record, 0, sizeof(*record));
	record->kind = SCHED_EVENT_EXIT;
	record->pid = pid;
	record->tgid = tgid;
	count(nr_exit_events);
	bpf_ringbuf_submit(record, submit_flags(ctl));
}

static __always_inline u64 *late_exits_word(u32 index)
{
	return bpf_map_lookup_elem(&late_exits, &index);
}

/* Tells user space that a task it has seen is gone. */
static __always_inline void queue_exit(struct sched_control *ctl, s32 pid, s32 tgid)
{
	struct sched_queued_task *record = bpf_ringbuf_reserve(&queued, sizeof(*record), 0);
	u64 bit = 1ULL << (pid & 63);
	u64 *word;

	if (record) {
		submit_exit(ctl, record, pid, tgid);
		return;
	}
	word = late_exits_word((u32)pid / 64);
	if (word && !(__sync_fetch_and_or(word, bit) & bit))
		__sync_fetch_and_add(&nr_late_exits, 1);
}

/*
 * Sends the exit that a bit stands for. Reserves first: whoever sees the bit gone may rely on the exit being
 * ahead in the ring. Returns false if there is no room.
 */
static __always_inline bool send_late_exit(struct sched_control *ctl, u64 *word, u64 bit, s32 pid)
{
	struct sched_queued_task *record;

	if (!(*(volatile u64 *)word & bit))
		return true;
	record = bpf_ringbuf_reserve(&queued, sizeof(*record), 0);
	if (!record)
		return false;
	if (!(__sync_fetch_and_and(word, ~bit) & bit)) {
		bpf_ringbuf_discard(record, BPF_RB_NO_WAKEUP);
		return true;
	}
	submit_exit(ctl, record, pid, 0);
	__sync_fetch_and_add(&nr_late_exits, -1);
	count(nr_exit_events_late);
	return true;
}

/* Number of the lowest bit that is set: a multiplication that shifts a de Bruijn sequence, and its table. */
static __always_inline u32 lowest_bit_number(u64 bits)
{
	static const u8 numbers[64] = {
		0,  1,  2,  53, 3,  7,  54, 27, 4,  38, 41, 8,  34, 55, 48, 28, 62, 5,  39, 46, 44, 42,
		22, 9,  24, 35, 59, 56, 49, 18, 29, 11, 63, 52, 6,  26, 37, 40, 33, 47, 61, 45, 43, 21,
		23, 58, 17, 10, 51, 25, 36, 32, 60, 20, 57, 16, 50, 31, 19, 15, 30, 14, 13, 12,
	};

	return numbers[((bits & -bits) * 0x022fdd63cc95386dULL) >> 58];
}

/* The timer's part. */
static __always_inline void send_late_exits(struct sched_control *ctl)
{
	struct bpf_iter_num it;

	bpf_iter_num_new(&it, 0, SEND_WORDS);
	while (bpf_iter_num_next(&it)) {
		u32 index = late_exits_cursor & (PID_LIMIT / 64 - 1);
		u64 *word = late_exits_word(index);
		u64 bits = word ? *(volatile u64 *)word : 0;

		if (!bits) {
			late_exits_cursor = index + 1;
		} else {
			u32 number = lowest_bit_number(bits);

			if (!send_late_exit(ctl, word, 1ULL << number, index * 64 + number))
				break;
		}
	}
	bpf_iter_num_destroy(&it);
}

/* Before the record of a task whose pid somebody else had. Returns false if there is no room. */
static __always_inline bool send_exit_of_predecessor(struct sched_control *ctl, s32 pid)
{
	u64 *word;

	if (!*(volatile s64 *)&nr_late_exits)
		return true;
	word = late_exits_word((u32)pid / 64);
	return !word || send_late_exit(ctl, word, 1ULL << (pid & 63), pid);
}

#endif /* EXITED_BPF_H */
