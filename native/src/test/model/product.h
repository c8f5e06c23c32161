/* SPDX-License-Identifier: Apache-2.0 */
/*
 * product.h: what the model looks at inside the BPF program. Everything else it sees as a kernel would.
 */
#ifndef MODEL_PRODUCT_H
#define MODEL_PRODUCT_H

#include "kernel.bpf.h"
#include "sched_abi.h"

struct product {
	struct sched_ext_ops *ops;
	int (*ring_doorbell)(void *context);
	void (*fall_asleep)(u64 now_ns);	/* the reader, for another reason than want of work */
	void (*wake_up)(void);
	void *queued;
	size_t token_offset;		/* in the storage of a task */
	size_t seen_offset;
	u64 *last_token;
	u64 *cursors[3];		/* of rescue */
	s64 *nr_inflight;
	s64 *nr_late_exits;
	/* the maps with one entry or an entry per slot, CPU */
	struct sched_control *(*control)(void);
	struct sched_inflight_slot *(*slot)(u64 token);
	struct sched_counters *(*counters)(u32 cpu);
	/* options, constant after load */
	volatile u64 *poll_ns;
	volatile u64 *rescue_ns;
	volatile u64 *rescue_held_kthread_ns;
	volatile u64 *rescue_held_ns;
	volatile u64 *lease_ns;
	volatile u64 *queued_bytes;
	volatile u32 *builtin_idle;
	volatile u32 *low_power;
	volatile u32 *per_cpu_local;
	volatile u32 *late_binding;
};

#endif /* MODEL_PRODUCT_H */
