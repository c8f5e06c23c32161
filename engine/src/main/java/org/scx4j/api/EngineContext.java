// SPDX-License-Identifier: Apache-2.0
package org.scx4j.api;

import org.scx4j.topology.CpuTopology;

/**
 * What a policy may know of the engine it runs in.
 */
public interface EngineContext
{
    /**
     * The slice that a decision without one gets.
     *
     * @return nanoseconds.
     */
    long sliceNs();

    /**
     * CPUs that the kernel can have; their numbers are smaller.
     *
     * @return count.
     */
    int nrCpuIds();

    /**
     * How the CPUs belong together, as it was when {@code onStart} was called; valid until it is called again.
     *
     * @return immutable; to be kept and asked at any time, without allocation.
     */
    CpuTopology topology();

    /**
     * What the CPUs are doing, as the kernel publishes it.
     *
     * @return the same object every time; to be asked by the policy's thread, without a system call or allocation.
     */
    CpuStates cpuStates();

    /**
     * An option that the user gave to the policy. One that is given but not asked for during {@code onStart} fails the
     * launch.
     *
     * @param name of the option.
     * @return its value, null if it was not given.
     */
    String option(String name);
}
