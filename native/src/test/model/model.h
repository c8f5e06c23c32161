/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model.h: a small kernel with sched_ext in one thread, for the BPF program as ordinary C.
 *
 *   choices.c    where every decision of a run comes from: a string of bytes
 *   context.c    who runs when: a coroutine per CPU, for the timer, user space and the outside world
 *   memory.c     the program's maps, and the points at which it may be interrupted
 *   ring.c       the two rings
 *   dsq.c        dispatch queues, and a task's way through them: ops_state, dispatch buffer, cancel
 *   core.c       the core scheduler: enqueue, dequeue, pick, put, and a CPU's life
 *   kfunc.c      helpers and kfuncs that are left
 *   world.c      wake-ups, forks, exits, affinity, classes, higher classes
 *   engine.c     user space: reads, decides, forgets, holds, decides twice, wrongly and late, stops
 *   check.c      what must hold at each step, and at the end
 *   main.c       runs, seeds, shrinking
 *
 * Interleavings are those of a sequentially consistent machine: it can find a missing atomic operation, but not a
 * missing memory barrier.
 */
#ifndef MODEL_H
#define MODEL_H

#include "product.h"

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>

enum model_limit {
	MAX_CPUS = 4,
	MAX_TASKS = 12,
	MAX_PIDS = 10,
	FIRST_PID = 100,
	NR_WORLDS = 2,
	MAX_CONTEXTS = MAX_CPUS + NR_WORLDS + 3,
	MAX_BUFFER = 64,
	MAX_NESTED = 4,
	MAX_RECORDS = 64,
	MAX_DECISIONS = 32,
	MAX_KNOWN = 64,
	STACK_BYTES = 64 << 10,
	STORAGE_WORDS = 32,
	MAX_CHOICES = 2000,
	MAX_TOKENS = 1 << 12,
};

struct mtask;
struct context;

/* The kernel's ops_state of a task. */
enum ops_state {
	OPSS_NONE,
	OPSS_QUEUEING,
	OPSS_QUEUED,
	OPSS_DISPATCHING,
};

struct dsq {
	u64 id;
	bool by_vtime;
	bool by_arrival;
	int nr;
	struct mtask *tasks[MAX_TASKS];
};

struct mtask {
	struct task_struct p;			/* first: what the program sees */
	struct cpumask mask;
	bool used;
	bool hashed;				/* its pid finds it */
	bool exiting, dead, left_class;		/* left_class: exit_task was called */
	bool other_class;
	bool runnable;				/* in the kernel: on_rq; the program sees SCX_TASK_QUEUED */
	bool on_cpu, migrating, being_changed;
	bool wants_block, killed;
	bool custody;				/* kernels from 7.1: ops.dequeue is still due */
	int refs;
	int cpu, holding_cpu;
	enum ops_state opss;
	u64 qseq;
	struct dsq *dsq;
	bool direct;				/* an insert out of ops.enqueue */
	u64 direct_dsq, direct_flags;
	bool has_storage;
	u64 storage[STORAGE_WORDS];
	u64 runnable_since_ns;
	/* what the checks remember */
	u64 token, token_step;			/* as last seen, and since which step */
	bool in_leave;				/* inside ops.dequeue or ops.exit_task */
};

struct rq {
	int cpu;
	struct context *owner;			/* of its lock */
	struct mtask *curr;			/* NULL: idle, or another class */
	bool higher, higher_runs;		/* a higher class wants the CPU, has it */
	bool idle;
	bool need_resched, kicked, kicked_idle, kicked_preempt;
	bool in_balance, keep;
	struct mtask *push;			/* running where it may not */
	struct dsq local;
};

struct buffered {
	struct mtask *task;
	u64 qseq, dsq_id, enq_flags;
};

enum doing {
	DOING_NOTHING,
	DOING_ENQUEUE,
	DOING_DISPATCH,
	DOING_DRAIN,
	DOING_LEAVE,
	DOING_OTHER,
};

struct op {
	enum doing doing;
	struct mtask *subject;
	u64 loss;
};

struct context {
	const char *name;
	int number, cpu;
	void (*life)(struct context *self);
	jmp_buf state;
	bool started, at_rest;
	u64 stalled_until;			/* interrupted, and does not go on before this turn */
	bool (*is_ready)(const void *argument);	/* waits for this */
	const void *argument;
	struct mtask *current;			/* the task that the kernel would call current */
	enum doing doing;
	struct mtask *subject;			/* of ops.enqueue, dequeue, exit_task */
	struct op outer[MAX_NESTED];		/* calls that this one is made in */
	int nr_nested;
	struct rq *rq;				/* in ops.dispatch */
	u64 kicks, kicks_idle, kicks_preempt;	/* interrupts on their way, a bit per CPU */
	struct buffered buffer[MAX_BUFFER];
	int nr_buffered, nr_flushed;
	/* what the checks remember */
	const struct sched_dispatched_task *decision;
	u64 look_step;				/* when the program looked the task up */
	u64 loss;				/* that had happened as the call began, 0: user space had its say */
};

enum engine_way {
	ENGINE_ANSWERS,
	ENGINE_STOPPED,
	ENGINE_FORGETS,
	ENGINE_HOLDS,
	NR_ENGINE_WAYS,
};

struct record {
	bool busy, discarded;
	u64 bytes;
	struct sched_queued_task task;
};

struct known {
	s32 pid;
	u64 token;
	bool decided;
};

/* All that one run changes. */
struct model {
	u64 now_ns, step;
	u64 nr_turns;
	u64 settling_since_ns, bound_ns;
	int nr_cpus;
	bool custody_kernel, late_exit_kernel, bypass, settling;
	enum engine_way final_way;
	bool ends_early, is_evicted;
	struct rq rqs[MAX_CPUS];
	struct dsq dsqs[MAX_CPUS + 4];
	int nr_dsqs;
	u64 idle_mask, qseq;
	struct mtask tasks[MAX_TASKS];
	int nr_slots;				/* of these: used once */
	struct context contexts[MAX_CONTEXTS];
	int nr_contexts;
	struct context *running;
	u32 stretch;
	u64 progress;
	/* timer */
	u64 timer_due_ns;
	long (*timer_callback)(void *map, u32 *key, struct bpf_timer *timer);
	struct bpf_timer *timer;
	bool wants_detach, is_detached;
	/* rings */
	struct record queued[MAX_RECORDS];
	u64 nr_reserved, nr_read, queued_used_bytes, queued_capacity_bytes;
	struct sched_dispatched_task decisions[MAX_DECISIONS];
	u64 nr_written, nr_published, nr_drained;
	bool is_draining;
	/* user space */
	struct known known[MAX_KNOWN];
	u32 nr_known;
	u64 stopped_until_ns, beat_ns;
	u64 parked_since_ns;
	bool is_stop_seen;
	/* what the checks count */
	u64 nr_born, nr_claimed, nr_rescued, nr_left;
	u64 lease_lost_at_ns, nr_losses, lost_ns, lost_max_ns;
	u32 exits_due[MAX_PIDS];
	/* by token: user space has read it, or has hit it by a guess before its record was complete */
	bool is_read[MAX_TOKENS], is_guessed[MAX_TOKENS];
	u64 first_token, newest_token, nr_reused_pids;
	bool was_used[MAX_PIDS], is_known[MAX_PIDS];	/* by user space */
};

extern struct model m;
extern const struct product *product;
extern bool tracing;

/* choices.c */
extern const u8 *choices;
extern u32 nr_choices, next_choice;
u32 choose(u32 n);			/* 0 .. n - 1; 0 once the choices are used up: the plain thing */

/* context.c */
struct context *add_context(const char *name, int cpu, void (*life)(struct context *self));
void run_contexts(bool (*is_over)(void));
bool end_stalls(void);
void point(void);			/* here the context may be interrupted */
void rest(void);			/* here it is between two actions */
void wait_for(bool (*is_ready)(const void *argument), const void *argument);
bool is_stack(const void *address);
void progress(void);

/* memory.c */
void reset_memory(void);
void load_product(const char *path);

/* dsq.c */
void init_dsqs(void);
struct dsq *find_dsq(u64 id);
void dispatch_enqueue(struct dsq *dsq, struct mtask *t, u64 enq_flags);
void dispatch_dequeue(struct mtask *t);
void ops_dequeue(struct mtask *t, u64 deq_flags);
void flush_buffer(struct context *self);
bool is_buffered(const struct mtask *t);

/* core.c */
struct mtask *task_of(const struct task_struct *p);
void lock_rq(struct rq *rq);
void unlock_rq(struct rq *rq);
struct rq *lock_task_rq(struct mtask *t);
void enqueue_task(struct rq *rq, struct mtask *t, u64 enq_flags, int sticky_cpu);
void dequeue_task(struct rq *rq, struct mtask *t, u64 deq_flags);
void restart_current(struct rq *rq, struct mtask *t);
void live_as_cpu(struct context *self);
void begin_op(enum doing doing, struct mtask *subject);
void end_op(void);
void call_exit_task(struct mtask *t);
bool is_allowed(const struct mtask *t, int cpu);

/* kfunc.c */
void deliver_kicks(struct context *self);

/* world.c */
void live_as_world(struct context *self);
void live_as_timer(struct context *self);
struct mtask *fork_task(void);
void wake_task(struct mtask *t, bool is_new);
void let_die(struct mtask *t);
void live_as_disabler(struct context *self);
bool wake_any(void);

/* engine.c */
void live_as_engine(struct context *self);

/* check.c */
void check_step(void);
void check_insert(struct context *self, struct mtask *t);
u64 token_of(const struct mtask *t);
struct sched_counters counted(void);	/* the program's, over all CPUs */
void check_settled(void);
void check_exits(void);
void check_books(void);
void violated(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));
void trace(const char *format, ...) __attribute__((format(printf, 1, 2)));

#define TRACE(...)			\
	do {				\
		if (tracing)		\
			trace(__VA_ARGS__);	\
	} while (0)

#endif /* MODEL_H */
