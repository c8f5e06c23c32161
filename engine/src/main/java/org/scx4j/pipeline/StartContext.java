// SPDX-License-Identifier: Apache-2.0
package org.scx4j.pipeline;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import org.scx4j.api.CpuStates;
import org.scx4j.api.EngineContext;
import org.scx4j.topology.CpuTopology;

/**
 * What a policy is started with. It notes which options the policy asks for, so that one that it does not know can be
 * refused.
 * <p>
 * Thread safety: any thread, for a policy may keep it.
 *
 * @param sliceNs   the default slice, nanoseconds.
 * @param nrCpuIds  CPUs that the kernel can have.
 * @param topology  of the CPUs.
 * @param cpuStates what they are doing.
 * @param options   that the user gave.
 * @param asked     names of options that the policy has asked for.
 */
public record StartContext(
    long sliceNs,
    int nrCpuIds,
    CpuTopology topology,
    CpuStates cpuStates,
    Map<String, String> options,
    Set<String> asked) implements EngineContext
{
    /**
     * A context that nothing has been asked of.
     *
     * @param sliceNs   the default slice, nanoseconds.
     * @param nrCpuIds  CPUs that the kernel can have.
     * @param topology  of the CPUs.
     * @param cpuStates what they are doing.
     * @param options   that the user gave.
     */
    public StartContext(
        final long sliceNs,
        final int nrCpuIds,
        final CpuTopology topology,
        final CpuStates cpuStates,
        final Map<String, String> options)
    {
        this(sliceNs, nrCpuIds, topology, cpuStates, options, new ConcurrentSkipListSet<>());
    }

    @Override
    public String option(final String name)
    {
        asked.add(name);
        return options.get(name);
    }

    /**
     * Looks for an option that was given but not asked for.
     *
     * @param policy name for the message.
     * @return one line about the first of them, null if there is none.
     */
    public String unknownOption(final String policy)
    {
        for (final String name : options.keySet())
        {
            if (!asked.contains(name))
            {
                return "policy '" + policy + "' has no option '" + name + "': " +
                    (asked.isEmpty() ? "it has none" : "known are " + String.join(", ", asked));
            }
        }
        return null;
    }
}
