// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import java.util.Locale;
import org.scx4j.pipeline.WaitMode;

/**
 * Values of {@code --wait}.
 */
enum WaitChoice
{
    /** By the layout. */
    AUTO(null),
    /** {@link WaitMode#SPIN}. */
    SPIN(WaitMode.SPIN),
    /** {@link WaitMode#PARK}. */
    PARK(WaitMode.PARK);

    private final WaitMode mode;

    WaitChoice(final WaitMode mode)
    {
        this.mode = mode;
    }

    /**
     * What it stands for.
     *
     * @return null for the layout's own.
     */
    WaitMode mode()
    {
        return mode;
    }

    @Override
    public String toString()
    {
        return name().toLowerCase(Locale.ROOT);
    }
}
