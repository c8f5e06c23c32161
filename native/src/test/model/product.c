// SPDX-License-Identifier: Apache-2.0
/*
 * product.c: the BPF program as it ships, and what the model looks at inside it. It becomes a library of its own,
 * one for each defect that the tests plant (mutants), too. The compiler announces each of its memory accesses to
 * the model (-fsanitize=thread, with the model in place of the sanitizer's library): there it may be interrupted.
 */
#include "scx4j.bpf.c"
#include "product.h"

static struct sched_counters *counters_of(u32 cpu)
{
	return bpf_map_lookup_elem(&counters, &cpu);
}

static void reader_falls_asleep(u64 now_ns) { fall_asleep(control_words(), 0, now_ns); }

static void reader_wakes_up(void) { wake_up(0); }

const struct product product = {
	.ops = &scx4j_ops,
	.ring_doorbell = ring_doorbell,
	.fall_asleep = reader_falls_asleep,
	.wake_up = reader_wakes_up,
	.queued = &queued,
	.token_offset = offsetof(struct task_ctx, token),
	.seen_offset = offsetof(struct task_ctx, seen),
	.last_token = &last_token,
	.cursors = { &rescue_forgotten.cursor, &rescue_held_kthreads.cursor, &rescue_held.cursor },
	.nr_inflight = &nr_inflight,
	.nr_late_exits = &nr_late_exits,
	.control = control_words,
	.slot = inflight_slot,
	.counters = counters_of,
	.poll_ns = (volatile u64 *)&poll_ns,
	.rescue_ns = (volatile u64 *)&rescue_ns,
	.rescue_held_kthread_ns = (volatile u64 *)&rescue_held_kthread_ns,
	.rescue_held_ns = (volatile u64 *)&rescue_held_ns,
	.lease_ns = (volatile u64 *)&lease_ns,
	.queued_bytes = (volatile u64 *)&queued_bytes,
	.builtin_idle = (volatile u32 *)&builtin_idle,
	.low_power = (volatile u32 *)&low_power,
	.per_cpu_local = (volatile u32 *)&per_cpu_local,
	.late_binding = (volatile u32 *)&late_binding,
};
