/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * lease.bpf.h: for how long a silent engine keeps its say.
 *
 * Each thread of the event path counts its duty cycles in a word of its own. The timer reads them: one that
 * has not moved for lease_ns, although its thread does not sleep for want of work, means that the engine is
 * stopped, paused, dead or busy with a policy that does not return. Then the lease is lost: enqueues go to the
 * fair lane, and dispatch calls take back all that user space still has (inflight.bpf.h). As soon as the words
 * move again the engine has its say again; decisions about what was taken back are cancelled by their tokens.
 *
 * A count instead of a time: it costs the engine a store, and enqueue the load of two words.
 *
 * A thread that sleeps although there may be work is stopped, or waits for the garbage collector or a page. That
 * the kernel knows at once: enqueues go to the fair lane until the thread runs again, and what user space still
 * has is taken back after a fifth of the time.
 */
#ifndef LEASE_BPF_H
#define LEASE_BPF_H

#include "stats.bpf.h"

/* After which a silent engine loses its say, 0 = never. */
const volatile u64 lease_ns = 5 * 1000 * 1000;

enum lease_share {
	LEASE_ASLEEP = 5,		/* so much shorter for a thread that is known to sleep */
};

struct lease_watch {
	u64 beats;
	u64 moved_ns;			/* when the beats were last seen to move, or need not to */
	u64 asleep_beats;		/* as it fell asleep, and when that was */
	u64 asleep_ns;
};

struct lease_watch lease_watches[SCHED_MAX_HOT_THREADS];

/* Hot threads that sleep although there may be work: a bit for each slot. */
u64 asleep_threads;

static __always_inline bool is_lease_lost(struct sched_control *ctl)
{
	return *(volatile u64 *)&ctl->lease_lost_at_ns;
}

static __always_inline bool is_asleep(void)
{
	return *(volatile u64 *)&asleep_threads;
}

/* The one thread that may sleep is the reader, in the first slot. */
static __always_inline bool is_parked(struct sched_control *ctl, u32 slot)
{
	return !slot && *(volatile u32 *)&ctl->parked;
}

static __always_inline void fall_asleep(struct sched_control *ctl, u32 slot, u64 now_ns)
{
	struct lease_watch *watch = &lease_watches[slot & (SCHED_MAX_HOT_THREADS - 1)];

	if (!lease_ns || is_parked(ctl, slot))
		return;
	watch->asleep_beats = *(volatile u64 *)&ctl->beats[slot * SCHED_BEAT_WORDS];
	watch->asleep_ns = now_ns;
	__sync_fetch_and_or(&asleep_threads, 1ULL << slot);
}

static __always_inline void wake_up(u32 slot) { __sync_fetch_and_and(&asleep_threads, ~(1ULL << slot)); }

static __always_inline bool is_silent(struct sched_control *ctl, u32 slot, u64 now_ns)
{
	struct lease_watch *watch = &lease_watches[slot];
	u64 beats = *(volatile u64 *)&ctl->beats[slot * SCHED_BEAT_WORDS];

	if (*(volatile u64 *)&asleep_threads & 1ULL << slot) {
		if (beats == watch->asleep_beats)
			return (s64)(now_ns - watch->asleep_ns) >= (s64)(lease_ns / LEASE_ASLEEP);
		wake_up(slot); /* it runs in a class where we do not see it */
	}
	if (beats != watch->beats || !watch->moved_ns || is_parked(ctl, slot)) {
		watch->beats = beats;
		watch->moved_ns = now_ns;
		return false;
	}
	return now_ns - watch->moved_ns >= lease_ns;
}

/* The timer's part; it alone writes these words. Returns true if the lease has just been lost. */
static __always_inline bool watch_lease(struct sched_control *ctl, u64 now_ns)
{
	s32 silent = -1;

	if (!lease_ns)
		return false;
	for (u32 slot = 0; slot < SCHED_MAX_HOT_THREADS; slot++) {
		if (!ctl->hot_tids[slot])
			wake_up(slot);
		else if (is_silent(ctl, slot, now_ns))
			silent = slot;
	}
	if (silent >= 0 && !is_lease_lost(ctl)) {
		ctl->lease_lost_thread = ctl->hot_tids[silent];
		ctl->nr_leases_lost++;
		__sync_lock_test_and_set(&ctl->lease_lost_at_ns, now_ns);
		return true;
	}
	if (silent < 0 && is_lease_lost(ctl)) {
		u64 lost_ns = now_ns - ctl->lease_lost_at_ns;

		ctl->lease_lost_ns += lost_ns;
		if (lost_ns > ctl->lease_lost_max_ns)
			ctl->lease_lost_max_ns = lost_ns;
		__sync_lock_test_and_set(&ctl->lease_lost_at_ns, 0);
	}
	return false;
}

#endif /* LEASE_BPF_H */
