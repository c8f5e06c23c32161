// SPDX-License-Identifier: Apache-2.0
package org.scx4j.topology;

/**
 * What kind of core a CPU belongs to on a machine that mixes them, as Intel's performance counters tell in
 * {@code /sys/devices/cpu_core/cpus} and its neighbours. Where they do not, on all other machines, only
 * {@link CpuTopology#capacityOf(int)} tells cores apart.
 */
public enum CoreType
{
    /** The machine does not tell. */
    UNKNOWN(null),

    /** Performance core, {@code cpu_core}. */
    PERFORMANCE("cpu_core"),

    /** Efficiency core, {@code cpu_atom}. */
    EFFICIENCY("cpu_atom");

    private final String device;

    CoreType(final String device)
    {
        this.device = device;
    }

    /** Folder in {@code /sys/devices}, or null. */
    String device()
    {
        return device;
    }
}
