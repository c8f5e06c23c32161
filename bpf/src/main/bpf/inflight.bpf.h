/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * inflight.bpf.h: what user space has not answered, and how it is taken back.
 *
 * Each enqueue notes its task in the slot of its token. A slot's token is t (in flight) or t with the top
 * bit set (answered); an older one means that the enqueue of t is still writing. The timer follows the
 * oldest token in flight with a cursor. Once that one is overdue, dispatch calls rescue it: they schedule the
 * task by the kernel-side lane and end its token, so that a decision which comes later is cancelled.
 *
 * Three cursors: one for tasks that the policy has forgotten, one for kernel threads that it holds on purpose,
 * one for all that it holds, before the kernel's watchdog would evict the whole scheduler. That watchdog runs in
 * a kernel worker, and a pool without an idle worker first has kthreadd make one: held threads add up.
 */
#ifndef INFLIGHT_BPF_H
#define INFLIGHT_BPF_H

#include "fallback.bpf.h"

#define SLOT_ANSWERED (1ULL << 63)

enum inflight_limit {
	FOLLOW_SLOTS = 4096,		/* that a timer tick looks at */
	RESCUE_SLOTS = 16,		/* that a dispatch call looks at */
};

/* After which a task that user space neither decides nor holds is rescued, 0 = never. */
const volatile u64 rescue_ns = 50 * 1000 * 1000;
/* The same for kernel threads that it holds. */
const volatile u64 rescue_held_kthread_ns = 312ULL * 1000 * 1000;
/* The same for all tasks that it holds. */
const volatile u64 rescue_held_ns = 1250ULL * 1000 * 1000;
/* Non-zero: the policy binds late and is told of idle CPUs. */
const volatile u32 late_binding;

/* Tasks in flight; counted only when the policy binds late. */
s64 nr_inflight;

enum rescue_kind {
	RESCUE_FORGOTTEN,
	RESCUE_HELD_KTHREADS,
	RESCUE_HELD,
};

struct rescue {
	u64 cursor;			/* every older token is answered, or another cursor's business */
	u32 due;			/* 1 = the one behind the cursor is overdue */
	u32 kind;
};

struct rescue rescue_forgotten = { .kind = RESCUE_FORGOTTEN };
struct rescue rescue_held_kthreads = { .kind = RESCUE_HELD_KTHREADS };
struct rescue rescue_held = { .kind = RESCUE_HELD };

static __always_inline struct sched_inflight_slot *inflight_slot(u64 token)
{
	u32 index = token & (SCHED_INFLIGHT_SLOTS - 1);

	return bpf_map_lookup_elem(&inflight, &index);
}

/* Before the record is visible. The token is written last: it makes the slot valid. */
static __always_inline void note_inflight(struct task_struct *p, u64 token, u64 now_ns)
{
	struct sched_inflight_slot *slot = inflight_slot(token);

	if (!slot)
		return;
	if (slot->token && !(slot->token & SLOT_ANSWERED))
		count(nr_unwatched);
	slot->pid = p->pid;
	slot->is_kthread = !!(p->flags & PF_KTHREAD);
	slot->enqueue_ns = now_ns;
	__sync_lock_test_and_set(&slot->token, token);
	if (late_binding)
		__sync_fetch_and_add(&nr_inflight, 1);
}

/* The token has ended, whoever ended it. */
static __always_inline void note_answered(u64 token)
{
	struct sched_inflight_slot *slot = inflight_slot(token);

	if (slot)
		__sync_val_compare_and_swap(&slot->token, token, token | SLOT_ANSWERED);
	if (late_binding)
		__sync_fetch_and_add(&nr_inflight, -1);
}

/* The task leaves the scheduler's hands undecided: exit, new affinity, other class, or our detach. */
static __always_inline void end_token(struct task_ctx *tctx)
{
	struct sched_control *ctl = control_words();
	u64 token = tctx->token;

	if (token)
		token = __sync_lock_test_and_set(&tctx->token, 0);
	if (!token)
		return;
	note_answered(token);
	if (ctl && ctl->stopping)
		count(nr_held);
	else
		count(nr_exited);
}

enum slot_state {
	SLOT_STOP,			/* nothing there yet, or not overdue yet */
	SLOT_SKIP,			/* not ours */
	SLOT_OVERDUE,
};

static __always_inline enum slot_state slot_state(struct rescue *rescue, struct sched_inflight_slot *slot, u64 token,
						  u64 now_ns, bool all)
{
	u64 found = *(volatile u64 *)&slot->token;
	u64 limit_ns = rescue_held_ns;

	if (found != token)
		return (s64)((found & ~SLOT_ANSWERED) - token) >= 0 ? SLOT_SKIP : SLOT_STOP;
	if (rescue->kind == RESCUE_FORGOTTEN) {
		if (slot->held == (u32)token)
			return SLOT_SKIP;
		limit_ns = rescue_ns;
	} else if (rescue->kind == RESCUE_HELD_KTHREADS) {
		if (!slot->is_kthread)
			return SLOT_SKIP;
		limit_ns = rescue_held_kthread_ns;
	}
	return all || (s64)(now_ns - slot->enqueue_ns) >= (s64)limit_ns ? SLOT_OVERDUE : SLOT_STOP;
}

/* The engine has lost its lease: what it still has is taken back, held or not. */
static __always_inline bool takes_all(struct sched_control *ctl, struct rescue *rescue)
{
	return rescue->kind == RESCUE_HELD && is_lease_lost(ctl);
}

/* The timer's part: moves the cursor to the oldest token in flight. Returns true if that is overdue. */
static __always_inline bool follow_inflight(struct sched_control *ctl, struct rescue *rescue, u64 now_ns)
{
	bool all = takes_all(ctl, rescue);
	u64 newest = *(volatile u64 *)&last_token;
	struct bpf_iter_num it;
	bool overdue = false;

	if (!rescue_ns && !all) {
		rescue->due = 0;
		return false;
	}
	/* Signed: a rescue may have moved the cursor beyond what was the newest when we looked. */
	if ((s64)(newest - *(volatile u64 *)&rescue->cursor) > SCHED_INFLIGHT_SLOTS)
		rescue->cursor = newest - SCHED_INFLIGHT_SLOTS;
	bpf_iter_num_new(&it, 0, FOLLOW_SLOTS);
	while (bpf_iter_num_next(&it)) {
		u64 cursor = *(volatile u64 *)&rescue->cursor;
		struct sched_inflight_slot *slot = inflight_slot(cursor + 1);
		enum slot_state state;

		if (cursor == newest || !slot)
			break;
		state = slot_state(rescue, slot, cursor + 1, now_ns, all);
		if (state != SLOT_SKIP) {
			overdue = state == SLOT_OVERDUE;
			break;
		}
		__sync_val_compare_and_swap(&rescue->cursor, cursor, cursor + 1);
	}
	bpf_iter_num_destroy(&it);
	rescue->due = overdue;
	return overdue;
}

/* Check, insert, claim, cancel: as for a decision (dispatched.bpf.h). */
static __always_inline void rescue_task(struct sched_control *ctl, struct sched_inflight_slot *slot, u64 token)
{
	struct task_struct *p = bpf_task_from_pid(slot->pid);
	struct task_ctx *tctx;

	if (!p)
		return;
	tctx = task_ctx_of(p);
	if (tctx && tctx->token == token) {
		insert_fair(ctl, p, tctx, 0);
		if (__sync_val_compare_and_swap(&tctx->token, token, 0) == token) {
			note_answered(token);
			count(nr_kernel);
			count(nr_rescued);
			kick_fair(ctl, p);
		} else {
			scx_bpf_dispatch_cancel();
		}
	}
	bpf_task_release(p);
}

/* The dispatch call's part. Whoever moves the cursor owns the slot that it has passed. */
static __always_inline void rescue_overdue(struct sched_control *ctl, struct rescue *rescue)
{
	bool all = takes_all(ctl, rescue);
	u64 now_ns = bpf_ktime_get_ns();
	struct bpf_iter_num it;

	if (!rescue_ns && !all)
		return;
	bpf_iter_num_new(&it, 0, RESCUE_SLOTS);
	while (bpf_iter_num_next(&it)) {
		u64 cursor = *(volatile u64 *)&rescue->cursor;
		struct sched_inflight_slot *slot = inflight_slot(cursor + 1);
		enum slot_state state;

		if (cursor == *(volatile u64 *)&last_token || !slot || !scx_bpf_dispatch_nr_slots())
			break;
		state = slot_state(rescue, slot, cursor + 1, now_ns, all);
		if (state == SLOT_STOP) {
			rescue->due = 0;
			break;
		}
		if (__sync_val_compare_and_swap(&rescue->cursor, cursor, cursor + 1) == cursor &&
		    state == SLOT_OVERDUE)
			rescue_task(ctl, slot, cursor + 1);
	}
	bpf_iter_num_destroy(&it);
}

#endif /* INFLIGHT_BPF_H */
