// SPDX-License-Identifier: Apache-2.0
package org.scx4j.journal;

import java.util.Map;
import java.util.TreeMap;
import org.scx4j.topology.CpuTopology;

/**
 * Under which circumstances a policy was started: what it may ask its context, and what a person wants to know.
 * <p>
 * Thread safety: immutable.
 *
 * @param number         of the session in the recording, from 0; each attachment is one.
 * @param nrCpuIds       CPUs that the kernel can have.
 * @param sliceNs        the default slice, nanoseconds.
 * @param tickIntervalNs time between two ticks of the policy, nanoseconds, 0 = none.
 * @param startNs        when it began, CLOCK_MONOTONIC nanoseconds.
 * @param startMs        when it began, milliseconds since 1970 in UTC.
 * @param events         entries of the Disruptor ring.
 * @param topology       of the CPUs.
 * @param properties     names and values, in the order of names: {@link #POLICY}, {@link #KERNEL} and others.
 */
public record JournalSession(
    int number,
    int nrCpuIds,
    long sliceNs,
    long tickIntervalNs,
    long startNs,
    long startMs,
    int events,
    CpuTopology topology,
    Map<String, String> properties)
{
    /** Property: name of the policy. */
    public static final String POLICY = "policy";
    /** Property: release of the kernel. */
    public static final String KERNEL = "kernel";
    /** Property: kind of kernel, as the transport calls it. */
    public static final String BACKEND = "backend";
    /** Property: name of the scheduler in the kernel. */
    public static final String OPS = "ops";
    /** Property: the clock of all times. */
    public static final String CLOCK = "clock";
    /** Property: version of the Java runtime. */
    public static final String JAVA = "java";
    /** Properties: what follows is the name of an option of the policy. */
    public static final String OPTION_PREFIX = "option.";

    /**
     * The options that the policy was started with.
     *
     * @return names and values.
     */
    public Map<String, String> policyOptions()
    {
        final Map<String, String> options = new TreeMap<>();
        properties.forEach((name, value) ->
        {
            if (name.startsWith(OPTION_PREFIX))
            {
                options.put(name.substring(OPTION_PREFIX.length()), value);
            }
        });
        return options;
    }
}
