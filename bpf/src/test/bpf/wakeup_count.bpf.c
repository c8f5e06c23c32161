// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * wakeup_count.bpf.c: counts all wake-ups of the machine, and nothing else: what the observer is held against.
 */
#include "kernel.bpf.h"

char _license[] SEC("license") = "Dual BSD/GPL";

/* One entry per possible CPU. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1024);
	__type(key, u32);
	__type(value, u64);
} wakeups SEC(".maps");

static __always_inline void count_wakeup(void)
{
	u32 cpu = bpf_get_smp_processor_id();
	u64 *nr = bpf_map_lookup_elem(&wakeups, &cpu);

	if (nr)
		__sync_fetch_and_add(nr, 1);
}

SEC("tp_btf/sched_wakeup")
int BPF_PROG(count_known, struct task_struct *p)
{
	count_wakeup();
	return 0;
}

SEC("tp_btf/sched_wakeup_new")
int BPF_PROG(count_new, struct task_struct *p)
{
	count_wakeup();
	return 0;
}
