/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * shadow_abi.h: the memory that the observer and the Java engine share beyond sched_abi.h.
 *
 * The rules are those of sched_abi.h. The Java side is org.scx4j.protocol.ShadowAbi and what it names; a test
 * compares the two through the BTF of the shipped observer, and the engine compares a hash of the layout as it
 * loads it.
 */
#ifndef SHADOW_ABI_H
#define SHADOW_ABI_H

#include "sched_abi.h"

/* What a record of the `outcomes` ring says. */
enum shadow_outcome_kind {
	SHADOW_OUTCOME_RAN = 1,		/* the kernel gave a waiting task a CPU */
	SHADOW_OUTCOME_DECIDED = 2,	/* the policy's decision for a task came in, before or after that */
	SHADOW_OUTCOME_GONE = 3,	/* a waiting task is gone */
};

/* shadow_outcome.flags */
enum shadow_outcome_flag {
	SHADOW_OUTCOME_CONFINED = 1,	/* RAN: the task may use that CPU only, nobody had a choice */
	SHADOW_OUTCOME_BOUNCED = 2,	/* RAN: the task may not use the CPU that was decided, which then means any */
};

/* Kernel to user: one record of the `outcomes` ring. */
struct shadow_outcome {
	__u32 kind;			/* enum shadow_outcome_kind */
	__s32 cpu;			/* RAN: where it runs; DECIDED: where it should, or SCHED_CPU_ANY */
	__u64 token;
	__u64 time_ns;			/* of what happened */
	__u64 enqueue_ns;		/* since when it waits, or has waited */
	__u64 vtime;			/* DECIDED: its order, with the lead of HEAD and PREEMPT */
	__s32 pid;
	__u32 flags;			/* enum shadow_outcome_flag */
};
_Static_assert(sizeof(struct shadow_outcome) == 48, "shadow_outcome");
SCHED_ASSERT_OFFSET(shadow_outcome, kind, 0);
SCHED_ASSERT_OFFSET(shadow_outcome, cpu, 4);
SCHED_ASSERT_OFFSET(shadow_outcome, token, 8);
SCHED_ASSERT_OFFSET(shadow_outcome, time_ns, 16);
SCHED_ASSERT_OFFSET(shadow_outcome, enqueue_ns, 24);
SCHED_ASSERT_OFFSET(shadow_outcome, vtime, 32);
SCHED_ASSERT_OFFSET(shadow_outcome, pid, 40);
SCHED_ASSERT_OFFSET(shadow_outcome, flags, 44);

/* The `waiting` map: a task that waits for a CPU, by token modulo SCHED_INFLIGHT_SLOTS. The kernel writes. */
struct shadow_slot {
	__u64 token;			/* 0 = none yet; with the top bit set, it waits no more */
	__u64 enqueue_ns;
	__u64 decided_token;		/* equal to token: the policy has decided */
	__u64 vtime;			/* of that decision */
	__s32 cpu;			/* of that decision */
	__s32 confined_cpu;		/* the only CPU that the task may use, -1 = it may use several */
	__s32 pid;
	__u32 reserved0;
};
_Static_assert(sizeof(struct shadow_slot) == 48, "shadow_slot");
SCHED_ASSERT_OFFSET(shadow_slot, token, 0);
SCHED_ASSERT_OFFSET(shadow_slot, enqueue_ns, 8);
SCHED_ASSERT_OFFSET(shadow_slot, decided_token, 16);
SCHED_ASSERT_OFFSET(shadow_slot, vtime, 24);
SCHED_ASSERT_OFFSET(shadow_slot, cpu, 32);
SCHED_ASSERT_OFFSET(shadow_slot, confined_cpu, 36);
SCHED_ASSERT_OFFSET(shadow_slot, pid, 40);
SCHED_ASSERT_OFFSET(shadow_slot, reserved0, 44);

/*
 * The `observations` map: one entry per CPU, written by the kernel alone, summed by the reader. Always:
 * nr_wakeups + nr_wakeups_new = nr_handed + nr_dropped + nr_own + nr_running + nr_waiting + nr_bypassed +
 * nr_other_class + nr_untracked.
 */
struct shadow_counters {
	__u64 nr_wakeups;		/* events of sched_wakeup */
	__u64 nr_wakeups_new;		/* events of sched_wakeup_new */
	__u64 nr_handed;		/* of both: handed to the policy */
	__u64 nr_dropped;		/* of both: the queued ring was full */
	__u64 nr_own;			/* of both: a thread of the engine */
	__u64 nr_running;		/* of both: the task had not left its CPU yet, and need not wait */
	__u64 nr_waiting;		/* of both: the task waited already */
	__u64 nr_bypassed;		/* of both: would take a direct lane */
	__u64 nr_other_class;		/* of both: of real time, never a sched_ext scheduler's business */
	__u64 nr_untracked;		/* of both: no memory to note the task in */
	__u64 nr_preempted;		/* tasks that left their CPU and still wanted it */
	__u64 nr_unqueued;		/* tasks that got a CPU without having been seen to wait for it */
	__u64 nr_late;			/* decisions about a task that the kernel had run already */
	__u64 nr_kicks;			/* decisions about a CPU instead of a task: not carried out */
	__u64 nr_unwatched_ended;	/* waits that ended after a later one had taken their slot */
	__u64 nr_outcomes_dropped;	/* outcomes that found their ring full */
};
_Static_assert(sizeof(struct shadow_counters) == 128, "shadow_counters: a pair of cache lines");

#endif /* SHADOW_ABI_H */
