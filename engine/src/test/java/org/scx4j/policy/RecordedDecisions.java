// SPDX-License-Identifier: Apache-2.0
package org.scx4j.policy;

import java.util.ArrayList;
import java.util.List;
import org.scx4j.api.Cpu;
import org.scx4j.api.CpuStates;
import org.scx4j.api.Decision;
import org.scx4j.api.Dispatcher;
import org.scx4j.api.EngineContext;
import org.scx4j.api.QueuedTask;
import org.scx4j.topology.CpuTopology;

/**
 * Writes down what a policy decides, on a machine that does what the test says and nothing else.
 */
final class RecordedDecisions implements Dispatcher, Decision, EngineContext
{
    static final long SLICE_NS = 5_000_000;

    /** Such as {@code 7 on 2, preempting} or {@code 7 held}, and the vtime of each decision. */
    final List<String> decisions = new ArrayList<>();
    final List<Long> vtimes = new ArrayList<>();
    final List<Long> slicesNs = new ArrayList<>();
    final ModelCpuStates states;
    /** How many more commits there is room for. */
    int room = Integer.MAX_VALUE;
    private final CpuTopology topology;
    private final String rulesFile;
    private int pid;
    private int cpu;
    private long vtime;
    private long sliceNs;
    private boolean isPreempting;

    RecordedDecisions(final int nrCpus, final String rulesFile)
    {
        states = new ModelCpuStates(nrCpus);
        topology = CpuTopology.regular(nrCpus, 1, nrCpus, nrCpus);
        this.rulesFile = rulesFile;
    }

    /** A CPU has a task. */
    void runs(final int cpu, final ModelTask task, final long vtime)
    {
        states.running[cpu] = task;
        states.startedNs[cpu]++;
        task.vtime = vtime;
    }

    /** A CPU has none. */
    void idles(final int cpu)
    {
        states.running[cpu] = null;
    }

    /** The decisions since the last call. */
    List<String> take()
    {
        final List<String> taken = List.copyOf(decisions);
        decisions.clear();
        return taken;
    }

    long lastVtime()
    {
        return vtimes.get(vtimes.size() - 1);
    }

    long lastSliceNs()
    {
        return slicesNs.get(slicesNs.size() - 1);
    }

    @Override
    public Decision dispatch(final QueuedTask task)
    {
        return dispatch(task.pid(), task.token(), task.enqueueNs());
    }

    @Override
    public Decision dispatch(final int pid, final long token, final long enqueueNs)
    {
        this.pid = pid;
        cpu = Cpu.ANY;
        vtime = 0;
        sliceNs = 0;
        isPreempting = false;
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
        this.sliceNs = sliceNs;
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
        throw new UnsupportedOperationException("no policy here needs it");
    }

    @Override
    public Decision preempt()
    {
        isPreempting = true;
        return this;
    }

    @Override
    public boolean commit()
    {
        if (0 == room)
        {
            return false;
        }
        room--;
        decisions.add(pid + " on " + (Cpu.ANY == cpu ? "any" : cpu) + (isPreempting ? ", preempting" : ""));
        vtimes.add(vtime);
        slicesNs.add(sliceNs);
        return true;
    }

    @Override
    public void hold(final long token)
    {
        decisions.add("token " + token + " held");
    }

    @Override
    public boolean kick(final int cpu)
    {
        throw new UnsupportedOperationException("no policy here needs it");
    }

    @Override
    public boolean preempt(final int cpu)
    {
        decisions.add("CPU " + cpu + " gives way");
        return true;
    }

    @Override
    public long sliceNs()
    {
        return SLICE_NS;
    }

    @Override
    public int nrCpuIds()
    {
        return states.running.length;
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
        return RulesFile.RULES_OPTION.equals(name) ? rulesFile : null;
    }
}
