// SPDX-License-Identifier: Apache-2.0
package org.scx4j;

import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.status.PolicyChanges;

/**
 * Carries out what a {@link PolicyGuard} says when a policy has failed, and keeps account of that.
 * <p>
 * Thread safety: the engine's lock.
 */
final class PolicyFailover
{
    private final Context context;
    private PolicyChanges changes = PolicyChanges.NONE;

    PolicyFailover(final Context context)
    {
        this.context = context;
    }

    PolicyChanges changes()
    {
        return changes;
    }

    /** Somebody has replaced the policy, which had not failed. */
    void onSwap()
    {
        changes = new PolicyChanges(changes.nrSwaps() + 1, changes.failure(), changes.isFinal());
    }

    /**
     * Does it. If neither policy can go on, the session is abandoned, and closed then.
     *
     * @param session    whose policy has failed.
     * @param failure    how.
     * @param attachAnew opens another session with a policy.
     * @param isClosing  asked meanwhile.
     */
    void react(
        final EngineSession session,
        final PolicyFailure failure,
        final Consumer<RunningPolicy> attachAnew,
        final BooleanSupplier isClosing)
    {
        final PolicyGuard guard = context.policyGuard();
        final RunningPolicy failed = session.policy();
        final String what = "policy " + failed.name() + " " + failure.description();
        if (PolicyGuard.Action.WAIT == guard.action())
        {
            changes = new PolicyChanges(changes.nrSwaps(), what, changes.isFinal());
        }
        else if (PolicyGuard.Action.FALLBACK == guard.action() && failed.policy() != guard.fallback())
        {
            fallBack(session, what, failure.isStuck(), attachAnew, isClosing);
        }
        else
        {
            session.abandon();
            changes = new PolicyChanges(
                changes.nrSwaps(), what + ": detached, the kernel schedules by itself", true);
        }
    }

    /** A thread that does not come back can't be stopped, but left behind: its scheduler is detached. */
    private void fallBack(
        final EngineSession session,
        final String what,
        final boolean isStuck,
        final Consumer<RunningPolicy> attachAnew,
        final BooleanSupplier isClosing)
    {
        final RunningPolicy fallback = context.policyGuard().runningFallback();
        try
        {
            if (!isStuck && session.canReplaceBy(fallback.policy()) && isExchanged(session, fallback, isClosing))
            {
                context.replacePolicy(fallback);
            }
            else
            {
                session.abandon();
                attachAnew.accept(fallback);
            }
            changes = new PolicyChanges(changes.nrSwaps() + 1, what + ": replaced by " + fallback.name(), true);
        }
        catch (final RuntimeException ex)
        {
            session.abandon();
            changes = new PolicyChanges(changes.nrSwaps(), what + ": detached, because " + fallback.name() +
                " can't replace it: " + (ex instanceof SchedulerException ? ex.getMessage() : ex.toString()), true);
        }
    }

    private boolean isExchanged(
        final EngineSession session, final RunningPolicy fallback, final BooleanSupplier isClosing)
    {
        final String refusal = session.replacePolicy(fallback, context.policyGuard().limitNs(), isClosing);
        return null == refusal || session.isUnsettled() && !session.abandonExchange();
    }
}
