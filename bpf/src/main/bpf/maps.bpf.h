/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * maps.bpf.h: everything that outlives one call: the two rings, the mapped words, per-task storage.
 */
#ifndef MAPS_BPF_H
#define MAPS_BPF_H

#include "kernel.bpf.h"
#include "sched_abi.h"

/* Kernel to user: sched_queued_task records. The engine sets the size before load. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4 << 20);
} queued SEC(".maps");

/* User to kernel: sched_dispatched_task records. */
struct {
	__uint(type, BPF_MAP_TYPE_USER_RINGBUF);
	__uint(max_entries, 4 << 20);
} dispatched SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct sched_control);
} control SEC(".maps");

/* One entry per possible CPU; the engine sets their number before load. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1024);
	__type(key, u32);
	__type(value, struct sched_counters);
} counters SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct sched_exit_record);
} exit_record SEC(".maps");

/* One entry per possible CPU; the engine sets their number before load. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1024);
	__type(key, u32);
	__type(value, struct sched_cpu_state);
} cpu_states SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, SCHED_INFLIGHT_SLOTS);
	__type(key, u32);
	__type(value, struct sched_inflight_slot);
} inflight SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct sched_cpu_selection);
} cpu_selection SEC(".maps");

static __always_inline struct sched_control *control_words(void)
{
	u32 zero = 0;

	return bpf_map_lookup_elem(&control, &zero);
}

/* The token of the newest enqueue. Never reset while the machine runs the scheduler: tokens are unique. */
u64 last_token;

#endif /* MAPS_BPF_H */
