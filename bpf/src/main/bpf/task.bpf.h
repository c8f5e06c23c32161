/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * task.bpf.h: what the scheduler remembers of a task, and the life of its token.
 *
 * A token is born in enqueue and ends exactly once: claimed by a decision or a rescue (cmpxchg), or cleared
 * as the task leaves (xchg). Whoever ends it counts how. Token 0 means: user space owns nothing of this task.
 */
#ifndef TASK_BPF_H
#define TASK_BPF_H

#include "lease.bpf.h"

struct task_ctx {
	u64 token;			/* of the enqueue that user space has not answered, 0 = none */
	u64 start_ns;			/* last time it got a CPU */
	u64 stop_ns;			/* last time it left one */
	u64 exec_runtime_ns;		/* CPU time since it last slept */
	u64 vtime;			/* of its last decision */
	u64 rest_ns;			/* of its slice, as a higher class drove it off its CPU; 0 = that was not so */
	u64 fair_vtime;			/* its place in the kernel-side fair lane */
	bool cpu_idle;			/* select_cpu found an idle CPU for it */
	bool seen;			/* user space has had a record of it */
	bool memory_kthread;		/* khugepaged: must run for user space to run */
	bool admitted;			/* a thread of the engine's process that asked to be scheduled by the policy */
};

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct task_ctx);
} task_ctxs SEC(".maps");

static __always_inline struct task_ctx *task_ctx_of(struct task_struct *p)
{
	return bpf_task_storage_get(&task_ctxs, p, 0, 0);
}

static __always_inline bool is_memory_kthread_name(const char *comm)
{
	static const char khugepaged[] = "khugepaged";

	for (u32 i = 0; i < sizeof(khugepaged); i++)
		if (comm[i] != khugepaged[i])
			return false;
	return true;
}

#endif /* TASK_BPF_H */
