/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * kernel.bpf.h: the few kernel types, constants and kfuncs that scx4j touches.
 *
 * Members are found at load time through CO-RE, so only their names and types matter here, not their
 * order. Constants are the kernel's stable sched_ext interface (include/linux/sched/ext.h and
 * kernel/sched/ext_internal.h). Kfuncs are weak: a variant that the running kernel lacks is compiled
 * out by the verifier, which is how one object serves 6.12 to 7.3.
 */
#ifndef KERNEL_BPF_H
#define KERNEL_BPF_H

#include <linux/bpf.h>
#include <linux/types.h>
#include <stdbool.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>

typedef __u8 u8;
typedef __u16 u16;
typedef __s32 s32;
typedef __u32 u32;
typedef __s64 s64;
typedef __u64 u64;

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

/* Complete, although its bits are never read here: libbpf refuses a kfunc whose argument is only declared. */
struct cpumask {
	unsigned long bits[1];
};

struct kernfs_node {
	u64 id;
};

struct cgroup {
	struct kernfs_node *kn;
};

struct css_set {
	struct cgroup *dfl_cgrp;
};

struct load_weight {
	unsigned long weight;
};

struct sched_entity {
	struct load_weight load;
	u64 sum_exec_runtime;
};

struct sched_ext_entity {
	u32 flags;
	u32 weight;
	u64 slice;
	u64 dsq_vtime;
};

struct signal_struct {
	unsigned int flags;
};

struct task_struct {
	unsigned int flags;
	int pid;
	int tgid;
	int on_cpu;
	int wake_cpu;
	int prio;
	int nr_cpus_allowed;
	const struct cpumask *cpus_ptr;
	unsigned short migration_disabled;
	struct sched_entity se;
	struct sched_ext_entity scx;
	unsigned long nvcsw;
	struct css_set *cgroups;
	struct signal_struct *signal;
	char comm[16];
};

enum scx_exit_kind {
	SCX_EXIT_NONE = 0,
	SCX_EXIT_ERROR = 1024,
};

struct scx_exit_info {
	enum scx_exit_kind kind;
	s64 exit_code;
	const char *reason;
	char *msg;
	char *dump;
};

#pragma clang attribute pop

struct scx_init_task_args;
struct scx_exit_task_args;

/* Only the members that we set; libbpf matches them by name with the kernel's own. */
struct sched_ext_ops {
	s32 (*select_cpu)(struct task_struct *p, s32 prev_cpu, u64 wake_flags);
	void (*enqueue)(struct task_struct *p, u64 enq_flags);
	void (*dequeue)(struct task_struct *p, u64 deq_flags);
	void (*dispatch)(s32 cpu, struct task_struct *prev);
	void (*runnable)(struct task_struct *p, u64 enq_flags);
	void (*running)(struct task_struct *p);
	void (*stopping)(struct task_struct *p, bool runnable);
	void (*update_idle)(s32 cpu, bool idle);
	s32 (*init_task)(struct task_struct *p, struct scx_init_task_args *args);
	void (*exit_task)(struct task_struct *p, struct scx_exit_task_args *args);
	s32 (*init)(void);
	void (*exit)(struct scx_exit_info *info);
	u32 dispatch_max_batch;
	u64 flags;
	u32 timeout_ms;
	u32 exit_dump_len;
	u64 hotplug_seq;
	char name[128];
};

/* Argument block of __scx_bpf_dsq_insert_vtime(), 6.19 and later. */
struct scx_bpf_dsq_insert_vtime_args {
	u64 dsq_id;
	u64 slice;
	u64 vtime;
	u64 enq_flags;
};

enum task_flag {
	PF_EXITING = 0x00000004,
	PF_KSWAPD = 0x00020000,
	PF_KTHREAD = 0x00200000,
	PF_KCOMPACTD = 0x00010000,
};

enum signal_flag {
	SIGNAL_GROUP_EXIT = 0x00000004,	/* each thread of the process is about to exit */
};

enum scx_constant {
	SCX_TASK_QUEUED = 1,		/* sched_ext_entity.flags: runnable */
	SCX_PICK_IDLE_NONE = 0,
	SCX_PICK_IDLE_CORE = 1,		/* pick one whose SMT siblings are idle too */
	SCX_KICK_IDLE = 1,		/* kick only if the CPU is idle */
	SCX_KICK_PREEMPT = 2,		/* the running task's slice ends */
	SCX_NUMA_NODE_ANY = -1,
	CLOCK_MONOTONIC_ID = 1,
	EBUSY_ERRNO = 16,
};

#define SCX_ENQ_WAKEUP (1ULL << 0)
#define SCX_ENQ_CPU_SELECTED (1ULL << 10)
#define SCX_ENQ_PREEMPT (1ULL << 32)
#define SCX_ENQ_REENQ (1ULL << 40)
#define SCX_DSQ_LOCAL ((1ULL << 63) | 2)

struct task_struct *bpf_task_from_pid(s32 pid) __ksym;
void bpf_task_release(struct task_struct *p) __ksym;
bool bpf_cpumask_test_cpu(u32 cpu, const struct cpumask *cpumask) __ksym;
u32 bpf_cpumask_weight(const struct cpumask *cpumask) __ksym;
void bpf_rcu_read_lock(void) __ksym;
void bpf_rcu_read_unlock(void) __ksym;

s32 scx_bpf_create_dsq(u64 dsq_id, s32 node) __ksym;
s32 scx_bpf_dsq_nr_queued(u64 dsq_id) __ksym;
s32 scx_bpf_select_cpu_dfl(struct task_struct *p, s32 prev_cpu, u64 wake_flags, bool *is_idle) __ksym;
s32 scx_bpf_pick_idle_cpu(const struct cpumask *cpus_allowed, u64 flags) __ksym;
bool scx_bpf_test_and_clear_cpu_idle(s32 cpu) __ksym;
const struct cpumask *scx_bpf_get_online_cpumask(void) __ksym;
void scx_bpf_put_cpumask(const struct cpumask *cpumask) __ksym;
void scx_bpf_kick_cpu(s32 cpu, u64 flags) __ksym;
u32 scx_bpf_nr_cpu_ids(void) __ksym;
s32 scx_bpf_task_cpu(const struct task_struct *p) __ksym;
u32 scx_bpf_dispatch_nr_slots(void) __ksym;
void scx_bpf_dispatch_cancel(void) __ksym;
void scx_bpf_exit_bstr(s64 exit_code, char *format, unsigned long long *values, u32 values_bytes) __ksym;
void scx_bpf_error_bstr(char *format, unsigned long long *values, u32 values_bytes) __ksym;

/*
 * Variants. libbpf looks a kfunc up under its name without the last ___suffix; the newest comes first
 * in each wrapper. 6.12: dispatch and consume; 6.13: dsq_insert and dsq_move_to_local; 6.19: insert
 * reports success, vtime arguments in a block, setters; 7.1: move_to_local takes flags.
 */
bool scx_bpf_dsq_insert___v2___bool(struct task_struct *p, u64 dsq_id, u64 slice, u64 enq_flags) __ksym __weak;
void scx_bpf_dsq_insert___void(struct task_struct *p, u64 dsq_id, u64 slice, u64 enq_flags) __ksym __weak;
void scx_bpf_dispatch___void(struct task_struct *p, u64 dsq_id, u64 slice, u64 enq_flags) __ksym __weak;
bool __scx_bpf_dsq_insert_vtime(struct task_struct *p, struct scx_bpf_dsq_insert_vtime_args *args) __ksym __weak;
void scx_bpf_dsq_insert_vtime___void(struct task_struct *p, u64 dsq_id, u64 slice, u64 vtime,
				     u64 enq_flags) __ksym __weak;
void scx_bpf_dispatch_vtime___void(struct task_struct *p, u64 dsq_id, u64 slice, u64 vtime,
				   u64 enq_flags) __ksym __weak;
bool scx_bpf_dsq_move_to_local___v2___flags(u64 dsq_id, u64 enq_flags) __ksym __weak;
bool scx_bpf_dsq_move_to_local___plain(u64 dsq_id) __ksym __weak;
bool scx_bpf_consume___plain(u64 dsq_id) __ksym __weak;
bool scx_bpf_task_set_slice(struct task_struct *p, u64 slice) __ksym __weak;

static __always_inline void dsq_insert(struct task_struct *p, u64 dsq_id, u64 slice_ns, u64 enq_flags)
{
	if (bpf_ksym_exists(scx_bpf_dsq_insert___v2___bool))
		scx_bpf_dsq_insert___v2___bool(p, dsq_id, slice_ns, enq_flags);
	else if (bpf_ksym_exists(scx_bpf_dsq_insert___void))
		scx_bpf_dsq_insert___void(p, dsq_id, slice_ns, enq_flags);
	else
		scx_bpf_dispatch___void(p, dsq_id, slice_ns, enq_flags);
}

static __always_inline void dsq_insert_vtime(struct task_struct *p, u64 dsq_id, u64 slice_ns, u64 vtime,
					     u64 enq_flags)
{
	if (bpf_ksym_exists(__scx_bpf_dsq_insert_vtime)) {
		struct scx_bpf_dsq_insert_vtime_args args = {
			.dsq_id = dsq_id,
			.slice = slice_ns,
			.vtime = vtime,
			.enq_flags = enq_flags,
		};

		__scx_bpf_dsq_insert_vtime(p, &args);
	} else if (bpf_ksym_exists(scx_bpf_dsq_insert_vtime___void)) {
		scx_bpf_dsq_insert_vtime___void(p, dsq_id, slice_ns, vtime, enq_flags);
	} else {
		scx_bpf_dispatch_vtime___void(p, dsq_id, slice_ns, vtime, enq_flags);
	}
}

static __always_inline bool dsq_move_to_local(u64 dsq_id)
{
	if (bpf_ksym_exists(scx_bpf_dsq_move_to_local___v2___flags))
		return scx_bpf_dsq_move_to_local___v2___flags(dsq_id, 0);
	if (bpf_ksym_exists(scx_bpf_dsq_move_to_local___plain))
		return scx_bpf_dsq_move_to_local___plain(dsq_id);
	return scx_bpf_consume___plain(dsq_id);
}

/* What the running task has left. With 0 the kernel queues it again instead of keeping it where it is. */
static __always_inline void set_slice(struct task_struct *p, u64 slice_ns)
{
	if (bpf_ksym_exists(scx_bpf_task_set_slice))
		scx_bpf_task_set_slice(p, slice_ns);
	else
		p->scx.slice = slice_ns;
}

/* Ends the scheduler with a message: an invariant is broken. At most four values. */
#define scheduler_error(format, ...)								\
({												\
	static char ___format[] = format;							\
	unsigned long long ___values[] = { __VA_ARGS__ };					\
	scx_bpf_error_bstr(___format, ___values, sizeof(___values));				\
})

/* Ends the scheduler with a message: all is well, but it is not wanted any more. One to four values. */
#define scheduler_exit(format, ...)								\
({												\
	static char ___format[] = format;							\
	unsigned long long ___values[] = { __VA_ARGS__ };					\
	scx_bpf_exit_bstr(0, ___format, ___values, sizeof(___values));				\
})

#define OPS(name, args...) SEC("struct_ops/" #name) BPF_PROG(scx4j_##name, ##args)
#define OPS_SLEEPABLE(name, args...) SEC("struct_ops.s/" #name) BPF_PROG(scx4j_##name, ##args)

#endif /* KERNEL_BPF_H */
