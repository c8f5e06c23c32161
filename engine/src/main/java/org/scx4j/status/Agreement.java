// SPDX-License-Identifier: Apache-2.0
package org.scx4j.status;

import java.util.EnumMap;
import java.util.Map;
import org.scx4j.protocol.ShadowCounter;

/**
 * How a policy that was not obeyed compares with what the kernel did: see {@code docs/shadow.md}. After a restart the
 * counts add up; waits are those of the last attachment.
 *
 * @param nrCompared   decisions that met the run of their task, in time or late.
 * @param nrInTime     of these: the decision was there as the kernel ran the task.
 * @param nrAnyCpu     of these: left the CPU open.
 * @param nrConfined   of these: the task may use one CPU only.
 * @param nrNamedCpu   of these: named one of several CPUs.
 * @param nrSameCpu    of those that named one: the kernel ran the task there.
 * @param nrChoices    runs of a task that had been decided, while another one waited that could have run there.
 * @param nrFirst      of these: it was the one that the policy would have run first.
 * @param kernelWait   of decided tasks, from the begin of their wait to their CPU.
 * @param leastWait    what it would have been at least, had the kernel waited for the decision.
 * @param observations counters of the observer.
 */
public record Agreement(
    long nrCompared,
    long nrInTime,
    long nrAnyCpu,
    long nrConfined,
    long nrNamedCpu,
    long nrSameCpu,
    long nrChoices,
    long nrFirst,
    RunReport.Latency kernelWait,
    RunReport.Latency leastWait,
    Map<ShadowCounter, Long> observations)
{
    /**
     * Share of the decisions which were there as the kernel ran the task.
     *
     * @return 0 to 1; 0 if none was compared.
     */
    public double inTime()
    {
        return share(nrInTime, nrCompared);
    }

    /**
     * Share of the decisions for one of several CPUs whose task the kernel ran there.
     *
     * @return 0 to 1; 0 if there was none.
     */
    public double cpu()
    {
        return share(nrSameCpu, nrNamedCpu);
    }

    /**
     * Share of the choices in which the kernel ran the task that the policy would have run first.
     *
     * @return 0 to 1; 0 if there was none.
     */
    public double first()
    {
        return share(nrFirst, nrChoices);
    }

    /**
     * Wake-ups of the machine that the observer was called for.
     *
     * @return count, those of the engine's own threads among it.
     */
    public long nrSeen()
    {
        return observation(ShadowCounter.NR_WAKEUPS) + observation(ShadowCounter.NR_WAKEUPS_NEW);
    }

    /**
     * A counter of the observer.
     *
     * @param counter which one.
     * @return its value.
     */
    public long observation(final ShadowCounter counter)
    {
        return observations.getOrDefault(counter, 0L);
    }

    /**
     * This one and that of the attachments before, as one.
     *
     * @param before to add, or null.
     * @return sums of all that counts, the waits as they are here.
     */
    public Agreement plus(final Agreement before)
    {
        if (null == before)
        {
            return this;
        }
        final Map<ShadowCounter, Long> sums = new EnumMap<>(ShadowCounter.class);
        for (final ShadowCounter counter : ShadowCounter.values())
        {
            sums.put(counter, observation(counter) + before.observation(counter));
        }
        return new Agreement(
            nrCompared + before.nrCompared, nrInTime + before.nrInTime, nrAnyCpu + before.nrAnyCpu,
            nrConfined + before.nrConfined, nrNamedCpu + before.nrNamedCpu, nrSameCpu + before.nrSameCpu,
            nrChoices + before.nrChoices, nrFirst + before.nrFirst, kernelWait, leastWait, sums);
    }

    private static double share(final long part, final long whole)
    {
        return 0 == whole ? 0 : (double)part / whole;
    }
}
