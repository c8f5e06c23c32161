// SPDX-License-Identifier: Apache-2.0
package org.scx4j.pipeline;

import org.scx4j.api.Cpu;
import org.scx4j.api.CpuStates;
import org.scx4j.api.Dispatcher;
import org.scx4j.api.EngineContext;
import org.scx4j.api.QueuedTask;
import org.scx4j.api.SchedulingPolicy;
import org.scx4j.topology.CpuTopology;

/**
 * Shows a policy tasks of all kinds, on CPUs that do all they can do, so that it comes by each of its branches; the
 * records of {@link org.scx4j.transport.MemoryTransport} are all alike.
 */
final class VariedTasks implements SchedulingPolicy, EngineContext, CpuStates
{
    private static final int NR_CPUS = 8;
    private static final int[] WEIGHTS = {100, 305, 33, 100, 305};
    /** "inter", "batch", "rt", and two names without a rule; little endian. */
    private static final long[] COMMS = {0x7265746e69L, 0x6863746162L, 0x7472L, 0, 0x78L};

    private final SchedulingPolicy policy;
    private final CpuTopology topology;
    private final String rulesFile;
    private final View view = new View();
    private long nrTasks;
    private long nrQuestions;

    VariedTasks(final SchedulingPolicy policy, final CpuTopology topology, final String rulesFile)
    {
        this.policy = policy;
        this.topology = topology;
        this.rulesFile = rulesFile;
        policy.onStart(this);
    }

    @Override
    public void onTask(final QueuedTask task, final Dispatcher out)
    {
        view.task = task;
        view.number = nrTasks++;
        policy.onTask(view, out);
        if (0 == nrTasks % 7)
        {
            policy.onCpuAvailable((int)(nrTasks % NR_CPUS), out);
        }
    }

    /** All that is held finds a CPU, or is old. */
    @Override
    public void onBatchEnd(final Dispatcher out)
    {
        policy.onBatchEnd(out);
        for (int cpu = 0; cpu < NR_CPUS; cpu++)
        {
            policy.onCpuAvailable(cpu, out);
        }
        policy.onTick(Long.MAX_VALUE / 2, out);
        policy.onTaskExit((int)(nrTasks % 1000));
    }

    @Override
    public long sliceNs()
    {
        return 5_000_000;
    }

    @Override
    public int nrCpuIds()
    {
        return NR_CPUS;
    }

    @Override
    public CpuTopology topology()
    {
        return topology;
    }

    @Override
    public CpuStates cpuStates()
    {
        return this;
    }

    @Override
    public String option(final String name)
    {
        return "rules".equals(name) ? rulesFile : null;
    }

    @Override
    public boolean isIdle(final int cpu)
    {
        return false;
    }

    @Override
    public int pid(final int cpu)
    {
        return 1 + (int)(nrQuestions++ % 500);
    }

    @Override
    public long startNs(final int cpu)
    {
        return nrQuestions / 16;
    }

    @Override
    public long vtime(final int cpu)
    {
        return 0 == cpu ? 0 : view.enqueueNs() + (cpu - 4) * 10_000_000L;
    }

    @Override
    public int pickIdle(final QueuedTask task)
    {
        return 0 == nrTasks % 5 ? (int)(nrTasks % NR_CPUS) : Cpu.ANY;
    }

    @Override
    public int selectIdle(final int[] pids, final int[] cpus, final int count)
    {
        return 0;
    }

    /** A task's record, but for what the policies look at. */
    private static final class View implements QueuedTask
    {
        private QueuedTask task;
        private long number;

        @Override
        public int pid()
        {
            return 1 + (int)(number % 1000);
        }

        @Override
        public int tgid()
        {
            return task.tgid();
        }

        @Override
        public int prevCpu()
        {
            return (int)(number % NR_CPUS);
        }

        @Override
        public long token()
        {
            return task.token();
        }

        @Override
        public long enqueueNs()
        {
            return 1_000_000_000L + number * 1_000;
        }

        @Override
        public long flags()
        {
            return number * 0x9E3779B9L >>> 7 & 0x37;
        }

        @Override
        public long startNs()
        {
            return 0;
        }

        @Override
        public long stopNs()
        {
            return 0;
        }

        @Override
        public long execRuntimeNs()
        {
            return 0;
        }

        @Override
        public long sumExecRuntimeNs()
        {
            return number * 1_000;
        }

        @Override
        public long nvcsw()
        {
            return 0;
        }

        @Override
        public long vtime()
        {
            return 0;
        }

        @Override
        public long cgroupId()
        {
            return number / 3000;
        }

        @Override
        public int weight()
        {
            return WEIGHTS[(int)(number / 2000 % WEIGHTS.length)];
        }

        @Override
        public int nrCpusAllowed()
        {
            return 0 == number % 11 ? 1 : NR_CPUS;
        }

        @Override
        public long commLow()
        {
            return COMMS[(int)(number % COMMS.length)];
        }

        @Override
        public long commHigh()
        {
            return 0;
        }

        @Override
        public String comm()
        {
            return task.comm();
        }
    }
}
