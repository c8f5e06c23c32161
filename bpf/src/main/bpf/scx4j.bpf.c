// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * scx4j.bpf.c: the sched_ext scheduler whose policy lives in user space.
 *
 *   enqueue -> queued ring -> (Java) -> dispatched ring -> dispatch -> DSQ -> CPU
 *
 * This file is the table of operations and their glue; each topic has its header:
 *   queued.bpf.h      a task's record enters          dispatched.bpf.h  a decision leaves
 *   usersched.bpf.h   lanes past user space           fallback.bpf.h    the kernel-side fair lane
 *   idle.bpf.h        queues, idle CPUs, turns        heartbeat.bpf.h   the timer
 *   lease.bpf.h       for how long a silent engine keeps its say
 *   inflight.bpf.h    what user space owes, rescue    exited.bpf.h      tasks that are gone
 *   cpus.bpf.h        what user space knows of CPUs   ring.bpf.h        waking the reader
 *   task.bpf.h        per-task memory                 stats.bpf.h       counters
 *   maps.bpf.h        rings and mapped words          kernel.bpf.h      kernel types and kfuncs
 */
#include "heartbeat.bpf.h"

char _license[] SEC("license") = "Dual BSD/GPL";

/* Never used at run time: it puts the enums of sched_abi.h into this object's BTF. */
struct abi_anchor {
	enum sched_abi abi;
	enum sched_event_kind kind;
	enum sched_queued_flag flag;
	enum sched_decision_flag decision_flag;
	struct sched_queued_task queued;
	struct sched_dispatched_task dispatched;
	struct sched_cpu_state cpu_state;
};
const struct abi_anchor *abi_anchor;

/* Looks for an idle CPU and wakes it by choosing it, before user space has heard of the task. */
s32 OPS(select_cpu, struct task_struct *p, s32 prev_cpu, u64 wake_flags)
{
	struct sched_control *ctl = control_words();
	struct task_ctx *tctx = task_ctx_of(p);
	bool is_idle = false;
	s32 cpu = prev_cpu;

	if (!ctl || !tctx)
		return prev_cpu;
	if (is_own(ctl, p, tctx))
		cpu = scx_bpf_select_cpu_dfl(p, prev_cpu, wake_flags, &is_idle);
	else if (builtin_idle && low_power)
		is_idle = bpf_cpumask_test_cpu(prev_cpu, p->cpus_ptr) && scx_bpf_test_and_clear_cpu_idle(prev_cpu);
	else if (builtin_idle)
		cpu = scx_bpf_select_cpu_dfl(p, prev_cpu, wake_flags, &is_idle);
	tctx->cpu_idle = is_idle;
	return is_idle ? cpu : prev_cpu;
}

/* Hands the task to user space, or schedules it by the fair lane if user space can't be asked now. */
static __always_inline void enqueue_asking(struct sched_control *ctl, struct task_struct *p, struct task_ctx *tctx,
					   u64 enq_flags)
{
	bool lost = is_lease_lost(ctl) || is_asleep();

	count(nr_queued);
	if (!lost && queue_task(ctl, p, tctx, enq_flags)) {
		kick_early(p, tctx, enq_flags);
		return;
	}
	if (lost)
		count(nr_lapsed);
	else
		count(nr_congested);
	count(nr_kernel);
	enqueue_fair(ctl, p, tctx, enq_flags);
}

/*
 * What is remembered of a task, from its first moment on. That memory is charged to the control group of the
 * engine's process: once that is used up there is none, and then no fork on the machine may fail for it. So it
 * is tried again each time the task is queued, and meanwhile the fair lane has it.
 */
static __always_inline struct task_ctx *remember(struct task_struct *p)
{
	struct task_ctx *tctx = task_ctx_of(p);

	if (tctx)
		return tctx;
	tctx = bpf_task_storage_get(&task_ctxs, p, 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (tctx) {
		tctx->fair_vtime = fair_vtime_now;
		tctx->memory_kthread = (p->flags & PF_KTHREAD) && is_memory_kthread_name(p->comm);
	}
	return tctx;
}

void OPS(enqueue, struct task_struct *p, u64 enq_flags)
{
	struct sched_control *ctl = control_words();
	struct task_ctx *tctx = remember(p);

	if (!ctl) {
		scheduler_error("enqueue: no control words for pid %d", p->pid);
		return;
	}
	if (!tctx) {
		count(nr_direct);
		enqueue_unknown(ctl, p, enq_flags);
		return;
	}
	if (is_own(ctl, p, tctx))
		enqueue_engine(ctl, p, tctx, enq_flags);
	else if (is_direct(p, tctx))
		enqueue_direct(ctl, p, enq_flags);
	else if (tctx->rest_ns)
		enqueue_rest(p, tctx, enq_flags);
	else
		enqueue_asking(ctl, p, tctx, enq_flags);
	tctx->cpu_idle = false;
}

void OPS(dequeue, struct task_struct *p, u64 deq_flags)
{
	struct task_ctx *tctx = task_ctx_of(p);

	if (tctx)
		end_token(tctx);
}

/*
 * This CPU wants a task. If none is there but one was promised, wait a moment; before giving up say so,
 * fence, and look again, so that either we see the decision or the engine sees that we sleep.
 */
void OPS(dispatch, s32 cpu, struct task_struct *prev)
{
	struct sched_control *ctl = control_words();
	struct cpu_ctx *cctx = this_cpu_ctx();
	bool idle = !prev || !(prev->scx.flags & SCX_TASK_QUEUED);
	bool expecting;

	if (!ctl || !cctx)
		return;
	count(nr_turns);
	expecting = cctx->expecting;
	cctx->expecting = false;

	drain_dispatched(ctl, cpu, idle);
	if (rescue_forgotten.due)
		rescue_overdue(ctl, &rescue_forgotten);
	if (rescue_held_kthreads.due)
		rescue_overdue(ctl, &rescue_held_kthreads);
	if (rescue_held.due)
		rescue_overdue(ctl, &rescue_held);
	if (take_task(ctl, cctx, cpu) || !idle)
		return;
	if (expecting && !is_hot_cpu(ctl, cpu)) {
		/* A miss is not the end: another CPU may have drained the decision that was meant for this one. */
		if (poll_published(ctl))
			drain_dispatched(ctl, cpu, true);
		if (take_task(ctl, cctx, cpu))
			return;
	}
	__sync_lock_test_and_set(&ctl->idle_waiting, 1);
	if (has_published(ctl)) {
		drain_dispatched(ctl, cpu, true);
		take_task(ctl, cctx, cpu);
	}
}

void OPS(runnable, struct task_struct *p, u64 enq_flags)
{
	struct task_ctx *tctx = task_ctx_of(p);

	if (tctx)
		tctx->exec_runtime_ns = 0;
}

void OPS(running, struct task_struct *p)
{
	struct sched_control *ctl = control_words();
	struct task_ctx *tctx = task_ctx_of(p);

	if (!tctx)
		return;
	if (tctx->token)
		count(nr_twice);
	tctx->start_ns = bpf_ktime_get_ns();
	tctx->rest_ns = 0;
	fair_advance(tctx);
	if (ctl)
		note_awake(ctl, p);
	if (ctl && is_lease_lost(ctl) && p->scx.slice > FAIR_SLICE_NS && !is_own(ctl, p, tctx))
		set_slice(p, FAIR_SLICE_NS);
	publish_running(p, tctx);
}

void OPS(stopping, struct task_struct *p, bool runnable)
{
	struct sched_control *ctl = control_words();
	struct task_ctx *tctx = task_ctx_of(p);
	u64 now_ns, delta_ns;

	publish_stopped(p);
	if (!ctl || !tctx || !tctx->start_ns)
		return;
	end_with_engine(ctl, p);
	now_ns = bpf_ktime_get_ns();
	delta_ns = now_ns - tctx->start_ns;
	tctx->stop_ns = now_ns;
	tctx->exec_runtime_ns += delta_ns;
	fair_charge(p, tctx, delta_ns);
	charge_helper(ctl, p, tctx, delta_ns);
	if (runnable)
		leave_to_resume(ctl, p, tctx);
	else
		note_asleep(ctl, p, now_ns);
}

void OPS(update_idle, s32 cpu, bool idle)
{
	struct sched_control *ctl = control_words();

	if (!ctl)
		return;
	if (publish_idle(ctl, cpu, idle) && idle && late_binding && *(volatile s64 *)&nr_inflight > 0 &&
	    !is_hot_cpu(ctl, cpu))
		queue_cpu_available(ctl, cpu);
}

s32 OPS_SLEEPABLE(init_task, struct task_struct *p, struct scx_init_task_args *args)
{
	remember(p);
	return 0;
}

void OPS(exit_task, struct task_struct *p, struct scx_exit_task_args *args)
{
	struct sched_control *ctl = control_words();
	struct task_ctx *tctx = task_ctx_of(p);

	if (!ctl || !tctx)
		return;
	end_token(tctx);
	forget_engine(ctl, p);
	if (tctx->seen && !ctl->stopping)
		queue_exit(ctl, p->pid, p->tgid);
}

s32 OPS_SLEEPABLE(init)
{
	struct sched_control *ctl = control_words();
	u32 nr_cpu_ids = scx_bpf_nr_cpu_ids();
	const struct cpumask *online;
	struct bpf_iter_num it;
	s32 err = 0;
	int *cpu;

	if (!ctl)
		return -2; /* ENOENT */
	ctl->nr_cpu_ids = nr_cpu_ids;
	online = scx_bpf_get_online_cpumask();
	nr_cpus_online = bpf_cpumask_weight(online);
	scx_bpf_put_cpumask(online);
	bpf_iter_num_new(&it, 0, nr_cpu_ids);
	while ((cpu = bpf_iter_num_next(&it))) {
		err = scx_bpf_create_dsq(*cpu, SCX_NUMA_NODE_ANY);
		if (err)
			break;
	}
	bpf_iter_num_destroy(&it);
	err = err ?: scx_bpf_create_dsq(DSQ_SHARED, SCX_NUMA_NODE_ANY);
	err = err ?: scx_bpf_create_dsq(DSQ_FAIR, SCX_NUMA_NODE_ANY);
	err = err ?: scx_bpf_create_dsq(DSQ_ENGINE, SCX_NUMA_NODE_ANY);
	return err ?: start_heartbeat();
}

void OPS(exit, struct scx_exit_info *info)
{
	u32 zero = 0;
	struct sched_exit_record *record = bpf_map_lookup_elem(&exit_record, &zero);

	if (!record)
		return;
	record->code = info->exit_code;
	bpf_probe_read_kernel_str(record->reason, sizeof(record->reason), info->reason);
	bpf_probe_read_kernel_str(record->message, sizeof(record->message), info->msg);
	bpf_probe_read_kernel_str(record->dump, sizeof(record->dump), info->dump);
	/* Last, and with a full barrier: the reader takes the text as complete once it sees a kind. */
	__sync_lock_test_and_set(&record->kind, info->kind);
}

/* The calling thread's ids as the scheduler sees them, which in a pid namespace are not those of getpid(). */
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

/* A thread of the engine's process asks to be scheduled by the policy, or no longer. Run by the thread itself. */
static __always_inline int admit(bool admitted)
{
	struct task_struct *p = bpf_get_current_task_btf();
	struct task_ctx *tctx = bpf_task_storage_get(&task_ctxs, p, 0, BPF_LOCAL_STORAGE_GET_F_CREATE);

	if (!tctx)
		return -12; /* ENOMEM */
	tctx->admitted = admitted;
	return 0;
}

SEC("syscall")
int admit_caller(void *context)
{
	return admit(true);
}

SEC("syscall")
int dismiss_caller(void *context)
{
	return admit(false);
}

/*
 * The engine's doorbell: decisions are published, and a CPU went idle or must give way for them. Run by
 * BPF_PROG_RUN, in batches. If somebody has drained meanwhile, that one has kicked whoever must know.
 */
SEC("syscall")
int ring_doorbell(void *context)
{
	struct sched_control *ctl = control_words();

	if (!ctl)
		return 0;
	kick_for_published(ctl);
	kick_any_idle_cpu();
	return 0;
}

/* Idle CPUs for a batch of tasks, by their exact affinity. Run by BPF_PROG_RUN. */
SEC("syscall")
int select_cpus(void *context)
{
	struct sched_control *ctl = control_words();
	u32 zero = 0;
	struct sched_cpu_selection *selection = bpf_map_lookup_elem(&cpu_selection, &zero);
	struct bpf_iter_num it;
	int *index;

	if (!ctl || !selection)
		return 0;
	bpf_iter_num_new(&it, 0, SCHED_SELECTION_TASKS);
	while ((index = bpf_iter_num_next(&it))) {
		if ((u32)*index >= selection->nr_tasks)
			break;
		select_cpu_of(ctl, selection, *index);
	}
	bpf_iter_num_destroy(&it);
	return 0;
}

SEC(".struct_ops.link")
struct sched_ext_ops scx4j_ops = {
	.select_cpu = (void *)scx4j_select_cpu,
	.enqueue = (void *)scx4j_enqueue,
	.dequeue = (void *)scx4j_dequeue,
	.dispatch = (void *)scx4j_dispatch,
	.runnable = (void *)scx4j_runnable,
	.running = (void *)scx4j_running,
	.stopping = (void *)scx4j_stopping,
	.update_idle = (void *)scx4j_update_idle,
	.init_task = (void *)scx4j_init_task,
	.exit_task = (void *)scx4j_exit_task,
	.init = (void *)scx4j_init,
	.exit = (void *)scx4j_exit,
	.dispatch_max_batch = 64,
	.timeout_ms = 5000,
	.exit_dump_len = SCHED_DUMP_BYTES,
	.name = "scx4j",
};
