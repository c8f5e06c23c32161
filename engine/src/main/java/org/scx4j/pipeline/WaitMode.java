// SPDX-License-Identifier: Apache-2.0
package org.scx4j.pipeline;

/**
 * What a hot thread does when there is nothing to do.
 */
public enum WaitMode
{
    /** Spins, and so owns its CPU: the lowest latency. */
    SPIN,

    /** Spins for a moment, then sleeps until the kernel rings: leaves the CPU to others. Inline layout only. */
    PARK
}
