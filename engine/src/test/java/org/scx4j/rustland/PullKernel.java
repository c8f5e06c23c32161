// SPDX-License-Identifier: Apache-2.0
package org.scx4j.rustland;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.scx4j.api.Cpu;
import org.scx4j.api.CpuStates;
import org.scx4j.pipeline.WrappedTransport;
import org.scx4j.protocol.KernelCounter;
import org.scx4j.protocol.SchedAbi;
import org.scx4j.status.ExitInfo;
import org.scx4j.topology.CpuTopology;
import org.scx4j.transport.MemoryTransport;

/**
 * A kernel in memory with four CPUs that writes down what it is asked.
 */
class PullKernel extends WrappedTransport implements CpuStates
{
    static final int NR_CPUS = 4;

    final List<String> calls = new ArrayList<>();
    final List<Long> held = new ArrayList<>();
    final List<Integer> parks = new ArrayList<>();
    final Map<KernelCounter, Long> counters = new EnumMap<>(KernelCounter.class);
    final int[] pids = new int[NR_CPUS];
    int idleCpu = Cpu.ANY;
    RuntimeException attachFailure;
    ExitInfo exitInfo;
    ExitInfo exitInfoAfterDetach;

    private final MemoryTransport memory;

    PullKernel(final MemoryTransport memory)
    {
        super(memory, (timeoutMs) -> { });
        this.memory = memory;
    }

    PullKernel()
    {
        this(new MemoryTransport(1 << 16));
    }

    void enqueue(final long first, final long last)
    {
        for (long token = first; token <= last; token++)
        {
            if (!memory.enqueue(SchedAbi.SCHED_EVENT_QUEUED, (int)token, token, token))
            {
                throw new IllegalStateException("no room in the queued ring: token=" + token);
            }
        }
    }

    void enqueueEvent(final int kind, final int pid)
    {
        memory.enqueue(kind, pid, 0, 0);
    }

    /** Tokens of what is visible. */
    List<Long> drain()
    {
        final List<Long> tokens = new ArrayList<>();
        memory.drain((decision) -> tokens.add(decision.token()));
        return tokens;
    }

    /** All of what is visible, as text. */
    List<String> drainWords()
    {
        final List<String> words = new ArrayList<>();
        memory.drain((decision) -> words.add("pid=" + decision.pid() + " cpu=" + decision.cpu() + " token=" +
            decision.token() + " slice=" + decision.sliceNs() + " vtime=" + decision.vtime() + " flags=" +
            decision.flags() + " enqueue=" + decision.enqueueNs()));
        return words;
    }

    @Override
    public int nrCpuIds()
    {
        return NR_CPUS;
    }

    @Override
    public int enterHotThread(final int slot, final int cpu, final boolean ownsCpu)
    {
        calls.add("enter " + slot + " on " + cpu + (ownsCpu ? " to spin" : " to park"));
        return 7;
    }

    @Override
    public void attach()
    {
        calls.add("attach");
        if (null != attachFailure)
        {
            throw attachFailure;
        }
    }

    @Override
    public void detach()
    {
        calls.add("detach");
        exitInfo = null == exitInfo ? exitInfoAfterDetach : exitInfo;
    }

    @Override
    public void close()
    {
        calls.add("close");
    }

    @Override
    public void park(final int timeoutMs)
    {
        parks.add(timeoutMs);
    }

    @Override
    public void hold(final long token)
    {
        held.add(token);
    }

    @Override
    public long counter(final KernelCounter counter)
    {
        return counters.getOrDefault(counter, super.counter(counter));
    }

    @Override
    public ExitInfo exitInfo()
    {
        return exitInfo;
    }

    @Override
    public CpuStates cpuStates(final CpuTopology topology)
    {
        return this;
    }

    @Override
    public boolean isIdle(final int cpu)
    {
        return cpu == idleCpu;
    }

    @Override
    public int pid(final int cpu)
    {
        return pids[cpu];
    }

    @Override
    public long startNs(final int cpu)
    {
        return 0;
    }

    @Override
    public long vtime(final int cpu)
    {
        return 0;
    }

    @Override
    public int pickIdle(final org.scx4j.api.QueuedTask task)
    {
        calls.add("pick for " + task.pid());
        return idleCpu;
    }

    @Override
    public int selectIdle(final int[] pids, final int[] cpus, final int count)
    {
        calls.add("select for " + pids[0] + " near " + cpus[0]);
        cpus[0] = idleCpu;
        return Cpu.ANY == idleCpu ? 0 : count;
    }
}
