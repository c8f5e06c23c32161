// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * empty.bpf.c: the smallest scheduler that sched_ext accepts. All is left to the kernel's defaults, so what attaching
 * it costs is what sched_ext itself costs.
 */
#define SEC(name) __attribute__((section(name), used))

char _license[] SEC("license") = "Dual BSD/GPL";

struct sched_ext_ops {
	char name[128];
};

SEC(".struct_ops.link")
struct sched_ext_ops empty_ops = {
	.name = "empty",
};
