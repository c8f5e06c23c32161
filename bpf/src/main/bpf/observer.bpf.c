// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * observer.bpf.c: shadow mode. The policy sees what the kernel's own scheduler sees, and decides, and nothing of
 * that is carried out: this program changes no task.
 *
 *   sched_wakeup, sched_wakeup_new, preempted in sched_switch -> queued ring -> (Java) -> dispatched ring
 *        |                                                                                      |
 *        +-> sched_switch to the task ----> outcomes ring <---- take_decisions -----------------+
 *
 * A token is born as a task begins to wait and ends as the kernel gives it a CPU (or it is gone). It needs no
 * atomic claim: all events of a task come under the lock of its run queue. What a decision and the end of a wait
 * must both see lies in the slot of the token.
 *
 * The one kfunc is the iterator of numbers: 6.4 and newer, with or without sched_ext.
 */
#include "exited.bpf.h"
#include "shadow_abi.h"

char _license[] SEC("license") = "Dual BSD/GPL";

#define SLOT_ENDED (1ULL << 63)
#define HEAD_LEAD (1ULL << 62)	/* as in dispatched.bpf.h */

enum observer_constant {
	MAX_RT_PRIO = 100,		/* task_struct.prio of real time and deadline is smaller */
	LOAD_SHIFT = 10,		/* of sched_entity.load */
	LOAD_NICE_0 = 1024,
	WEIGHT_NICE_0 = 100,
	WEIGHT_MAX = 10000,
};

/* What became of a wake-up. */
enum observer_verdict {
	VERDICT_HANDED,
	VERDICT_DROPPED,
	VERDICT_OWN,
	VERDICT_RUNNING,
	VERDICT_WAITING,
	VERDICT_BYPASSED,
	VERDICT_OTHER_CLASS,
	VERDICT_UNTRACKED,
};

/* Non-zero: a task that may use one CPU only is not handed to the policy. */
const volatile u32 per_cpu_local;
/* CPUs that this kernel can have. */
const volatile u32 nr_cpu_ids = 1;

struct observed_task {
	u64 token;			/* of the wait that has not ended, 0 = it does not wait */
	u64 start_ns;			/* last time it got a CPU */
	u64 stop_ns;			/* last time it left one */
	u64 exec_runtime_ns;		/* CPU time since it last slept */
	u64 vtime;			/* of its last decision that came in time */
	s32 cpu;			/* it last ran on, if stop_ns is set */
	bool seen;			/* user space has had a record of it */
};

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct observed_task);
} observed_tasks SEC(".maps");

/* Kernel to user: shadow_outcome records. The engine sets the size before load. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4 << 20);
} outcomes SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, SCHED_INFLIGHT_SLOTS);
	__type(key, u32);
	__type(value, struct shadow_slot);
} waiting SEC(".maps");

/* One entry per possible CPU; the engine sets their number before load. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1024);
	__type(key, u32);
	__type(value, struct shadow_counters);
} observations SEC(".maps");

/* Never used at run time: it puts the enums and structs into this object's BTF. */
struct abi_anchor {
	enum sched_abi abi;
	enum shadow_outcome_kind kind;
	enum shadow_outcome_flag flag;
	struct sched_queued_task queued;
	struct sched_dispatched_task dispatched;
	struct shadow_outcome outcome;
};
const struct abi_anchor *abi_anchor;

#define observe(member)										\
({												\
	u32 ___cpu = bpf_get_smp_processor_id();						\
	struct shadow_counters *___entry = bpf_map_lookup_elem(&observations, &___cpu);		\
	if (___entry)										\
		__sync_fetch_and_add(&___entry->member, 1);					\
})

static __always_inline struct shadow_slot *slot_of(u64 token)
{
	u32 index = token & (SCHED_INFLIGHT_SLOTS - 1);

	return bpf_map_lookup_elem(&waiting, &index);
}

/* The weight that sched_ext would show: nice 0 is 100. */
static __always_inline u32 weight_of(struct task_struct *p)
{
	u64 load = p->se.load.weight >> LOAD_SHIFT;
	u64 weight = (load * WEIGHT_NICE_0 + LOAD_NICE_0 / 2) / LOAD_NICE_0;

	return weight < 1 ? 1 : weight > WEIGHT_MAX ? WEIGHT_MAX : weight;
}

/* What the kernel has chosen for this wait is not told: the policy is to choose by itself. */
static __always_inline s32 prev_cpu_of(struct task_struct *p, struct observed_task *task)
{
	s32 cpu = p->wake_cpu;

	barrier_var(cpu); /* or the compiler makes one load of the two, which the verifier refuses */
	return task->stop_ns && p->nr_cpus_allowed != 1 ? task->cpu : cpu;
}

static __always_inline bool is_own(struct sched_control *ctl, struct task_struct *p)
{
	return ctl->engine_tgid && p->tgid == ctl->engine_tgid;
}

/* The tasks that scx4j.bpf.c does not ask the policy about, as far as they can be told from outside. */
static __always_inline bool is_direct(struct task_struct *p)
{
	if (per_cpu_local && p->nr_cpus_allowed == 1)
		return true;
	if ((p->flags & PF_KTHREAD) && (p->nr_cpus_allowed == 1 || (p->flags & (PF_KSWAPD | PF_KCOMPACTD))))
		return true;
	return p->flags & PF_EXITING;
}

static __always_inline void submit_outcome(const struct shadow_outcome *outcome)
{
	if (bpf_ringbuf_output(&outcomes, (void *)outcome, sizeof(*outcome), BPF_RB_NO_WAKEUP))
		observe(nr_outcomes_dropped);
}

static __always_inline void note_waiting(struct task_struct *p, s32 cpu, u64 token, u64 now_ns)
{
	struct shadow_slot *slot = slot_of(token);

	if (!slot)
		return;
	if (slot->token && !(slot->token & SLOT_ENDED))
		count(nr_unwatched);
	slot->enqueue_ns = now_ns;
	slot->cpu = SCHED_CPU_ANY;
	slot->confined_cpu = p->nr_cpus_allowed == 1 ? cpu : -1;
	slot->pid = p->pid;
	/* Last, with a full barrier: it makes the slot valid. */
	__sync_lock_test_and_set(&slot->token, token);
}

static __always_inline u64 queued_flags(struct task_struct *p, struct observed_task *task, bool woken)
{
	u64 flags = 0;

	if (woken)
		flags |= SCHED_QUEUED_WAKEUP;
	if (p->flags & PF_KTHREAD)
		flags |= SCHED_QUEUED_KTHREAD;
	if (!task->seen)
		flags |= SCHED_QUEUED_NEW;
	if (p->nr_cpus_allowed == 1)
		flags |= SCHED_QUEUED_CONFINED;
	return flags;
}

/* Hands a task that waits to user space. Returns false if the ring is full. */
static __always_inline bool queue_waiting(struct sched_control *ctl, struct task_struct *p, struct observed_task *task,
					  bool woken)
{
	struct sched_queued_task *record;
	u64 token;

	count(nr_queued);
	record = send_exit_of_predecessor(ctl, p->pid) ? bpf_ringbuf_reserve(&queued, sizeof(*record), 0) : NULL;
	if (!record) {
		count(nr_congested);
		count(nr_kernel);
		return false;
	}
	token = __sync_fetch_and_add(&last_token, 1) + 1;
	record->kind = SCHED_EVENT_QUEUED;
	record->pid = p->pid;
	record->tgid = p->tgid;
	record->prev_cpu = prev_cpu_of(p, task);
	record->token = token;
	record->enqueue_ns = bpf_ktime_get_ns();
	record->flags = queued_flags(p, task, woken);
	record->start_ns = task->start_ns;
	record->stop_ns = task->stop_ns;
	record->exec_runtime_ns = task->exec_runtime_ns;
	record->sum_exec_runtime_ns = p->se.sum_exec_runtime;
	record->nvcsw = p->nvcsw;
	record->vtime = task->vtime;
	record->cgroup_id = BPF_CORE_READ(p, cgroups, dfl_cgrp, kn, id);
	record->weight = weight_of(p);
	record->nr_cpus_allowed = p->nr_cpus_allowed;
	__builtin_memcpy(record->comm, p->comm, sizeof(record->comm));
	record->reserved0 = 0;

	task->seen = true;
	task->token = token;
	note_waiting(p, record->prev_cpu, token, record->enqueue_ns);
	bpf_ringbuf_submit(record, submit_flags(ctl));
	return true;
}

static __always_inline struct observed_task *observed(struct task_struct *p, u64 flags)
{
	return bpf_task_storage_get(&observed_tasks, p, 0, flags);
}

/* A task begins to wait for a CPU. */
static __always_inline enum observer_verdict begin_wait(struct task_struct *p, bool woken)
{
	struct sched_control *ctl = control_words();
	struct observed_task *task;

	if (!ctl)
		return VERDICT_UNTRACKED;
	if (is_own(ctl, p)) {
		count(nr_engine);
		return VERDICT_OWN;
	}
	if (p->prio < MAX_RT_PRIO)
		return VERDICT_OTHER_CLASS;
	task = observed(p, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (!task)
		return VERDICT_UNTRACKED;
	if (task->token)
		return VERDICT_WAITING;
	if (woken)
		task->exec_runtime_ns = 0;
	if (is_direct(p)) {
		count(nr_direct);
		return VERDICT_BYPASSED;
	}
	return queue_waiting(ctl, p, task, woken) ? VERDICT_HANDED : VERDICT_DROPPED;
}

/* May the task use the CPU? The mask is read as memory: the kfunc for it is newer than user rings. */
static __always_inline bool is_allowed(struct task_struct *p, s32 cpu)
{
	u64 words = (u64)BPF_CORE_READ(p, cpus_ptr);
	u64 bits = 0;

	if (cpu < 0 || (u32)cpu >= nr_cpu_ids) /* beyond, the mask ends */
		return false;
	bpf_probe_read_kernel(&bits, sizeof(bits), (void *)(words + (u32)cpu / 64 * sizeof(bits)));
	return bits & 1ULL << (cpu & 63);
}

/* Takes the task's token away. Returns its slot, NULL if a later wait has taken that. */
static __always_inline struct shadow_slot *end_wait(struct observed_task *task, u64 token)
{
	struct shadow_slot *slot = slot_of(token);

	task->token = 0;
	if (slot && __sync_val_compare_and_swap(&slot->token, token, token | SLOT_ENDED) == token)
		return slot;
	observe(nr_unwatched_ended);
	return NULL;
}

/* The kernel gives a task that waits a CPU. */
static __always_inline void run_waiting(struct task_struct *p, struct observed_task *task, s32 cpu, u64 now_ns)
{
	struct shadow_outcome outcome = {
		.kind = SHADOW_OUTCOME_RAN,
		.cpu = cpu,
		.token = task->token,
		.time_ns = now_ns,
		.pid = p->pid,
	};
	struct shadow_slot *slot = end_wait(task, task->token);

	if (!slot) {
		count(nr_kernel);
		return;
	}
	outcome.enqueue_ns = slot->enqueue_ns;
	if (slot->confined_cpu >= 0)
		outcome.flags |= SHADOW_OUTCOME_CONFINED;
	if (slot->decided_token == outcome.token) {
		count(nr_decided);
		task->vtime = slot->vtime;
		if (slot->cpu != SCHED_CPU_ANY && slot->cpu != cpu && !is_allowed(p, slot->cpu)) {
			count(nr_bounced);
			outcome.flags |= SHADOW_OUTCOME_BOUNCED;
		}
	} else {
		count(nr_kernel);
	}
	submit_outcome(&outcome);
}

static __always_inline void publish_switch(struct sched_control *ctl, struct task_struct *next, u64 vtime, u32 cpu,
					   u64 now_ns)
{
	struct sched_cpu_state *state = bpf_map_lookup_elem(&cpu_states, &cpu);
	u64 *word = &ctl->idle_cpus[(cpu >> 6) & (SCHED_MAX_CPUS / 64 - 1)];
	u64 bit = 1ULL << (cpu & 63);

	if (!next->pid)
		__sync_fetch_and_or(word, bit);
	else if (*(volatile u64 *)word & bit)
		__sync_fetch_and_and(word, ~bit);
	if (!state)
		return;
	state->tgid = next->tgid;
	state->start_ns = now_ns;
	state->vtime = vtime;
	*(volatile s32 *)&state->pid = next->pid;
}

static __always_inline void count_verdict(enum observer_verdict verdict)
{
	switch (verdict) {
	case VERDICT_HANDED:
		observe(nr_handed);
		break;
	case VERDICT_DROPPED:
		observe(nr_dropped);
		break;
	case VERDICT_OWN:
		observe(nr_own);
		break;
	case VERDICT_RUNNING:
		observe(nr_running);
		break;
	case VERDICT_WAITING:
		observe(nr_waiting);
		break;
	case VERDICT_BYPASSED:
		observe(nr_bypassed);
		break;
	case VERDICT_OTHER_CLASS:
		observe(nr_other_class);
		break;
	default:
		observe(nr_untracked);
	}
}

/* A task that has not left its CPU yet does not wait; if it is still made to leave, sched_switch tells. */
SEC("tp_btf/sched_wakeup")
int BPF_PROG(observe_wakeup, struct task_struct *p)
{
	observe(nr_wakeups);
	count_verdict(p->on_cpu ? VERDICT_RUNNING : begin_wait(p, true));
	return 0;
}

SEC("tp_btf/sched_wakeup_new")
int BPF_PROG(observe_wakeup_new, struct task_struct *p)
{
	observe(nr_wakeups_new);
	count_verdict(begin_wait(p, true));
	return 0;
}

static __always_inline void leave_cpu(struct task_struct *prev, bool runnable, u32 cpu, u64 now_ns)
{
	struct observed_task *task = observed(prev, 0);

	if (task && task->start_ns > task->stop_ns) {
		task->exec_runtime_ns += now_ns - task->start_ns;
		task->stop_ns = now_ns;
		task->cpu = cpu;
	}
	if (runnable) {
		observe(nr_preempted);
		begin_wait(prev, false);
	}
}

SEC("tp_btf/sched_switch")
int BPF_PROG(observe_switch, bool preempt, struct task_struct *prev, struct task_struct *next, unsigned int prev_state)
{
	struct sched_control *ctl = control_words();
	u32 cpu = bpf_get_smp_processor_id();
	u64 now_ns = bpf_ktime_get_ns();
	struct observed_task *task = NULL;

	if (!ctl)
		return 0;
	if (next->pid && !is_own(ctl, next))
		task = observed(next, 0);
	if (task) {
		task->start_ns = now_ns;
		if (task->token)
			run_waiting(next, task, cpu, now_ns);
		else
			observe(nr_unqueued);
	}
	publish_switch(ctl, next, task ? task->vtime : 0, cpu, now_ns);
	if (prev->pid && !is_own(ctl, prev))
		leave_cpu(prev, preempt || !prev_state, cpu, now_ns);
	return 0;
}

/* Runs on the task itself; its last moments are nobody's decision. */
SEC("tp_btf/sched_process_exit")
int BPF_PROG(observe_exit, struct task_struct *p)
{
	struct sched_control *ctl = control_words();
	struct observed_task *task = observed(p, 0);

	if (!ctl || !task)
		return 0;
	if (task->token) {
		struct shadow_outcome outcome = {
			.kind = SHADOW_OUTCOME_GONE,
			.cpu = SCHED_CPU_ANY,
			.token = task->token,
			.time_ns = bpf_ktime_get_ns(),
			.pid = p->pid,
		};

		end_wait(task, task->token);
		count(nr_exited);
		submit_outcome(&outcome);
	}
	if (task->seen) {
		task->seen = false;
		queue_exit(ctl, p->pid, p->tgid);
	}
	return 0;
}

/* One decision. It is noted in the slot first, so that the end of the wait sees it, and then told. */
static long take_one(struct bpf_dynptr *dynptr, void *context)
{
	const struct sched_dispatched_task *decision = bpf_dynptr_data(dynptr, 0, sizeof(*decision));
	struct shadow_outcome outcome = { .kind = SHADOW_OUTCOME_DECIDED };
	struct shadow_slot *slot;
	u64 token;

	if (!decision)
		return 0;
	if (decision->flags & SCHED_DECISION_KICK) {
		observe(nr_kicks);
		return 0;
	}
	slot = slot_of(decision->token);
	token = slot ? *(volatile u64 *)&slot->token : 0;
	if (!decision->token || (token & ~SLOT_ENDED) != decision->token || slot->pid != decision->pid ||
	    slot->decided_token == decision->token) {
		count(nr_cancelled);
		return 0;
	}
	outcome.token = decision->token;
	outcome.pid = decision->pid;
	outcome.cpu = slot->confined_cpu >= 0 ? slot->confined_cpu : decision->cpu;
	outcome.vtime = decision->vtime;
	if (decision->flags & (SCHED_DECISION_PREEMPT | SCHED_DECISION_HEAD))
		outcome.vtime -= HEAD_LEAD;
	outcome.enqueue_ns = slot->enqueue_ns;
	outcome.time_ns = bpf_ktime_get_ns();
	slot->vtime = decision->vtime;
	slot->cpu = outcome.cpu;
	__sync_lock_test_and_set(&slot->decided_token, decision->token);
	if (token & SLOT_ENDED)
		observe(nr_late);
	submit_outcome(&outcome);
	return 0;
}

/*
 * Takes what user space has published. Run by BPF_PROG_RUN on the thread that has published, behind each batch: at
 * that moment a scheduler could carry it out. Not in sched_switch: there the run queue is locked, and each task of
 * the machine would wait for the drain.
 */
SEC("syscall")
int take_decisions(void *context)
{
	struct sched_control *ctl = control_words();
	long nr;

	if (!ctl)
		return 0;
	if (*(volatile s64 *)&nr_late_exits)
		send_late_exits(ctl);
	count(nr_drains);
	nr = bpf_user_ringbuf_drain(&dispatched, take_one, NULL, BPF_RB_NO_WAKEUP);
	return nr < 0 ? nr : 0;
}

SEC("syscall")
int caller_tgid(void *context)
{
	return bpf_get_current_pid_tgid() >> 32;
}

SEC("syscall")
int caller_pid(void *context)
{
	return (u32)bpf_get_current_pid_tgid();
}
