// SPDX-License-Identifier: Apache-2.0
/*
 * engine.c: user space, as good and as bad as it may be. It reads records and decides about them: at once, late,
 * twice, wrongly, never; it holds tasks, stops, sleeps, and goes on.
 */
#include "model.h"

enum {
	DECISION_BYTES = 72,
	PARK_NS = 10 * 1000 * 1000,
};

static struct known *take_record(void)
{
	while (m.nr_read != m.nr_reserved) {
		struct record *record = &m.queued[m.nr_read % MAX_RECORDS];
		struct sched_queued_task *task = &record->task;
		struct known *known = &m.known[m.nr_known % MAX_KNOWN];

		if (record->busy)
			return NULL;
		m.nr_read++;
		m.queued_used_bytes -= record->bytes;
		progress();
		if (record->discarded)
			continue;
		switch (task->kind) {
		case SCHED_EVENT_EXIT:
			if (!m.exits_due[task->pid - FIRST_PID])
				violated("an exit of pid %d that is not due", task->pid);
			m.exits_due[task->pid - FIRST_PID]--;
			m.is_known[task->pid - FIRST_PID] = false;
			continue;
		case SCHED_EVENT_CPU_AVAILABLE:
			continue;
		case SCHED_EVENT_QUEUED:
			break;
		default:
			violated("a record of kind %u", task->kind);
		}
		if (!task->token || task->token > m.newest_token || task->pid < FIRST_PID)
			violated("a record of pid %d with token %llu", task->pid, task->token);
		m.is_read[task->token % MAX_TOKENS] = true;
		m.nr_known++;
		m.is_known[task->pid - FIRST_PID] = true;
		*known = (struct known){ task->pid, task->token, false };
		return known;
	}
	return NULL;
}

static bool decide(s32 pid, u64 token, s32 cpu, u64 flags)
{
	static const u64 slices_ns[] = { 0, 300 * 1000, 1000 * 1000, 5 * 1000 * 1000 };
	struct sched_dispatched_task *decision = &m.decisions[m.nr_written % MAX_DECISIONS];

	if (m.nr_written - m.nr_drained == MAX_DECISIONS)
		return false;
	*decision = (struct sched_dispatched_task){
		.pid = pid, .cpu = cpu, .token = token, .flags = flags,
		.slice_ns = slices_ns[choose(4)], .vtime = choose(8),
	};
	m.nr_written++;
	TRACE("decides: pid %d, token %llu, CPU %d, flags %llx", pid, token, cpu, flags);
	return true;
}

static void publish(bool rings)
{
	struct sched_control *ctl = product->control();

	if (m.nr_published == m.nr_written)
		return;
	m.nr_published = m.nr_written;
	ctl->published_bytes = m.nr_published * DECISION_BYTES;
	progress();
	point();
	if (!rings || !ctl->idle_waiting)
		return;
	ctl->idle_waiting = 0;
	begin_op(DOING_OTHER, NULL);
	product->ring_doorbell(NULL);
	end_op();
}

static void answer(struct known *known)
{
	if (!known->decided)
		known->decided = decide(known->pid, known->token, SCHED_CPU_ANY, 0);
}

/* Also what it has read, and for some reason not decided yet. */
static void answer_all(void)
{
	struct known *known;

	while (m.nr_written - m.nr_drained < MAX_DECISIONS && (known = take_record()))
		answer(known);
	for (u32 i = 0; i < MAX_KNOWN && i < m.nr_known; i++)
		answer(&m.known[i]);
	publish(true);
}

static struct known *any_known(void)
{
	u32 nr = m.nr_known < MAX_KNOWN ? m.nr_known : MAX_KNOWN;

	return nr ? &m.known[(m.nr_known - 1 - choose(nr)) % MAX_KNOWN] : NULL;
}

static void hold(struct known *known)
{
	product->slot(known->token)->held = (u32)known->token;
	TRACE("holds token %llu", known->token);
}

static void decide_wrongly(void)
{
	struct known *known = any_known();
	u64 tokens[] = {
		0, ~0ULL, *product->last_token + 1, *product->last_token, known ? known->token : 1,
		known ? known->token | 1ULL << 63 : 2,
	};

	decide(FIRST_PID + (s32)choose(MAX_PIDS + 1), tokens[choose(6)], (s32)choose(8) - 3, choose(8));
	publish(choose(2));
}

/* A reader that is stopped while it sleeps keeps the lease: what it has read then is the business of rescue. */
static void park(void)
{
	struct sched_control *ctl = product->control();

	if (!*product->rescue_ns)
		return;
	ctl->parked = 1;
	TRACE("parks");
	point();
	if (m.nr_read != m.nr_reserved)
		ctl->parked = 0;
	else
		m.parked_since_ns = m.now_ns;
}

static bool is_asleep(struct sched_control *ctl)
{
	if (!m.parked_since_ns)
		return false;
	if (ctl->parked && m.now_ns - m.parked_since_ns < PARK_NS)
		return true;
	m.parked_since_ns = 0;
	ctl->parked = 0;
	return false;
}

static void act_any(void)
{
	struct known *known;

	switch (choose(18)) {
	case 3:
		take_record();
		break;
	case 4:
		if ((known = any_known()))
			answer(known);
		break;
	case 5:
	case 6:
		if ((known = any_known()))
			decide(known->pid, known->token, (s32)choose(m.nr_cpus + 1) - 1, choose(4));
		publish(choose(2));
		break;
	case 7:
		decide_wrongly();
		break;
	case 8:
		decide(0, 0, (s32)choose(8) - 2, SCHED_DECISION_KICK | choose(2));
		break;
	case 9:
	case 10:
		if ((known = any_known()))
			hold(known);
		break;
	case 11:
		m.stopped_until_ns = m.now_ns + 2000000 * (1 + choose(16));
		m.is_stop_seen = choose(2);
		TRACE("user space stops for %llu us%s", (m.stopped_until_ns - m.now_ns) / 1000,
		      m.is_stop_seen ? ", which the kernel sees" : "");
		if (m.is_stop_seen)
			product->fall_asleep(m.now_ns);
		break;
	case 12:
		park();
		break;
	case 13:
		publish(false);
		break;
	case 14:
		while (take_record())
			;
		break;
	case 15:
		publish(true);
		break;
	default:
		answer_all();
		break;
	}
}

static void act_finally(void)
{
	struct known *known;

	switch (m.final_way) {
	case ENGINE_FORGETS:
		while (take_record())
			;
		break;
	case ENGINE_HOLDS:
		while ((known = take_record()))
			hold(known);
		break;
	default:
		answer_all();
		break;
	}
}

void live_as_engine(struct context *self)
{
	struct sched_control *ctl = product->control();

	(void)self;
	for (;;) {
		rest();
		if (m.is_detached || (m.settling && m.final_way == ENGINE_STOPPED))
			continue;
		if (!m.settling && m.now_ns < m.stopped_until_ns)
			continue;
		if (is_asleep(ctl))
			continue;
		if (m.is_stop_seen)
			product->wake_up();
		m.is_stop_seen = false;
		ctl->beats[0]++;
		point();
		if (m.settling)
			act_finally();
		else
			act_any();
	}
}
