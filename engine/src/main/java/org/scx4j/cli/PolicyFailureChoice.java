// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import java.util.Locale;
import org.scx4j.PolicyGuard;

/**
 * Values of {@code --on-policy-failure}.
 */
enum PolicyFailureChoice
{
    /** {@link PolicyGuard.Action#WAIT}. */
    WAIT(PolicyGuard.Action.WAIT),
    /** {@link PolicyGuard.Action#FALLBACK}. */
    FALLBACK(PolicyGuard.Action.FALLBACK),
    /** {@link PolicyGuard.Action#DETACH}. */
    DETACH(PolicyGuard.Action.DETACH);

    private final PolicyGuard.Action action;

    PolicyFailureChoice(final PolicyGuard.Action action)
    {
        this.action = action;
    }

    /**
     * What it stands for.
     *
     * @return what the engine does.
     */
    PolicyGuard.Action action()
    {
        return action;
    }

    @Override
    public String toString()
    {
        return name().toLowerCase(Locale.ROOT);
    }
}
