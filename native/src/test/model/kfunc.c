// SPDX-License-Identifier: Apache-2.0
/*
 * kfunc.c: helpers and kfuncs of the program that are not about rings and queues.
 */
#include "model.h"

enum {
	OUTSIDE_PID = 9999,
};

u64 bpf_ktime_get_ns(void)
{
	point();
	m.now_ns += 200;
	return m.now_ns;
}

u32 bpf_get_smp_processor_id(void)
{
	return m.running ? m.running->cpu : 0;
}

struct task_struct *bpf_get_current_task_btf(void)
{
	return m.running->current ? &m.running->current->p : NULL;
}

u64 bpf_get_current_pid_tgid(void)
{
	u64 pid = m.running->current ? (u64)m.running->current->p.pid : OUTSIDE_PID;

	return pid << 32 | pid;
}

long bpf_probe_read_kernel_str(void *to, u32 bytes, const void *from)
{
	(void)to, (void)bytes, (void)from;
	return 0;
}

struct iter_num {
	int next, end;
};

int bpf_iter_num_new(struct bpf_iter_num *it, int start, int end)
{
	*(struct iter_num *)it = (struct iter_num){ start - 1, end };
	return 0;
}

int *bpf_iter_num_next(struct bpf_iter_num *it)
{
	struct iter_num *num = (struct iter_num *)it;

	return ++num->next < num->end ? &num->next : NULL;
}

void bpf_iter_num_destroy(struct bpf_iter_num *it)
{
	(void)it;
}

long bpf_timer_init(struct bpf_timer *timer, void *map, u64 flags)
{
	(void)map, (void)flags;
	m.timer = timer;
	return 0;
}

long bpf_timer_set_callback(struct bpf_timer *timer, void *callback)
{
	(void)timer;
	m.timer_callback = callback;
	return 0;
}

long bpf_timer_start(struct bpf_timer *timer, u64 ns, u64 flags)
{
	(void)timer, (void)flags;
	m.timer_due_ns = m.now_ns + ns;
	return 0;
}

struct task_struct *bpf_task_from_pid(s32 pid)
{
	point();
	m.running->look_step = m.step;
	for (struct mtask *t = m.tasks; t < m.tasks + MAX_TASKS; t++)
		if (t->used && t->hashed && t->p.pid == pid) {
			t->refs++;
			return &t->p;
		}
	return NULL;
}

void bpf_task_release(struct task_struct *p)
{
	point();
	task_of(p)->refs--;
}

bool bpf_cpumask_test_cpu(u32 cpu, const struct cpumask *mask)
{
	point();
	return mask->bits[0] >> cpu & 1;
}

u32 bpf_cpumask_weight(const struct cpumask *mask)
{
	return (u32)__builtin_popcountl(mask->bits[0]);
}

void bpf_rcu_read_lock(void)
{
}

void bpf_rcu_read_unlock(void)
{
}

static struct cpumask online;

const struct cpumask *scx_bpf_get_online_cpumask(void)
{
	online.bits[0] = (1UL << m.nr_cpus) - 1;
	return &online;
}

void scx_bpf_put_cpumask(const struct cpumask *mask)
{
	(void)mask;
}

u32 scx_bpf_nr_cpu_ids(void)
{
	return (u32)m.nr_cpus;
}

s32 scx_bpf_task_cpu(const struct task_struct *p)
{
	point();
	return task_of(p)->cpu;
}

bool scx_bpf_test_and_clear_cpu_idle(s32 cpu)
{
	u64 bit = 1ULL << cpu;
	bool was_idle;

	point();
	was_idle = m.idle_mask & bit;
	m.idle_mask &= ~bit;
	return was_idle;
}

s32 scx_bpf_pick_idle_cpu(const struct cpumask *allowed, u64 flags)
{
	(void)flags;
	point();
	for (int cpu = 0; cpu < m.nr_cpus; cpu++)
		if (allowed->bits[0] >> cpu & 1 && scx_bpf_test_and_clear_cpu_idle(cpu))
			return cpu;
	return -16;
}

s32 scx_bpf_select_cpu_dfl(struct task_struct *p, s32 prev_cpu, u64 wake_flags, bool *is_idle)
{
	s32 cpu;

	(void)wake_flags;
	*is_idle = true;
	if (is_allowed(task_of(p), prev_cpu) && scx_bpf_test_and_clear_cpu_idle(prev_cpu))
		return prev_cpu;
	cpu = scx_bpf_pick_idle_cpu(p->cpus_ptr, 0);
	if (cpu >= 0)
		return cpu;
	*is_idle = false;
	return prev_cpu;
}

/* The kernel looks under the run queue's lock: a CPU that is about to go idle is not skipped. */
static bool can_skip_idle_kick(const struct rq *rq)
{
	return !rq->idle && !rq->owner && !rq->in_balance;
}

/* The call becomes an interrupt, which waits until the one who calls has interrupts enabled: when it rests. */
void scx_bpf_kick_cpu(s32 cpu, u64 flags)
{
	struct context *self = m.running;
	u64 bit = 1ULL << cpu;

	point();
	if (cpu < 0 || cpu >= m.nr_cpus)
		violated("a kick of CPU %d", cpu);
	if (flags & SCX_KICK_IDLE) {
		if (!can_skip_idle_kick(&m.rqs[cpu]))
			self->kicks_idle |= bit;
		else
			TRACE("does not kick CPU %d: it is busy", cpu);
		return;
	}
	self->kicks |= bit;
	if (flags & SCX_KICK_PREEMPT)
		self->kicks_preempt |= bit;
}

void deliver_kicks(struct context *self)
{
	for (int cpu = 0; cpu < m.nr_cpus; cpu++) {
		struct rq *rq = &m.rqs[cpu];
		u64 bit = 1ULL << cpu;

		if (!((self->kicks | self->kicks_idle) & bit))
			continue;
		TRACE("kicks CPU %d%s", cpu, self->kicks & bit ? "" : " if idle");
		if (self->kicks_preempt & bit)
			rq->kicked_preempt = true;
		if (self->kicks & bit)
			rq->kicked = true;
		else if (!can_skip_idle_kick(rq))
			rq->kicked_idle = true;
	}
	self->kicks = self->kicks_idle = self->kicks_preempt = 0;
}

bool scx_bpf_task_set_slice(struct task_struct *p, u64 slice)
{
	point();
	p->scx.slice = slice;
	return true;
}

void scx_bpf_exit_bstr(s64 exit_code, char *format, unsigned long long *values, u32 bytes)
{
	violated("the program ends itself: %s (%llu, code %lld)", format, bytes ? values[0] : 0ULL, exit_code);
}

void scx_bpf_error_bstr(char *format, unsigned long long *values, u32 bytes)
{
	violated("the program ends itself: %s (%llu)", format, bytes ? values[0] : 0ULL);
}
