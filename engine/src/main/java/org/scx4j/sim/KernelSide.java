// SPDX-License-Identifier: Apache-2.0
package org.scx4j.sim;

import org.scx4j.api.Cpu;
import org.scx4j.protocol.DispatchedTaskFlyweight;
import org.scx4j.protocol.KernelCounter;
import org.scx4j.protocol.SchedAbi;
import org.scx4j.topology.CpuMask;

/**
 * What the BPF program does, by the same rules: a record for each task that becomes runnable, a decision carried out
 * when a CPU looks for work, the queues and whose turn it is, the fair lane, and the rescue of what is not decided.
 * The files of {@code bpf/src/main/bpf} are the model; their names are named below.
 * <p>
 * Thread safety: none. Allocates nothing once made, but as queues grow.
 */
final class KernelSide
{
    static final long HEARTBEAT_NS = 2_000_000L;

    private static final long HEAD_LEAD = 1L << 62;
    private static final int DISPATCH_SLOTS = 64;
    private static final int DISPATCH_LOOPS = 32;
    private static final int RESCUE_SLOTS = 16;
    private static final int FAIR_DEBT_SLICES = 8;
    private static final int ALL_CPUS_TICKS = 16;
    private static final int TURNS = 4;
    private static final int NONE = SimulatedTasks.NONE;

    private final SimulatedMachine machine;
    private final SimulatedTasks tasks;
    private final SimulatedTransport transport;
    private final InflightTable inflight;
    private final QueuedRecords records;
    private final DispatchQueue shared;
    private final DispatchQueue fair;
    private final DispatchQueue[] own;
    private final boolean isBindingLate;
    private final CpuMask givingWay;
    private SimulatedCpus cpus;
    private long fairVtimeNow;
    private boolean isIdleWaiting;
    private long nrHeartbeats;
    private int slotsLeft;

    KernelSide(final SimulatedMachine machine, final SimulatedTransport transport, final boolean isBindingLate)
    {
        this.machine = machine;
        this.tasks = machine.tasks;
        this.transport = transport;
        this.isBindingLate = isBindingLate;
        this.inflight = new InflightTable(machine.settings.rescueNs(), machine.settings.rescueHeldNs());
        this.records = new QueuedRecords(machine, transport, inflight);
        this.shared = new DispatchQueue(tasks);
        this.fair = new DispatchQueue(tasks);
        this.own = new DispatchQueue[machine.nrCpus];
        for (int cpu = 0; cpu < own.length; cpu++)
        {
            own[cpu] = new DispatchQueue(tasks);
        }
        this.givingWay = new CpuMask(machine.nrCpus);
    }

    void connect(final SimulatedCpus simulatedCpus)
    {
        cpus = simulatedCpus;
    }

    boolean isBindingLate()
    {
        return isBindingLate;
    }

    int nrInflight()
    {
        return inflight.nrInflight();
    }

    // ---- enqueue: scx4j.bpf.c, queued.bpf.h

    /** A task that has slept, or is new, becomes runnable. */
    void wake(final int task, final int flags, final int syncCpu)
    {
        final CpuMask allowed = tasks.allowed[tasks.classOf[task]];
        int cpu = tasks.cpu[task];
        boolean isIdle = false;
        if (tasks.nrCpusAllowed(task) > 1)
        {
            final boolean isSync = NONE != syncCpu && !machine.idle.isEmpty() && allowed.test(syncCpu);
            final int found = isSync ? syncCpu : machine.idle.select(allowed, cpu);
            isIdle = NONE != found;
            cpu = isIdle ? found : cpu;
        }
        tasks.cpu[task] = cpu;
        tasks.isCpuIdle[task] = isIdle;
        tasks.execNs[task] = 0;
        machine.invariants.expect(task, SimulatedTasks.SLEEPING);
        machine.totals.nrWakes++;
        machine.listener.onWake(machine.sinceStartNs(), tasks.pid[task], cpu);
        enqueue(task, flags);
        cpus.kick(cpu);
    }

    /** A task that the policy may have seen is gone. */
    void onExit(final int task)
    {
        records.onExit(task);
    }

    /** A runnable task is handed to user space, or to the fair lane if user space is behind. */
    void enqueue(final int task, final int flags)
    {
        tasks.enqueueNs[task] = machine.nowNs;
        machine.totals.nrEnqueues++;
        machine.totals.nrWaiting++;
        machine.count(KernelCounter.NR_QUEUED);
        machine.listener.onEnqueue(machine.sinceStartNs(), tasks.pid[task], tasks.cpu[task]);
        if (records.add(task, flags, isConfined(task)))
        {
            kickEarly(task, flags);
        }
        else
        {
            machine.count(KernelCounter.NR_CONGESTED);
            machine.count(KernelCounter.NR_KERNEL);
            insertFair(task);
            kickFair(task);
        }
        tasks.isCpuIdle[task] = false;
    }

    // ---- idle CPUs: idle.bpf.h, cpus.bpf.h

    private boolean isConfined(final int task)
    {
        return 1 == tasks.nrCpusAllowed(task);
    }

    private void kickEarly(final int task, final int flags)
    {
        if (0 != (flags & SchedAbi.SCHED_QUEUED_WAKEUP))
        {
            if (tasks.isCpuIdle[task] || isConfined(task))
            {
                cpus.expectDecision(tasks.cpu[task]);
            }
        }
        else if (!isConfined(task))
        {
            kickIdleCpu(task);
        }
    }

    private void kickIdleCpu(final int task)
    {
        final int cpu = machine.idle.pick(tasks.allowed[tasks.classOf[task]]);
        if (IdleCpus.NONE != cpu)
        {
            cpus.expectDecision(cpu);
            machine.count(KernelCounter.NR_KICKS);
            cpus.kick(cpu);
        }
    }

    private boolean kickAnyIdleCpu()
    {
        final int cpu = machine.idle.pick(machine.topology.onlineCpus());
        if (IdleCpus.NONE == cpu)
        {
            return false;
        }
        machine.count(KernelCounter.NR_KICKS);
        cpus.kick(cpu);
        return true;
    }

    /** A CPU has found nothing. */
    void onIdle(final int cpu)
    {
        isIdleWaiting = true;
        machine.idle.set(cpu);
        if (!transport.isPublishedIdle(cpu))
        {
            transport.publishIdle(cpu, true);
            if (isBindingLate && inflight.nrInflight() > 0)
            {
                records.sendCpuAvailable(cpu);
            }
        }
    }

    int selectIdle(final int[] pids, final int[] preferred, final int count)
    {
        int picked = 0;
        for (int i = 0; i < count; i++)
        {
            final int task = tasks.find(pids[i]);
            int cpu = Cpu.ANY;
            if (NONE != task)
            {
                final CpuMask allowed = tasks.allowed[tasks.classOf[task]];
                cpu = allowed.test(preferred[i]) && machine.idle.take(preferred[i]) ?
                    preferred[i] : machine.idle.pick(allowed);
            }
            preferred[i] = cpu;
            picked += Cpu.ANY == cpu ? 0 : 1;
        }
        return picked;
    }

    // ---- decisions: dispatched.bpf.h

    void hold(final long token)
    {
        inflight.hold(token);
    }

    /** A preempting decision names this CPU. */
    void giveWay(final int cpu)
    {
        if (cpu >= 0 && cpu < machine.nrCpus)
        {
            givingWay.set(cpu);
        }
    }

    /** Decisions are there. True if that took a system call. */
    boolean onPublished(final boolean isUrgent)
    {
        cpus.onPublished();
        if (!isUrgent && !isIdleWaiting)
        {
            return false;
        }
        isIdleWaiting = false;
        for (int cpu = givingWay.first(); CpuMask.NONE != cpu; cpu = givingWay.next(cpu))
        {
            givingWay.clear(cpu);
            cpus.preempt(cpu);
        }
        kickAnyIdleCpu();
        return true;
    }

    boolean hasPublished()
    {
        return transport.hasPublished();
    }

    /** A CPU looks for a task: carries out what is decided, rescues, and takes one, or {@link SimulatedTasks#NONE}. */
    int dispatch(final int cpu, final boolean isIdle)
    {
        int task = NONE;
        for (int i = 0; i < DISPATCH_LOOPS; i++)
        {
            machine.count(KernelCounter.NR_TURNS);
            slotsLeft = DISPATCH_SLOTS;
            drain(cpu, isIdle);
            rescueOverdue(InflightTable.FORGOTTEN);
            rescueOverdue(InflightTable.HELD);
            task = take(cpu);
            if (NONE != task || DISPATCH_SLOTS == slotsLeft)
            {
                return task;
            }
        }
        return task;
    }

    private void drain(final int cpu, final boolean isIdle)
    {
        boolean takesOne = isIdle;
        if (!transport.hasPublished())
        {
            return;
        }
        machine.count(KernelCounter.NR_DRAINS);
        while (slotsLeft > 0 && transport.hasPublished())
        {
            final DispatchedTaskFlyweight decision = transport.takeDecision();
            machine.totals.nrDecisions++;
            machine.totals.digest(machine.nowNs);
            machine.totals.digest(decision.pid() ^ (long)decision.cpu() << 32);
            machine.totals.digest(decision.sliceNs());
            machine.totals.digest(decision.vtime() ^ decision.flags());
            if (0 != (decision.flags() & SchedAbi.SCHED_DECISION_KICK))
            {
                kickDecided(cpu, decision);
                continue;
            }
            final int task = tasks.find(decision.pid());
            if (NONE == task)
            {
                machine.count(KernelCounter.NR_NO_TASK);
                machine.count(KernelCounter.NR_CANCELLED);
            }
            else if (0 == decision.token() || tasks.token[task] != decision.token())
            {
                machine.count(KernelCounter.NR_CANCELLED);
            }
            else
            {
                takesOne = insertDecided(cpu, takesOne, task, decision);
            }
        }
    }

    private void kickDecided(final int drainingCpu, final DispatchedTaskFlyweight decision)
    {
        final int cpu = decision.cpu();
        if (cpu < 0 || cpu >= machine.nrCpus || cpu == drainingCpu)
        {
            return;
        }
        if (0 != (decision.flags() & SchedAbi.SCHED_DECISION_PREEMPT))
        {
            machine.count(KernelCounter.NR_PREEMPTS);
            cpus.preempt(cpu);
        }
        else
        {
            machine.count(KernelCounter.NR_KICKS);
            cpus.kick(cpu);
        }
    }

    private boolean insertDecided(
        final int drainingCpu, final boolean takesOne, final int task, final DispatchedTaskFlyweight decision)
    {
        final long flags = decision.flags();
        final long sliceNs = 0 == decision.sliceNs() ? machine.settings.sliceNs() : decision.sliceNs();
        final boolean isAhead = 0 != (flags & (SchedAbi.SCHED_DECISION_PREEMPT | SchedAbi.SCHED_DECISION_HEAD));
        int cpu = decision.cpu();
        if (Cpu.ANY != cpu && !tasks.mayUse(task, cpu))
        {
            machine.count(KernelCounter.NR_BOUNCED);
            cpu = Cpu.ANY;
        }
        if (Cpu.ANY == cpu && isConfined(task))
        {
            cpu = tasks.cpu[task];
        }
        insert(Cpu.ANY == cpu ? shared : own[cpu], task, sliceNs,
            isAhead ? decision.vtime() - HEAD_LEAD : decision.vtime());
        endToken(task);
        machine.count(KernelCounter.NR_DECIDED);
        tasks.vtime[task] = decision.vtime();
        machine.listener.onDecision(
            machine.sinceStartNs(), tasks.pid[task], decision.cpu(), sliceNs, decision.vtime());

        if (Cpu.ANY != cpu)
        {
            if (0 != (flags & SchedAbi.SCHED_DECISION_PREEMPT))
            {
                cpus.ownFirst(cpu);
                machine.count(KernelCounter.NR_PREEMPTS);
                if (cpu != drainingCpu)
                {
                    cpus.preempt(cpu);
                }
            }
            else if (cpu != drainingCpu)
            {
                cpus.kick(cpu);
            }
        }
        else if (takesOne && tasks.mayUse(task, drainingCpu))
        {
            return false;
        }
        else
        {
            kickIdleCpu(task);
        }
        return takesOne;
    }

    private void insert(final DispatchQueue queue, final int task, final long sliceNs, final long vtime)
    {
        tasks.sliceNs[task] = sliceNs;
        tasks.state[task] = SimulatedTasks.INSERTED;
        queue.add(task, vtime, machine.nowNs);
        slotsLeft--;
    }

    private void endToken(final int task)
    {
        inflight.answer(tasks.token[task]);
        tasks.token[task] = 0;
    }

    // ---- whose turn it is: idle.bpf.h

    private int take(final int cpu)
    {
        final int turn = cpus.nextTurn(cpu);
        if (turn % TURNS != TURNS - 1 && cpus.takeOwnFirst(cpu))
        {
            final int task = own[cpu].take(cpu);
            if (NONE != task)
            {
                return task;
            }
        }
        int task = 0 != turn % 2 ? fair.take(cpu) : NONE;
        if (NONE == task)
        {
            final boolean isSharedFirst = 1 == turn % TURNS;
            task = (isSharedFirst ? shared : own[cpu]).take(cpu);
            task = NONE != task ? task : (isSharedFirst ? own[cpu] : shared).take(cpu);
        }
        return NONE != task ? task : fair.take(cpu);
    }

    // ---- the fair lane: fallback.bpf.h

    private void insertFair(final int task)
    {
        final long sliceNs = machine.settings.sliceNs();
        final long earliest = fairVtimeNow - sliceNs;
        final long latest = fairVtimeNow + FAIR_DEBT_SLICES * sliceNs;
        tasks.fairVtime[task] = Math.max(earliest, Math.min(latest, tasks.fairVtime[task]));
        if (isConfined(task))
        {
            insert(own[tasks.cpu[task]], task, sliceNs, tasks.vtime[task]);
        }
        else
        {
            insert(fair, task, sliceNs, tasks.fairVtime[task]);
        }
    }

    private void kickFair(final int task)
    {
        if (isConfined(task))
        {
            cpus.kick(tasks.cpu[task]);
        }
        else
        {
            kickIdleCpu(task);
        }
    }

    void onBorn(final int task)
    {
        tasks.fairVtime[task] = fairVtimeNow;
    }

    void onRun(final int task)
    {
        fairVtimeNow = Math.max(fairVtimeNow, tasks.fairVtime[task]);
    }

    void onStop(final int task, final long usedNs)
    {
        tasks.fairVtime[task] += usedNs * TaskClass.WEIGHT_DEFAULT / tasks.weight(task);
    }

    private void rescueOverdue(final int cursor)
    {
        if (!inflight.isDue(cursor))
        {
            return;
        }
        for (int i = 0; i < RESCUE_SLOTS && slotsLeft > 0; i++)
        {
            final long token = inflight.nextOverdue(cursor, machine.nowNs, RESCUE_SLOTS);
            if (0 == token)
            {
                return;
            }
            final int task = inflight.task(token);
            if (tasks.token[task] == token)
            {
                insertFair(task);
                endToken(task);
                machine.count(KernelCounter.NR_KERNEL);
                machine.count(KernelCounter.NR_RESCUED);
                kickFair(task);
            }
        }
    }

    // ---- the timer: heartbeat.bpf.h

    void heartbeat()
    {
        machine.count(KernelCounter.NR_HEARTBEATS);
        checkIdleCpus();
        final boolean isOverdue = inflight.follow(machine.nowNs);
        if (shared.size() + fair.size() > 0)
        {
            if (kickAnyIdleCpu() || 0 == nrHeartbeats % ALL_CPUS_TICKS)
            {
                for (int cpu = 0; cpu < machine.nrCpus; cpu++)
                {
                    cpus.kick(cpu);
                }
            }
        }
        else if (isOverdue || transport.hasPublished())
        {
            kickAnyIdleCpu();
        }
        for (int cpu = 0; cpu < machine.nrCpus; cpu++)
        {
            if (own[cpu].size() > 0)
            {
                cpus.kick(cpu);
            }
        }
        if (isBindingLate && inflight.nrInflight() > 0)
        {
            records.repeatCpuEvents();
        }
        records.sendLateExits();
        nrHeartbeats++;
    }

    /** What a CPU may take must not wait for longer than it takes to notice by the timer. */
    private void checkIdleCpus()
    {
        final long beforeNs = machine.nowNs - (ALL_CPUS_TICKS + 2) * HEARTBEAT_NS;
        if (machine.totals.nrBusy == machine.nrCpus)
        {
            return;
        }
        for (int cpu = 0; cpu < machine.nrCpus; cpu++)
        {
            if (cpus.isIdleSince(cpu, beforeNs))
            {
                checkIdle(cpu, shared, beforeNs);
                checkIdle(cpu, fair, beforeNs);
                checkIdle(cpu, own[cpu], beforeNs);
            }
        }
    }

    private void checkIdle(final int cpu, final DispatchQueue queue, final long beforeNs)
    {
        for (int i = 0; i < queue.size(); i++)
        {
            final int task = queue.at(i);
            if (tasks.insertedNs[task] < beforeNs && tasks.mayUse(task, cpu))
            {
                machine.invariants.idleCpuWith(cpu, task);
            }
        }
    }

    /** For the audit: counts each task in a queue. */
    void markQueued(final int[] places)
    {
        mark(shared, places);
        mark(fair, places);
        for (final DispatchQueue queue : own)
        {
            mark(queue, places);
        }
    }

    private static void mark(final DispatchQueue queue, final int[] places)
    {
        for (int i = 0; i < queue.size(); i++)
        {
            places[queue.at(i)]++;
        }
    }
}
