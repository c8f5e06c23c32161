// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import java.util.Locale;
import org.scx4j.pipeline.ThreadLayout;

/**
 * Values of {@code --layout}.
 */
enum LayoutChoice
{
    /** By the number of CPUs. */
    AUTO(null),
    /** {@link ThreadLayout#INLINE}. */
    INLINE(ThreadLayout.INLINE),
    /** {@link ThreadLayout#PIPELINED}. */
    PIPELINED(ThreadLayout.PIPELINED);

    private final ThreadLayout layout;

    LayoutChoice(final ThreadLayout layout)
    {
        this.layout = layout;
    }

    /**
     * What it stands for.
     *
     * @return null for the machine's own.
     */
    ThreadLayout layout()
    {
        return layout;
    }

    @Override
    public String toString()
    {
        return name().toLowerCase(Locale.ROOT);
    }
}
