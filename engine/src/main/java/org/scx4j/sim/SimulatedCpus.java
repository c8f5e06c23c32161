// SPDX-License-Identifier: Apache-2.0
package org.scx4j.sim;

import java.util.Arrays;
import org.scx4j.protocol.KernelCounter;
import org.scx4j.topology.CpuMask;
import org.scx4j.topology.CpuTopology;

/**
 * The CPUs: who runs where, how fast, until when; what a switch and a migration cost; and how an idle CPU comes to look
 * for work.
 * <p>
 * Thread safety: none. Allocates nothing once made.
 */
final class SimulatedCpus
{
    /** What the kernel gives a task whose slice ends while nobody else wants its CPU. */
    static final long KERNEL_SLICE_NS = 20_000_000L;

    private static final int NONE = SimulatedTasks.NONE;
    private static final int FULL_SPEED = 1 << 10;
    private static final int PERCENT = 100;

    private final SimulatedMachine machine;
    private final SimulatedTasks tasks;
    private final SimulatedTransport transport;
    private final SimulationCosts costs;
    private final KernelSide kernel;
    private final int[] running;
    private final int[] lastPid;
    private final long[] accountedNs;
    private final long[] overheadNs;
    private final long[] sliceEndNs;
    private final int[] speed;
    private final long[] idleSinceNs;
    private final boolean[] isExpecting;
    private final boolean[] isOwnFirst;
    private final boolean[] isPreempted;
    private final int[] turns;
    private final CpuMask polling;
    private final int[][] siblings;
    private final int sharedSpeed;
    private TaskPrograms programs;

    SimulatedCpus(final SimulatedMachine machine, final SimulatedTransport transport, final KernelSide kernel)
    {
        this.machine = machine;
        this.tasks = machine.tasks;
        this.transport = transport;
        this.costs = machine.settings.costs();
        this.kernel = kernel;
        final int nrCpus = machine.nrCpus;
        running = new int[nrCpus];
        lastPid = new int[nrCpus];
        accountedNs = new long[nrCpus];
        overheadNs = new long[nrCpus];
        sliceEndNs = new long[nrCpus];
        speed = new int[nrCpus];
        idleSinceNs = new long[nrCpus];
        isExpecting = new boolean[nrCpus];
        isOwnFirst = new boolean[nrCpus];
        isPreempted = new boolean[nrCpus];
        turns = new int[nrCpus];
        polling = new CpuMask(nrCpus);
        siblings = new int[nrCpus][];
        sharedSpeed = FULL_SPEED * costs.smtPercent() / PERCENT;
        Arrays.fill(running, NONE);
        Arrays.fill(idleSinceNs, machine.nowNs);
        for (int cpu = 0; cpu < nrCpus; cpu++)
        {
            final int self = cpu;
            siblings[cpu] = Arrays.stream(machine.topology.siblingsOf(cpu).toArray())
                .filter((other) -> other != self).toArray();
        }
    }

    void connect(final TaskPrograms taskPrograms)
    {
        programs = taskPrograms;
        for (int cpu = 0; cpu < running.length; cpu++)
        {
            kernel.onIdle(cpu);
        }
    }

    // ---- asked by the kernel's side

    void expectDecision(final int cpu)
    {
        isExpecting[cpu] = true;
    }

    void ownFirst(final int cpu)
    {
        isOwnFirst[cpu] = true;
    }

    boolean takeOwnFirst(final int cpu)
    {
        final boolean was = isOwnFirst[cpu];
        isOwnFirst[cpu] = false;
        return was;
    }

    int nextTurn(final int cpu)
    {
        return turns[cpu]++;
    }

    /** A CPU without a task shall look for one. */
    void kick(final int cpu)
    {
        if (NONE == running[cpu] && !polling.test(cpu))
        {
            machine.timers.setNoLater(machine.lookTimer(cpu), machine.nowNs + costs.wakeNs());
        }
    }

    /** A CPU's task shall give way. */
    void preempt(final int cpu)
    {
        isPreempted[cpu] = NONE != running[cpu];
        if (isPreempted[cpu])
        {
            machine.timers.setNoLater(machine.lookTimer(cpu), machine.nowNs + costs.wakeNs());
        }
        else
        {
            kick(cpu);
        }
    }

    /** Who waits on the spot sees it at once. */
    void onPublished()
    {
        for (int cpu = polling.first(); CpuMask.NONE != cpu; cpu = polling.next(cpu))
        {
            machine.timers.setNoLater(machine.lookTimer(cpu), machine.nowNs);
        }
    }

    boolean isIdleSince(final int cpu, final long timeNs)
    {
        return NONE == running[cpu] && !polling.test(cpu) && idleSinceNs[cpu] < timeNs;
    }

    // ---- timers

    /** A kick has arrived, or a poll is over. */
    void onLook(final int cpu)
    {
        if (NONE != running[cpu])
        {
            if (isPreempted[cpu])
            {
                isPreempted[cpu] = false;
                giveWay(cpu, SimulationListener.STOP_PREEMPTED);
            }
        }
        else if (polling.test(cpu))
        {
            polling.clear(cpu);
            if (kernel.hasPublished())
            {
                machine.count(KernelCounter.NR_POLL_HITS);
            }
            runOrIdle(cpu, kernel.dispatch(cpu, true));
        }
        else
        {
            findTask(cpu);
        }
    }

    /** The running task has done its work, or its slice has ended. */
    void onEnd(final int cpu)
    {
        account(cpu);
        final int task = running[cpu];
        if (0 == tasks.workNs[task] && 0 == overheadNs[cpu])
        {
            final int next = programs.advance(task, cpu);
            if (TaskPrograms.RUNS != next)
            {
                leave(cpu, next);
                return;
            }
        }
        if (machine.nowNs >= sliceEndNs[cpu])
        {
            giveWay(cpu, SimulationListener.STOP_SLICE);
        }
        else
        {
            setEnd(cpu);
        }
    }

    private void leave(final int cpu, final int next)
    {
        final int task = running[cpu];
        final boolean isExit = TaskPrograms.EXITS == next;
        tasks.nvcsw[task]++;
        stop(cpu, isExit ? SimulationListener.STOP_EXITED : SimulationListener.STOP_BLOCKED);
        if (isExit)
        {
            kernel.onExit(task);
            programs.onExit(task);
            tasks.remove(task);
        }
        else
        {
            programs.onStopped(task);
        }
        findTask(cpu);
    }

    /** The slice has ended or is taken away: the task goes on if nobody else wants the CPU. */
    private void giveWay(final int cpu, final int reason)
    {
        account(cpu);
        isExpecting[cpu] = false;
        final int prev = running[cpu];
        final int task = kernel.dispatch(cpu, false);
        if (NONE == task && !kernel.isBindingLate())
        {
            sliceEndNs[cpu] = sliceEnd(KERNEL_SLICE_NS);
            setEnd(cpu);
            return;
        }
        stop(cpu, reason);
        kernel.enqueue(prev, 0);
        runOrIdle(cpu, task);
    }

    private void findTask(final int cpu)
    {
        final boolean wasExpecting = isExpecting[cpu];
        isExpecting[cpu] = false;
        final int task = kernel.dispatch(cpu, true);
        if (NONE == task && wasExpecting && costs.pollNs() > 0)
        {
            machine.count(KernelCounter.NR_POLLS);
            polling.set(cpu);
            machine.timers.set(machine.lookTimer(cpu), machine.nowNs + costs.pollNs());
            return;
        }
        runOrIdle(cpu, task);
    }

    private void runOrIdle(final int cpu, final int task)
    {
        if (NONE == task)
        {
            kernel.onIdle(cpu);
        }
        else
        {
            start(cpu, task);
        }
    }

    // ---- running

    private void start(final int cpu, final int task)
    {
        final SimulationTotals totals = machine.totals;
        final long waitNs = machine.nowNs - tasks.enqueueNs[task];
        machine.invariants.onRun(task, cpu);
        machine.idle.take(cpu);
        transport.publishIdle(cpu, false);
        totals.nrWaiting--;
        totals.nrBusy++;
        totals.nrRuns++;
        totals.waited(tasks.classOf[task], waitNs);
        overheadNs[cpu] = switchCostNs(cpu, task) + migrationCostNs(cpu, task);
        totals.overheadNs += overheadNs[cpu];
        running[cpu] = task;
        lastPid[cpu] = tasks.pid[task];
        isPreempted[cpu] = false;
        tasks.state[task] = SimulatedTasks.RUNNING;
        tasks.cpu[task] = cpu;
        tasks.startNs[task] = machine.nowNs;
        accountedNs[cpu] = machine.nowNs;
        sliceEndNs[cpu] = sliceEnd(tasks.sliceNs[task]);
        kernel.onRun(task);
        transport.publishRunning(cpu, tasks.pid[task], machine.nowNs, tasks.vtime[task]);
        setEnd(cpu);
        onSiblingsChange(cpu);
        machine.listener.onRun(machine.sinceStartNs(), tasks.pid[task], cpu, waitNs);
    }

    private void stop(final int cpu, final int reason)
    {
        final int task = running[cpu];
        final SimulationTotals totals = machine.totals;
        final long usedNs = machine.nowNs - tasks.startNs[task];
        account(cpu);
        machine.timers.cancel(machine.endTimer(cpu));
        running[cpu] = NONE;
        idleSinceNs[cpu] = machine.nowNs;
        totals.nrBusy--;
        totals.nrStops++;
        totals.cpuNs[tasks.classOf[task]] += usedNs;
        tasks.state[task] = SimulatedTasks.SLEEPING;
        tasks.stopNs[task] = machine.nowNs;
        tasks.execNs[task] += usedNs;
        tasks.sumExecNs[task] += usedNs;
        kernel.onStop(task, usedNs);
        transport.publishStopped(cpu);
        onSiblingsChange(cpu);
        machine.listener.onStop(machine.sinceStartNs(), tasks.pid[task], cpu, reason);
    }

    private long switchCostNs(final int cpu, final int task)
    {
        if (lastPid[cpu] == tasks.pid[task])
        {
            return 0;
        }
        machine.totals.nrSwitches++;
        return costs.switchNs();
    }

    private long migrationCostNs(final int cpu, final int task)
    {
        final CpuTopology topology = machine.topology;
        final int from = tasks.ranOn[task];
        tasks.ranOn[task] = cpu;
        if (NONE == from || from == cpu)
        {
            return 0;
        }
        machine.totals.nrMigrations++;
        if (topology.coreOf(from) == topology.coreOf(cpu))
        {
            return 0;
        }
        if (topology.nodeOf(from) != topology.nodeOf(cpu))
        {
            machine.totals.nrNodeMigrations++;
            return costs.crossNodeNs();
        }
        if (topology.llcOf(from) != topology.llcOf(cpu))
        {
            machine.totals.nrLlcMigrations++;
            return costs.crossLlcNs();
        }
        return costs.migrationNs();
    }

    /** The kernel looks at the tick whether a slice is over. */
    private long sliceEnd(final long sliceNs)
    {
        final long endNs = machine.nowNs + Math.max(1, Math.min(sliceNs, Long.MAX_VALUE >>> 2));
        final long tickNs = costs.tickNs();
        return 0 == tickNs ? endNs : (endNs + tickNs - 1) / tickNs * tickNs;
    }

    /** Books the work done since the last time at the speed that the CPU had. */
    private void account(final int cpu)
    {
        final long elapsedNs = machine.nowNs - accountedNs[cpu];
        final long coldNs = Math.min(elapsedNs, overheadNs[cpu]);
        final int task = running[cpu];
        accountedNs[cpu] = machine.nowNs;
        overheadNs[cpu] -= coldNs;
        final long doneNs = speed[cpu] == FULL_SPEED ?
            elapsedNs - coldNs : (elapsedNs - coldNs) * speed[cpu] / FULL_SPEED;
        tasks.workNs[task] = Math.max(0, tasks.workNs[task] - doneNs);
    }

    private void setEnd(final int cpu)
    {
        final long workNs = tasks.workNs[running[cpu]];
        speed[cpu] = isAnySiblingBusy(cpu) ? sharedSpeed : FULL_SPEED;
        final long neededNs = FULL_SPEED == speed[cpu] ?
            workNs : (workNs * FULL_SPEED + speed[cpu] - 1) / speed[cpu];
        machine.timers.set(
            machine.endTimer(cpu), Math.min(sliceEndNs[cpu], machine.nowNs + overheadNs[cpu] + neededNs));
    }

    private boolean isAnySiblingBusy(final int cpu)
    {
        for (final int sibling : siblings[cpu])
        {
            if (NONE != running[sibling])
            {
                return true;
            }
        }
        return false;
    }

    private void onSiblingsChange(final int cpu)
    {
        for (final int sibling : siblings[cpu])
        {
            if (NONE != running[sibling])
            {
                account(sibling);
                setEnd(sibling);
            }
        }
    }

    /** CPU time of the task that runs, which has not been booked yet. */
    long runningNs(final int task)
    {
        return SimulatedTasks.RUNNING == tasks.state[task] ? machine.nowNs - tasks.startNs[task] : 0;
    }

    /** For the audit: counts each task that runs. */
    void markRunning(final int[] places)
    {
        for (final int task : running)
        {
            if (NONE != task)
            {
                places[task]++;
            }
        }
    }
}
