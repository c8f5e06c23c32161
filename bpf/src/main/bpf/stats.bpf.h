/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * stats.bpf.h: counters. Each CPU writes its own entry, so a count costs one uncontended add.
 *
 * The add is atomic only against this CPU's own interrupts: a timer or exit callback may be
 * interrupted by an enqueue that counts in the same entry.
 */
#ifndef STATS_BPF_H
#define STATS_BPF_H

#include "maps.bpf.h"

static __always_inline struct sched_counters *cpu_counters(void)
{
	u32 cpu = bpf_get_smp_processor_id();

	return bpf_map_lookup_elem(&counters, &cpu);
}

#define count(member)										\
({												\
	struct sched_counters *___counters = cpu_counters();					\
	if (___counters)									\
		__sync_fetch_and_add(&___counters->member, 1);					\
})

#endif /* STATS_BPF_H */
