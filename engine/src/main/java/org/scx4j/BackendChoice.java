// SPDX-License-Identifier: Apache-2.0
package org.scx4j;

import java.util.Locale;

/**
 * Which kernel a policy decides for.
 */
public enum BackendChoice
{
    /** {@link #SCHED_EXT} where the kernel has it, else {@link #SHADOW}. */
    AUTO,
    /** This machine's kernel: decisions are carried out. */
    SCHED_EXT,
    /** This machine's kernel, watched: decisions are compared with what it does, and not carried out. */
    SHADOW;

    @Override
    public String toString()
    {
        return name().toLowerCase(Locale.ROOT);
    }
}
