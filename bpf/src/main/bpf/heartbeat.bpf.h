/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * heartbeat.bpf.h: a timer that makes up for a wake-up that nobody heard.
 *
 * A CPU that looks at the queues, finds nothing and has not yet told the kernel that it is idle can't be
 * found by whoever queues a task just then. And if decisions are published while every CPU is idle, nobody
 * calls ops.dispatch: the engine rings (ring_doorbell), but it may be descheduled just before. The timer
 * bounds both at HEARTBEAT_NS. It also wakes a reader that sleeps on a ring with records in it, follows what
 * user space has not answered, watches the engine's lease, sends late exits, and repeats calls for work.
 */
#ifndef HEARTBEAT_BPF_H
#define HEARTBEAT_BPF_H

#include "cpus.bpf.h"
#include "dispatched.bpf.h"
#include "usersched.bpf.h"

enum heartbeat_period {
	HEARTBEAT_NS = 2 * 1000 * 1000,
	ALL_CPUS_TICKS = 16,		/* between two looks at CPUs that are not known to be idle */
};

u32 heartbeat_ticks;

struct heartbeat {
	struct bpf_timer timer;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct heartbeat);
} heartbeats SEC(".maps");

/* Kicks one idle CPU: it drains for all, and kicks those that the decisions need. */
static __always_inline bool kick_any_idle_cpu(void)
{
	const struct cpumask *online = scx_bpf_get_online_cpumask();
	s32 cpu = scx_bpf_pick_idle_cpu(online, SCX_PICK_IDLE_NONE);

	scx_bpf_put_cpumask(online);
	if (cpu < 0)
		return false;
	count(nr_kicks);
	scx_bpf_kick_cpu(cpu, 0);
	return true;
}

/* Makes those CPUs give way that a preempting decision names: each of them then drains it. */
static __always_inline void kick_for_published(struct sched_control *ctl)
{
	struct bpf_iter_num it;
	u64 bits = 0;
	int *cpu;

	bpf_iter_num_new(&it, 0, ctl->nr_cpu_ids);
	while ((cpu = bpf_iter_num_next(&it))) {
		if (*cpu % 64 == 0)
			bits = __sync_lock_test_and_set(&ctl->kick_cpus[(*cpu / 64) & (SCHED_MAX_CPUS / 64 - 1)], 0);
		if ((bits & 1ULL << (*cpu & 63)) && has_published(ctl) && !is_hot_cpu(ctl, *cpu))
			scx_bpf_kick_cpu(*cpu, SCX_KICK_PREEMPT);
	}
	bpf_iter_num_destroy(&it);
}

static __always_inline void kick_cpus(struct sched_control *ctl, u64 flags)
{
	struct bpf_iter_num it;
	int *cpu;

	bpf_iter_num_new(&it, 0, ctl->nr_cpu_ids);
	while ((cpu = bpf_iter_num_next(&it)))
		scx_bpf_kick_cpu(*cpu, flags);
	bpf_iter_num_destroy(&it);
}

/* A task waits, and not every CPU may take it: each idle one has a look. */
static __always_inline void kick_idle_cpus(struct sched_control *ctl)
{
	/* Who was picked and got nothing is idle but not known as such: look at all of them now and then. */
	if (kick_any_idle_cpu() || heartbeat_ticks % ALL_CPUS_TICKS == 0)
		kick_cpus(ctl, SCX_KICK_IDLE);
}

/*
 * A task waits in the queue of a CPU that is idle. It was kicked as the decision was drained, but the insert is
 * carried out later, and a CPU that was busy then is not kicked at all; it may have looked and gone idle meanwhile.
 */
static __always_inline void kick_idle_owners(struct sched_control *ctl)
{
	struct bpf_iter_num it;
	int *cpu;

	bpf_iter_num_new(&it, 0, ctl->nr_cpu_ids);
	while ((cpu = bpf_iter_num_next(&it)))
		if (is_published_idle(ctl, *cpu) && scx_bpf_dsq_nr_queued(*cpu) > 0)
			scx_bpf_kick_cpu(*cpu, SCX_KICK_IDLE);
	bpf_iter_num_destroy(&it);
}

static __always_inline void wake_parked_reader(struct sched_control *ctl)
{
	void *record;

	if (!ctl->parked || !bpf_ringbuf_query(&queued, BPF_RB_AVAIL_DATA))
		return;
	record = bpf_ringbuf_reserve(&queued, 8, 0);
	if (record)
		bpf_ringbuf_discard(record, submit_flags(ctl));
}

static __always_inline bool has_queued(void)
{
	return scx_bpf_dsq_nr_queued(DSQ_SHARED) > 0 || scx_bpf_dsq_nr_queued(DSQ_FAIR) > 0 ||
	       scx_bpf_dsq_nr_queued(DSQ_ENGINE) > 0;
}

static int heartbeat(void *map, int *key, struct bpf_timer *timer)
{
	struct sched_control *ctl = control_words();

	count(nr_heartbeats);
	if (ctl) {
		u64 now_ns = bpf_ktime_get_ns();
		bool overdue;

		/* Each CPU shall look at what is to be done at once, and not when a long slice ends. */
		if (watch_lease(ctl, now_ns))
			kick_cpus(ctl, SCX_KICK_PREEMPT);
		overdue = follow_inflight(ctl, &rescue_forgotten, now_ns);
		overdue |= follow_inflight(ctl, &rescue_held_kthreads, now_ns);
		overdue |= follow_inflight(ctl, &rescue_held, now_ns);
		if (has_queued())
			kick_idle_cpus(ctl);
		else if (overdue || has_published(ctl))
			kick_any_idle_cpu();
		kick_idle_owners(ctl);
		if (late_binding && *(volatile s64 *)&nr_inflight > 0)
			repeat_cpu_events(ctl);
		if (*(volatile s64 *)&nr_late_exits)
			send_late_exits(ctl);
		if (++heartbeat_ticks % HELPER_WINDOW_TICKS == 0)
			helper_used_ns = 0;
		wake_parked_reader(ctl);
	}
	bpf_timer_start(timer, HEARTBEAT_NS, 0);
	return 0;
}

static __always_inline int start_heartbeat(void)
{
	u32 zero = 0;
	struct heartbeat *beat = bpf_map_lookup_elem(&heartbeats, &zero);

	if (!beat)
		return -1;
	bpf_timer_init(&beat->timer, &heartbeats, CLOCK_MONOTONIC_ID);
	bpf_timer_set_callback(&beat->timer, heartbeat);
	return bpf_timer_start(&beat->timer, HEARTBEAT_NS, 0);
}

#endif /* HEARTBEAT_BPF_H */
