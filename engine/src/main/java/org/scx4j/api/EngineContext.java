// SPDX-License-Identifier: Apache-2.0
package org.scx4j.api;

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
}
