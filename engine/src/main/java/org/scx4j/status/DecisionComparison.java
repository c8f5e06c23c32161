// SPDX-License-Identifier: Apache-2.0
package org.scx4j.status;

import java.util.Arrays;
import java.util.Map;
import org.scx4j.protocol.SchedAbi;
import org.scx4j.protocol.ShadowAbi;
import org.scx4j.protocol.ShadowCounter;

/**
 * Holds a policy's decisions against what the kernel did with the same tasks.
 * <p>
 * It is told of each decision and of each run in their order, and joins the two by the token. What is decided and has
 * not run is the <i>waiting set</i>: the queue that the policy would have made. As the kernel runs a task of that set,
 * the others that may run on that CPU tell whether the policy would have run it first: by the smaller vtime, and among
 * equals by the earlier decision.
 * <p>
 * Thread safety: one thread feeds it; {@link #agreement(Map)} is for any thread, and sees counts that belong together
 * only after the last event. Does not allocate while it is fed.
 */
public final class DecisionComparison
{
    private static final int SLOTS = SchedAbi.SCHED_INFLIGHT_SLOTS;
    private static final int MASK = SLOTS - 1;
    private static final int NOT_WAITING = -1;

    private final long[] tokens = new long[SLOTS];
    private final boolean[] isDecided = new boolean[SLOTS];
    private final long[] decidedNs = new long[SLOTS];
    private final int[] decidedCpus = new int[SLOTS];
    private final long[] vtimes = new long[SLOTS];
    private final long[] orders = new long[SLOTS];
    private final long[] ranNs = new long[SLOTS];
    private final int[] ranCpus = new int[SLOTS];
    private final int[] ranFlags = new int[SLOTS];
    /** Slots of the waiting set, without order; and where in it a slot is. */
    private final int[] waiting = new int[SLOTS];
    private final int[] places = new int[SLOTS];
    private final LatencyRecorder kernelWait = new LatencyRecorder();
    private final LatencyRecorder leastWait = new LatencyRecorder();
    private int nrWaiting;
    private long nextOrder;
    private volatile long nrCompared;
    private long nrInTime;
    private long nrAnyCpu;
    private long nrConfined;
    private long nrNamedCpu;
    private long nrSameCpu;
    private long nrChoices;
    private long nrFirst;

    /** Nothing decided, nothing run. */
    public DecisionComparison()
    {
        Arrays.fill(places, NOT_WAITING);
    }

    /**
     * The policy has decided.
     *
     * @param token     of the wait.
     * @param cpu       where the task shall run, or {@link SchedAbi#SCHED_CPU_ANY}.
     * @param vtime     its order, smaller first.
     * @param enqueueNs since when it waits.
     * @param timeNs    of the decision.
     */
    public void onDecided(
        final long token, final int cpu, final long vtime, final long enqueueNs, final long timeNs)
    {
        final int slot = (int)token & MASK;
        final boolean hasRun = token == tokens[slot];
        if (token < tokens[slot] || hasRun && isDecided[slot])
        {
            return;
        }
        if (!hasRun)
        {
            take(slot, token);
        }
        isDecided[slot] = true;
        decidedNs[slot] = timeNs;
        decidedCpus[slot] = cpu;
        vtimes[slot] = vtime;
        orders[slot] = nextOrder++;
        if (hasRun)
        {
            compare(slot, enqueueNs);
        }
        else
        {
            places[slot] = nrWaiting;
            waiting[nrWaiting++] = slot;
        }
    }

    /**
     * The kernel has given a task a CPU.
     *
     * @param token     of its wait.
     * @param cpu       where it runs.
     * @param flags     {@code SHADOW_OUTCOME_*}.
     * @param enqueueNs since when it waited.
     * @param timeNs    of the end of its wait.
     */
    public void onRan(final long token, final int cpu, final int flags, final long enqueueNs, final long timeNs)
    {
        final int slot = (int)token & MASK;
        final boolean wasDecided = token == tokens[slot] && isDecided[slot];
        if (token < tokens[slot])
        {
            return; // a later one has its slot
        }
        if (!wasDecided)
        {
            take(slot, token);
        }
        ranNs[slot] = timeNs;
        ranCpus[slot] = cpu;
        ranFlags[slot] = flags;
        if (wasDecided)
        {
            leave(slot);
            compareOrder(slot, cpu);
            compare(slot, enqueueNs);
        }
    }

    /**
     * A task that waited is gone.
     *
     * @param token of its wait.
     */
    public void onGone(final long token)
    {
        final int slot = (int)token & MASK;
        if (token == tokens[slot])
        {
            leave(slot);
        }
    }

    /** Some events were lost: what is thought to wait may have run long ago. */
    public void onLoss()
    {
        while (nrWaiting > 0)
        {
            leave(waiting[nrWaiting - 1]);
        }
    }

    private void take(final int slot, final long token)
    {
        leave(slot);
        tokens[slot] = token;
        isDecided[slot] = false;
    }

    private void leave(final int slot)
    {
        final int place = places[slot];
        if (NOT_WAITING != place)
        {
            final int last = waiting[--nrWaiting];
            waiting[place] = last;
            places[last] = place;
            places[slot] = NOT_WAITING;
        }
    }

    private void compareOrder(final int slot, final int cpu)
    {
        boolean isChoice = false;
        boolean isFirst = true;
        for (int i = 0; i < nrWaiting && isFirst; i++)
        {
            final int other = waiting[i];
            if (SchedAbi.SCHED_CPU_ANY == decidedCpus[other] || cpu == decidedCpus[other])
            {
                isChoice = true;
                isFirst = !isBefore(other, slot);
            }
        }
        nrChoices += isChoice ? 1 : 0;
        nrFirst += isChoice && isFirst ? 1 : 0;
    }

    private boolean isBefore(final int slot, final int other)
    {
        final long lead = vtimes[other] - vtimes[slot];
        return lead > 0 || 0 == lead && orders[slot] < orders[other];
    }

    private void compare(final int slot, final long enqueueNs)
    {
        kernelWait.record(ranNs[slot] - enqueueNs);
        leastWait.record(Math.max(ranNs[slot], decidedNs[slot]) - enqueueNs);
        nrInTime += decidedNs[slot] - ranNs[slot] <= 0 ? 1 : 0;
        final int cpu = decidedCpus[slot];
        if (0 != (ranFlags[slot] & ShadowAbi.SHADOW_OUTCOME_CONFINED))
        {
            nrConfined++;
        }
        else if (SchedAbi.SCHED_CPU_ANY == cpu || 0 != (ranFlags[slot] & ShadowAbi.SHADOW_OUTCOME_BOUNCED))
        {
            nrAnyCpu++;
        }
        else
        {
            nrNamedCpu++;
            nrSameCpu += cpu == ranCpus[slot] ? 1 : 0;
        }
        nrCompared++;
    }

    /**
     * How many tasks are decided and have not run.
     *
     * @return size of the waiting set.
     */
    public int nrWaiting()
    {
        return nrWaiting;
    }

    /**
     * The comparison so far. For one thread at a time.
     *
     * @param observations to report with it.
     * @return a snapshot.
     */
    public Agreement agreement(final Map<ShadowCounter, Long> observations)
    {
        final long nrNow = nrCompared; // first: what is read behind it is at least as new
        kernelWait.takeInterval();
        leastWait.takeInterval();
        return new Agreement(
            nrNow, nrInTime, nrAnyCpu, nrConfined, nrNamedCpu, nrSameCpu, nrChoices, nrFirst,
            RunReport.Latency.of(kernelWait.total()), RunReport.Latency.of(leastWait.total()), observations);
    }
}
