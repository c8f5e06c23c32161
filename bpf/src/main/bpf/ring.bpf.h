/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * ring.bpf.h: how a record is submitted to the queued ring: with a wake-up only for a reader that sleeps.
 *
 * Every producer does an atomic operation (full barrier) between its reservation, which moves the ring's
 * producer position, and the look at `parked`. The reader sets `parked`, fences, and looks at the producer
 * position. So either we see it parked and ring, or it sees our record and does not sleep.
 */
#ifndef RING_BPF_H
#define RING_BPF_H

#include "stats.bpf.h"

/* Flags to submit with: a wake-up only for a sleeping reader, and only one. */
static __always_inline u64 submit_flags(struct sched_control *ctl)
{
	if (!ctl->parked || !__sync_lock_test_and_set(&ctl->parked, 0))
		return BPF_RB_NO_WAKEUP;
	count(nr_wakeups);
	return BPF_RB_FORCE_WAKEUP;
}

#endif /* RING_BPF_H */
