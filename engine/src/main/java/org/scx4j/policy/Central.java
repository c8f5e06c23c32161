// SPDX-License-Identifier: Apache-2.0
package org.scx4j.policy;

import org.scx4j.api.Cpu;
import org.scx4j.api.CpuStates;
import org.scx4j.api.Dispatcher;
import org.scx4j.api.EngineContext;
import org.scx4j.api.PolicyHandover;
import org.scx4j.api.QueuedTask;
import org.scx4j.api.SchedulingPolicy;
import org.scx4j.api.Successor;
import org.scx4j.protocol.SchedAbi;

/**
 * Central scheduling: one CPU decides for all, and binds late. The run queue is here, not in the kernel, and a task
 * gets its CPU when that CPU asks for one.
 * <p>
 * Late binding is the single queue of the queueing theory's M/M/c, where no server is idle while anybody waits, and
 * nobody waits behind a long job that happens to be in front of it at one server. Its price is a round trip through
 * user space for each turn, in which the CPU is idle; what it buys is that the order can be anything that Java can
 * compute, until the last moment. Here it is first in, first out: the example to start from, with {@link RunQueue} and
 * another key. Tail latencies of microseconds with a central queue and a dedicated CPU are the subject of Kaffes et
 * al., "Shinjuku: Preemptive Scheduling for Microsecond-scale Tail Latency", 2019, and of Humphries et al., "ghOSt:
 * Fast and Flexible User-Space Delegation of Linux Scheduling", 2021.
 * <p>
 * <b>What is held.</b> A task that arrives while a CPU is idle is sent there at once, unless others wait already: then
 * the first of them is, and the new one queues. Tasks that may not use every CPU are not held but left to the kernel
 * ({@link Cpu#ANY}), which knows where they may run. So is one for which the queue of {@value #CAPACITY} has no room.
 * <p>
 * <b>What can go stale.</b> A queued pid that is queued again takes the place of its older entry, and one that exits is
 * removed. A task may still have left the kernel's queue in another way (new affinity, other class): its decision is
 * cancelled by the kernel, and the CPU that asked stays idle until it asks again, about 2 ms later.
 * <p>
 * <b>Safety.</b> Nothing is held longer than the option {@code bound} says, 20 ms by default, and another 10 ms: then
 * it goes to the kernel's own queue, first in, first out as well, where the next free CPU finds it. So a lost event can
 * delay a task, not stall it. If more tasks want to run than get their turn within the bound, that is where all of them
 * pass through; a longer bound keeps the late decision.
 * <p>
 * O(log n) per task, O(1) to ask for an idle CPU but for what {@link CpuStates#pickIdle(QueuedTask)} costs; no
 * allocation.
 */
public final class Central implements SchedulingPolicy, PolicyHandover
{
    static final int CAPACITY = 1 << 14;
    static final long BOUND_DEFAULT_NS = 20_000_000L;
    static final long TICK_NS = 10_000_000L;

    private static final String BOUND_OPTION = "bound";
    private static final long SHORTEST_NS = 1_000_000L;
    private static final long LONGEST_NS = 1_000_000_000L;

    private final RunQueue queue;
    private CpuStates states;
    private UsableCpus usable;
    private long boundNs;
    /** By CPU, the batch in which it last got a task: it is not idle any more, whatever the states say. */
    private long[] givenInBatch;
    private long batch = 1;

    /** A policy that holds no task yet. */
    public Central()
    {
        this(CAPACITY);
    }

    Central(final int capacity)
    {
        queue = new RunQueue(capacity);
    }

    /**
     * @throws org.scx4j.exceptions.SchedulerException with category USAGE, if an option is wrong.
     */
    @Override
    public void onStart(final EngineContext context)
    {
        boundNs = TimeSpan.optionNs(context, BOUND_OPTION, BOUND_DEFAULT_NS, SHORTEST_NS, LONGEST_NS);
        states = context.cpuStates();
        usable = new UsableCpus(context.topology());
        givenInBatch = new long[context.nrCpuIds()];
        while (!queue.isEmpty())
        {
            queue.removeFirst(); // held before a restart, and queued anew since
        }
    }

    @Override
    public boolean wantsCpuAvailable()
    {
        return true;
    }

    @Override
    public long tickIntervalNs()
    {
        return TICK_NS;
    }

    @Override
    public void onTask(final QueuedTask task, final Dispatcher out)
    {
        queue.remove(task.pid());
        if (!usable.areAll(task))
        {
            out.dispatch(task).vtime(task.enqueueNs()).commit();
            return;
        }
        final int idle = idleCpu(task);
        if (Cpu.ANY != idle && queue.isEmpty())
        {
            givenInBatch[idle] = batch;
            out.dispatch(task).cpu(idle).vtime(task.enqueueNs()).commit();
            return;
        }
        if (Cpu.ANY != idle)
        {
            giveFirst(idle, out);
        }
        if (queue.add(task.enqueueNs(), task.pid(), task.token(), task.enqueueNs()))
        {
            out.hold(task.token());
        }
        else
        {
            out.dispatch(task).vtime(task.enqueueNs()).commit();
        }
    }

    private int idleCpu(final QueuedTask task)
    {
        if (0 != (task.flags() & SchedAbi.SCHED_QUEUED_CPU_IDLE) && !isGiven(task.prevCpu()))
        {
            return task.prevCpu();
        }
        int cpu = states.pickIdle(task);
        /* A CPU that is picked is not picked again, so this ends; the bound is for states that do not keep to it. */
        for (int i = 0; Cpu.ANY != cpu && isGiven(cpu); i++)
        {
            cpu = i < givenInBatch.length ? states.pickIdle(task) : Cpu.ANY;
        }
        return cpu;
    }

    private boolean isGiven(final int cpu)
    {
        return givenInBatch[cpu] == batch;
    }

    /** The first task goes to a CPU, and out of the queue if that is final. */
    private boolean giveFirst(final int cpu, final Dispatcher out)
    {
        final long enqueueNs = queue.enqueueNs();
        if (!out.dispatch(queue.pid(), queue.token(), enqueueNs).cpu(cpu).vtime(enqueueNs).commit())
        {
            return false;
        }
        queue.removeFirst();
        if (Cpu.ANY != cpu)
        {
            givenInBatch[cpu] = batch;
        }
        return true;
    }

    @Override
    public void onCpuAvailable(final int cpu, final Dispatcher out)
    {
        /* The call may be old: it has waited in the ring. */
        if (!queue.isEmpty() && !isGiven(cpu) && states.isIdle(cpu))
        {
            giveFirst(cpu, out);
        }
    }

    @Override
    public void onBatchEnd(final Dispatcher out)
    {
        batch++;
    }

    @Override
    public void onTick(final long nowNs, final Dispatcher out)
    {
        boolean hasRoom = true;
        while (hasRoom && !queue.isEmpty() && nowNs - queue.enqueueNs() > boundNs)
        {
            hasRoom = giveFirst(Cpu.ANY, out);
        }
    }

    @Override
    public void onTaskExit(final int pid)
    {
        queue.remove(pid);
    }

    @Override
    public Object handOver(final Successor successor)
    {
        while (!queue.isEmpty())
        {
            successor.take(queue.pid(), queue.token(), queue.enqueueNs());
            queue.removeFirst();
        }
        return null;
    }

    /** Whether it may use every CPU is not known here; a CPU that it may not use the kernel's side replaces. */
    @Override
    public void onHeldTask(final int pid, final long token, final long enqueueNs, final Dispatcher out)
    {
        queue.remove(pid);
        if (queue.add(enqueueNs, pid, token, enqueueNs))
        {
            out.hold(token);
        }
        else
        {
            out.dispatch(pid, token, enqueueNs).vtime(enqueueNs).commit();
        }
    }

    /** Tasks that are held. */
    int nrHeld()
    {
        return queue.size();
    }
}
