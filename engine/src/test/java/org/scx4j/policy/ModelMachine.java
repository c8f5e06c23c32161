// SPDX-License-Identifier: Apache-2.0
package org.scx4j.policy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.scx4j.api.CpuStates;
import org.scx4j.api.Decision;
import org.scx4j.api.Dispatcher;
import org.scx4j.api.EngineContext;
import org.scx4j.api.QueuedTask;
import org.scx4j.api.SchedulingPolicy;
import org.scx4j.topology.CpuTopology;

/**
 * CPUs in virtual time that run what a policy decides as the kernel does: queues ordered by vtime, slices that end at
 * timer ticks, and a task that is queued again only after its CPU has taken the next.
 */
final class ModelMachine implements Dispatcher, Decision, EngineContext
{
    static final long SLICE_NS = 5_000_000;

    private final SchedulingPolicy policy;
    private final long tickNs;
    private final ModelTask[] running;
    private final long[] startedNs;
    private final long[] endNs;
    private final List<PriorityQueue<ModelTask>> queues = new ArrayList<>();
    private final PriorityQueue<ModelTask> sleeping =
        new PriorityQueue<>(Comparator.comparingLong((ModelTask task) -> task.enqueueNs));
    private long nowNs;
    private long sequence;
    private ModelTask atHand;

    ModelMachine(final SchedulingPolicy policy, final int nrCpus, final long tickNs)
    {
        this.policy = policy;
        this.tickNs = tickNs;
        running = new ModelTask[nrCpus];
        startedNs = new long[nrCpus];
        endNs = new long[nrCpus];
        for (int i = 0; i <= nrCpus; i++)
        {
            queues.add(new PriorityQueue<>(ModelMachine::compare));
        }
        policy.onStart(this);
    }

    private static int compare(final ModelTask a, final ModelTask b)
    {
        return Long.signum(a.vtime != b.vtime ? a.vtime - b.vtime : a.sequence - b.sequence);
    }

    /** Makes a task runnable now. */
    void add(final ModelTask task)
    {
        task.enqueueNs = nowNs;
        enqueue(task);
        fillIdle();
    }

    /** Runs all CPUs for some time. */
    void run(final long durationNs)
    {
        final long untilNs = nowNs + durationNs;
        while (true)
        {
            final int cpu = nextCpu();
            final long cpuNs = cpu < 0 ? Long.MAX_VALUE : endNs[cpu];
            final long wakeNs = sleeping.isEmpty() ? Long.MAX_VALUE : sleeping.peek().enqueueNs;
            if (Math.min(cpuNs, wakeNs) > untilNs)
            {
                nowNs = untilNs;
                return;
            }
            if (wakeNs <= cpuNs)
            {
                nowNs = wakeNs;
                add(sleeping.poll());
            }
            else
            {
                nowNs = cpuNs;
                stop(cpu);
            }
        }
    }

    private int nextCpu()
    {
        int next = -1;
        for (int cpu = 0; cpu < running.length; cpu++)
        {
            if (null != running[cpu] && (next < 0 || endNs[cpu] < endNs[next]))
            {
                next = cpu;
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
        take(cpu);
        task.isWaking = 0 == task.burstLeftNs;
        if (task.isWaking)
        {
            task.execNs = 0;
            task.burstLeftNs = task.burstNs;
            task.enqueueNs = nowNs + task.sleepNs;
            sleeping.add(task);
        }
        else
        {
            task.enqueueNs = nowNs;
            enqueue(task);
            fillIdle();
        }
    }

    private void enqueue(final ModelTask task)
    {
        atHand = task;
        task.sequence = sequence++;
        policy.onTask(task, this);
    }

    private void fillIdle()
    {
        for (int cpu = 0; cpu < running.length; cpu++)
        {
            take(cpu);
        }
    }

    private void take(final int cpu)
    {
        if (null != running[cpu])
        {
            return;
        }
        final ModelTask pinned = queues.get(cpu).poll();
        final ModelTask task = null != pinned ? pinned : queues.get(running.length).poll();
        if (null == task)
        {
            return;
        }
        running[cpu] = task;
        startedNs[cpu] = nowNs;
        final long sliceEndNs = nowNs + task.sliceNs;
        final long tickEndNs = (sliceEndNs + tickNs - 1) / tickNs * tickNs;
        endNs[cpu] = Math.min(tickEndNs, saturated(nowNs + task.burstLeftNs));
        task.maxWaitNs = Math.max(task.maxWaitNs, nowNs - task.enqueueNs);
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
        throw new UnsupportedOperationException("these policies ask for no topology");
    }

    @Override
    public CpuStates cpuStates()
    {
        throw new UnsupportedOperationException("these policies ask for no CPU's state");
    }

    @Override
    public String option(final String name)
    {
        return null;
    }

    @Override
    public Decision dispatch(final QueuedTask task)
    {
        atHand.vtime = 0;
        atHand.sliceNs = SLICE_NS;
        return this;
    }

    @Override
    public Decision dispatch(final int pid, final long token, final long enqueueNs)
    {
        throw new UnsupportedOperationException("the model knows the task at hand only");
    }

    @Override
    public Decision cpu(final int cpu)
    {
        return this;
    }

    @Override
    public Decision sliceNs(final long sliceNs)
    {
        atHand.sliceNs = 0 == sliceNs ? SLICE_NS : sliceNs;
        return this;
    }

    @Override
    public Decision vtime(final long vtime)
    {
        atHand.vtime = vtime;
        return this;
    }

    @Override
    public Decision head()
    {
        throw new UnsupportedOperationException("the model knows vtime only");
    }

    @Override
    public Decision preempt()
    {
        throw new UnsupportedOperationException("the model preempts nobody");
    }

    @Override
    public void hold(final long token)
    {
        throw new UnsupportedOperationException("the model knows the task at hand only");
    }

    @Override
    public boolean kick(final int cpu)
    {
        throw new UnsupportedOperationException("the model's CPUs need no kick");
    }

    @Override
    public boolean preempt(final int cpu)
    {
        throw new UnsupportedOperationException("the model preempts nobody");
    }

    @Override
    public boolean commit()
    {
        queues.get(atHand.pinnedTo >= 0 ? atHand.pinnedTo : running.length).add(atHand);
        return true;
    }
}
