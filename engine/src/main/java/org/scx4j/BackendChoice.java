// SPDX-License-Identifier: Apache-2.0
package org.scx4j;

import java.util.Locale;

/**
 * Which kernel a policy decides for.
 */
public enum BackendChoice
{
    /**
     * {@link #SCHED_EXT} where the kernel has it, else {@link #SHADOW}. The command line takes {@link #SIM} where
     * neither can be had.
     */
    AUTO,
    /** This machine's kernel: decisions are carried out. */
    SCHED_EXT,
    /** This machine's kernel, watched: decisions are compared with what it does, and not carried out. */
    SHADOW,
    /** No kernel: a machine in virtual time, see {@code org.scx4j.sim}. Of the command line only, not of an engine. */
    SIM;

    @Override
    public String toString()
    {
        return name().toLowerCase(Locale.ROOT);
    }
}
