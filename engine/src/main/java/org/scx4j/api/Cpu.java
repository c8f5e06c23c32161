// SPDX-License-Identifier: Apache-2.0
package org.scx4j.api;

import org.scx4j.protocol.SchedAbi;

/**
 * Names for CPU numbers.
 */
public final class Cpu
{
    /** Whichever CPU is free first. */
    public static final int ANY = SchedAbi.SCHED_CPU_ANY;

    private Cpu()
    {
    }
}
