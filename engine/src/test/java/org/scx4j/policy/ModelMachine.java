// SPDX-License-Identifier: Apache-2.0
package org.scx4j.policy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.TreeSet;
import org.scx4j.api.Cpu;
import org.scx4j.api.CpuStates;
import org.scx4j.api.Decision;
import org.scx4j.api.Dispatcher;
import org.scx4j.api.EngineContext;
import org.scx4j.api.PolicyHandover;
import org.scx4j.api.QueuedTask;
import org.scx4j.api.SchedulingPolicy;
import org.scx4j.topology.CpuTopology;

/**
 * CPUs in virtual time that run what a policy decides as the kernel does: queues ordered by vtime, slices that end at
 * timer ticks, a task that is queued again only after its CPU has taken the next, CPUs that ask for a task when idle,
 * and decisions that are cancelled if they come twice or for a task that is gone.
 */
final class ModelMachine implements Dispatcher, Decision, EngineContext
{
    static final long SLICE_NS = 5_000_000;
    static final long CPU_EVENT_NS = 2_000_000;

    /** Decisions that the kernel would cancel. */
    int nrCancelled;
    /** Longest time for which a CPU was idle and a task waited that could have run there. */
    long maxIdleNs;
    private SchedulingPolicy policy;
    private final long tickNs;
    private final ModelCpuStates states;
    private final ModelTask[] running;
    private final long[] startedNs;
    private final long[] endNs;
    private final CpuTopology topology;
    private final Map<String, String> options;
    private final List<PriorityQueue<ModelTask>> queues = new ArrayList<>();
    private final PriorityQueue<ModelTask> sleeping =
        new PriorityQueue<>(Comparator.comparingLong((ModelTask task) -> task.enqueueNs));
    private final ArrayDeque<ModelTask> arrivals = new ArrayDeque<>();
    /** CPUs, each once: the kernel makes one of several kicks too. */
    private final TreeSet<Integer> preempted = new TreeSet<>();
    private final Map<Long, ModelTask> undecided = new HashMap<>();
    private final boolean[] wasTold;
    private final long[] idleSinceNs;
    private long nowNs;
    private long nextPolicyTickNs;
    private long nextCpuEventNs;
    private long sequence;
    private Random losses;
    private boolean isSettling;

    private ModelTask decided;
    private int cpu;
    private long sliceNs;
    private long vtime;
    private boolean isHead;
    private boolean isPreempting;

    ModelMachine(final SchedulingPolicy policy, final int nrCpus, final long tickNs)
    {
        this(policy, nrCpus, tickNs, Map.of());
    }

    ModelMachine(
        final SchedulingPolicy policy, final int nrCpus, final long tickNs, final Map<String, String> options)
    {
        this.policy = policy;
        this.tickNs = tickNs;
        this.options = options;
        topology = CpuTopology.regular(nrCpus, 1, nrCpus, nrCpus);
        states = new ModelCpuStates(nrCpus);
        running = states.running;
        startedNs = states.startedNs;
        endNs = new long[nrCpus];
        wasTold = new boolean[nrCpus];
        idleSinceNs = new long[nrCpus];
        for (int i = 0; i <= nrCpus; i++)
        {
            queues.add(new PriorityQueue<>(ModelMachine::compare));
        }
        policy.onStart(this);
        nextPolicyTickNs = policy.tickIntervalNs() > 0 ? policy.tickIntervalNs() : Long.MAX_VALUE;
        nextCpuEventNs = policy.wantsCpuAvailable() ? CPU_EVENT_NS : Long.MAX_VALUE;
    }

    private static int compare(final ModelTask a, final ModelTask b)
    {
        if (a.isHead != b.isHead)
        {
            return a.isHead ? -1 : 1;
        }
        return Long.signum(a.vtime != b.vtime ? a.vtime - b.vtime : a.sequence - b.sequence);
    }

    /** Loses every other event that a CPU is available. */
    void loseCpuEvents(final Random random)
    {
        losses = random;
    }

    /** Makes a task runnable now. */
    void add(final ModelTask task)
    {
        task.enqueueNs = nowNs;
        task.releaseNs = nowNs;
        enqueue(task);
    }

    /** A task leaves the kernel's queues while the policy has it; nobody tells the policy. */
    boolean withdraw(final ModelTask task)
    {
        return undecided.remove(task.token(), task);
    }

    /** A task ends, wherever it is, and the policy is told. */
    void exit(final ModelTask task)
    {
        undecided.remove(task.token(), task);
        queues.forEach((queue) -> queue.remove(task));
        sleeping.remove(task);
        for (int i = 0; i < running.length; i++)
        {
            if (task == running[i])
            {
                running[i] = null;
                idleSinceNs[i] = nowNs;
            }
        }
        policy.onTaskExit(task.pid);
        settle();
    }

    /** As the engine does. */
    void replacePolicy(final SchedulingPolicy next)
    {
        final List<long[]> held = new ArrayList<>();
        next.onStart(this);
        policy.onBatchEnd(this);
        final Object state = ((PolicyHandover)policy).handOver((pid, token, enqueueNs) ->
            held.add(new long[]{pid, token, enqueueNs}));
        policy = next;
        if (null != state)
        {
            ((PolicyHandover)policy).takeOver(state);
        }
        held.forEach((task) -> ((PolicyHandover)policy).onHeldTask((int)task[0], task[1], task[2], this));
        policy.onBatchEnd(this);
        settle();
    }

    int nrUndecided()
    {
        return undecided.size();
    }

    long nowNs()
    {
        return nowNs;
    }

    /** Runs all CPUs for some time. */
    void run(final long durationNs)
    {
        final long untilNs = nowNs + durationNs;
        while (true)
        {
            final int next = nextCpu();
            final long cpuNs = next < 0 ? Long.MAX_VALUE : endNs[next];
            final long wakeNs = sleeping.isEmpty() ? Long.MAX_VALUE : sleeping.peek().enqueueNs;
            final long timerNs = Math.min(nextPolicyTickNs, nextCpuEventNs);
            final long nextNs = Math.min(timerNs, Math.min(cpuNs, wakeNs));
            if (nextNs > untilNs)
            {
                nowNs = untilNs;
                return;
            }
            nowNs = nextNs;
            if (wakeNs == nextNs)
            {
                add(sleeping.poll());
            }
            else if (cpuNs == nextNs)
            {
                stop(next);
            }
            else
            {
                timer();
            }
        }
    }

    private void timer()
    {
        if (nowNs == nextCpuEventNs)
        {
            nextCpuEventNs += CPU_EVENT_NS;
            Arrays.fill(wasTold, false);
        }
        if (nowNs == nextPolicyTickNs)
        {
            nextPolicyTickNs += policy.tickIntervalNs();
            policy.onTick(nowNs, this);
        }
        settle();
    }

    private int nextCpu()
    {
        int next = -1;
        for (int i = 0; i < running.length; i++)
        {
            if (null != running[i] && (next < 0 || endNs[i] < endNs[next]))
            {
                next = i;
            }
        }
        return next;
    }

    private void stop(final int cpu)
    {
        final ModelTask task = running[cpu];
        final long usedNs = nowNs - startedNs[cpu];
        task.sumExecNs += usedNs;
        task.execNs += usedNs;
        task.burstLeftNs -= usedNs;
        running[cpu] = null;
        idleSinceNs[cpu] = nowNs;
        take(cpu);
        task.isWaking = 0 == task.burstLeftNs;
        if (task.isWaking)
        {
            task.finish(nowNs);
            sleeping.add(task);
            settle();
        }
        else
        {
            task.enqueueNs = nowNs;
            enqueue(task);
        }
    }

    private void enqueue(final ModelTask task)
    {
        arrivals.add(task);
        settle();
    }

    /** Carries out what is decided, and tells the policy what comes of it, until nothing comes any more. */
    private void settle()
    {
        if (isSettling)
        {
            return;
        }
        isSettling = true;
        do
        {
            while (!arrivals.isEmpty())
            {
                handOver(arrivals.poll());
            }
            fillIdle();
            tellIdle();
            policy.onBatchEnd(this);
            while (!preempted.isEmpty())
            {
                giveWay(preempted.pollFirst());
            }
            fillIdle();
            states.endClaims();
        }
        while (!arrivals.isEmpty());
        isSettling = false;
    }

    private void handOver(final ModelTask task)
    {
        task.sequence = sequence++;
        if (null != undecided.put(task.token(), task))
        {
            throw new AssertionError("token given twice: " + task.token());
        }
        policy.onTask(task, this);
    }

    private void tellIdle()
    {
        for (int i = 0; i < running.length && policy.wantsCpuAvailable(); i++)
        {
            final boolean isAvailable = null == running[i] && !undecided.isEmpty();
            if (isAvailable && !wasTold[i] && (null == losses || losses.nextBoolean()))
            {
                policy.onCpuAvailable(i, this);
            }
            wasTold[i] = isAvailable;
        }
    }

    private void giveWay(final int cpu)
    {
        if (null != running[cpu])
        {
            stop(cpu);
        }
    }

    private void fillIdle()
    {
        for (int i = 0; i < running.length; i++)
        {
            take(i);
        }
    }

    private void take(final int cpu)
    {
        if (null != running[cpu])
        {
            return;
        }
        final ModelTask own = queues.get(cpu).poll();
        final ModelTask task = null != own ? own : queues.get(running.length).poll();
        if (null == task)
        {
            return;
        }
        if (task.pinnedTo < 0)
        {
            maxIdleNs = Math.max(maxIdleNs, nowNs - Math.max(idleSinceNs[cpu], task.enqueueNs));
        }
        running[cpu] = task;
        startedNs[cpu] = nowNs;
        wasTold[cpu] = false;
        task.lastCpu = cpu;
        final long sliceEndNs = nowNs + task.sliceNs;
        final long tickEndNs = (sliceEndNs + tickNs - 1) / tickNs * tickNs;
        endNs[cpu] = Math.min(tickEndNs, saturated(nowNs + task.burstLeftNs));
        task.waited(nowNs - task.enqueueNs);
    }

    private static long saturated(final long sum)
    {
        return sum < 0 ? Long.MAX_VALUE : sum;
    }

    @Override
    public long sliceNs()
    {
        return SLICE_NS;
    }

    @Override
    public int nrCpuIds()
    {
        return running.length;
    }

    @Override
    public CpuTopology topology()
    {
        return topology;
    }

    @Override
    public CpuStates cpuStates()
    {
        return states;
    }

    @Override
    public String option(final String name)
    {
        return options.get(name);
    }

    @Override
    public Decision dispatch(final QueuedTask task)
    {
        return dispatch(task.pid(), task.token(), task.enqueueNs());
    }

    @Override
    public Decision dispatch(final int pid, final long token, final long enqueueNs)
    {
        final ModelTask task = undecided.get(token);
        decided = null != task && pid == task.pid ? task : null;
        cpu = Cpu.ANY;
        sliceNs = SLICE_NS;
        vtime = 0;
        isHead = false;
        isPreempting = false;
        if (null == decided)
        {
            nrCancelled++;
        }
        return this;
    }

    @Override
    public Decision cpu(final int cpu)
    {
        this.cpu = cpu;
        return this;
    }

    @Override
    public Decision sliceNs(final long sliceNs)
    {
        this.sliceNs = 0 == sliceNs ? SLICE_NS : sliceNs;
        return this;
    }

    @Override
    public Decision vtime(final long vtime)
    {
        this.vtime = vtime;
        return this;
    }

    @Override
    public Decision head()
    {
        isHead = true;
        return this;
    }

    @Override
    public Decision preempt()
    {
        isHead = true;
        isPreempting = true;
        return this;
    }

    @Override
    public void hold(final long token)
    {
        if (!undecided.containsKey(token))
        {
            throw new AssertionError("nobody waits by this token: " + token);
        }
    }

    @Override
    public boolean kick(final int cpu)
    {
        return true;
    }

    @Override
    public boolean preempt(final int cpu)
    {
        preempted.add(cpu);
        return true;
    }

    @Override
    public boolean commit()
    {
        if (null == decided)
        {
            return true;
        }
        undecided.remove(decided.token());
        decided.vtime = vtime;
        decided.sliceNs = sliceNs;
        decided.isHead = isHead;
        final int target = decided.pinnedTo >= 0 ? decided.pinnedTo : cpu;
        queues.get(Cpu.ANY == target ? running.length : target).add(decided);
        if (isPreempting && Cpu.ANY != cpu)
        {
            preempted.add(target);
        }
        return true;
    }
}
