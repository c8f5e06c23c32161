// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm;

import org.scx4j.api.Cpu;
import org.scx4j.api.CpuStates;
import org.scx4j.api.Dispatcher;
import org.scx4j.api.EngineContext;
import org.scx4j.api.QueuedTask;
import org.scx4j.api.SchedulingPolicy;

/**
 * Decides in every way there is, in turn: any CPU, an idle one, the last one, at the head, preempting, later; and kicks
 * and preempts CPUs besides.
 */
public final class AllKinds implements SchedulingPolicy
{
    private static final int KINDS = 7;
    private static final int ROOM = 32;

    private final int[] pids = new int[ROOM];
    private final long[] tokens = new long[ROOM];
    private CpuStates cpuStates;
    private int nrCpuIds;
    private int nrHeld;
    private long turn;

    /** Nothing held. */
    public AllKinds()
    {
    }

    @Override
    public void onStart(final EngineContext context)
    {
        cpuStates = context.cpuStates();
        nrCpuIds = context.nrCpuIds();
        nrHeld = 0;
    }

    @Override
    public void onTask(final QueuedTask task, final Dispatcher out)
    {
        turn++;
        switch ((int)(turn % KINDS))
        {
            case 0:
                out.dispatch(task).cpu(cpuStates.pickIdle(task)).commit();
                break;

            case 1:
                out.dispatch(task).cpu(task.prevCpu()).sliceNs(1_000_000).commit();
                break;

            case 2:
                out.dispatch(task).vtime(task.enqueueNs()).head().commit();
                break;

            case 3:
                out.dispatch(task).cpu(task.prevCpu()).vtime(task.enqueueNs()).preempt().commit();
                break;

            case 4:
                out.dispatch(task).cpu(Cpu.ANY).preempt().commit();
                break;

            case 5:
                hold(task, out);
                break;

            default:
                out.dispatch(task).vtime(task.enqueueNs()).commit();
                break;
        }
    }

    private void hold(final QueuedTask task, final Dispatcher out)
    {
        if (nrHeld == ROOM)
        {
            release(out);
        }
        pids[nrHeld] = task.pid();
        tokens[nrHeld++] = task.token();
        out.hold(task.token());
    }

    private void release(final Dispatcher out)
    {
        while (nrHeld > 0)
        {
            nrHeld--;
            out.dispatch(pids[nrHeld], tokens[nrHeld], 0).commit();
        }
    }

    @Override
    public long tickIntervalNs()
    {
        return 5_000_000;
    }

    @Override
    public void onTick(final long nowNs, final Dispatcher out)
    {
        release(out);
        final int cpu = (int)(turn % nrCpuIds);
        out.kick(cpu);
        if (0 == turn % 3)
        {
            out.preempt(cpu);
        }
    }
}
