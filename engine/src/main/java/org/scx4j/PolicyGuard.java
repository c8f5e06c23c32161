// SPDX-License-Identifier: Apache-2.0
package org.scx4j;

import java.util.Map;
import java.util.Objects;
import org.scx4j.api.SchedulingPolicy;
import org.scx4j.policy.Fifo;
import org.scx4j.status.RunReport;

/**
 * How long a policy may fail, and what happens then. It fails if it does not return, always throws, or has the garbage
 * collector run all the time; {@link RunReport#policyChanges()} tells which. The thread in
 * {@link SchedulerEngine#awaitEnd(long)} finds out.
 * <p>
 * Thread safety: immutable.
 *
 * @param action   what happens.
 * @param limitNs  for how long a policy may fail, {@link #LIMIT_MIN_NS} to {@link #LIMIT_MAX_NS}.
 * @param fallback replaces a policy that failed, with {@link Action#FALLBACK}. It gets no options, and if it fails too,
 *                 the run ends.
 * @param name     of the fallback for reports.
 */
public record PolicyGuard(Action action, long limitNs, SchedulingPolicy fallback, String name)
{
    /** Default of how long a policy may fail, nanoseconds. */
    public static final long LIMIT_DEFAULT_NS = 1_000_000_000L;
    /** Shortest such time, nanoseconds. */
    public static final long LIMIT_MIN_NS = 100_000_000L;
    /** Longest such time, nanoseconds. */
    public static final long LIMIT_MAX_NS = 60_000_000_000L;

    /** What happens to a policy that fails. As long as its thread is silent, the kernel's side schedules. */
    public enum Action
    {
        /** Nothing: it goes on when it can, and the report tells. */
        WAIT,
        /** Another policy replaces it. */
        FALLBACK,
        /** The run ends, and the kernel's own scheduler is back. */
        DETACH
    }

    /**
     * Fills in what is null.
     *
     * @param action   what happens.
     * @param limitNs  for how long a policy may fail.
     * @param fallback replaces a policy that failed, null for {@link Fifo}.
     * @param name     of the fallback, null for its class name in lower case.
     */
    public PolicyGuard
    {
        Objects.requireNonNull(action, "action");
        name = null == fallback ? "fifo" : null == name ? RunningPolicy.nameOf(fallback) : name;
        fallback = null == fallback ? new Fifo() : fallback;
    }

    /**
     * Reports, falls back to {@link Fifo}, or detaches, after the default time.
     *
     * @param action what happens.
     */
    public PolicyGuard(final Action action)
    {
        this(action, LIMIT_DEFAULT_NS, null, null);
    }

    RunningPolicy runningFallback()
    {
        return new RunningPolicy(fallback, name, Map.of());
    }

    void check(final long leaseNs)
    {
        OptionCheck.checkRange("policy limit", limitNs, LIMIT_MIN_NS, LIMIT_MAX_NS, "ns");
        OptionCheck.check(Action.WAIT == action || 0 != leaseNs,
            "a policy that does not return is found by the lease, and the lease is 0: give one, or only wait");
    }

    @Override
    public String toString()
    {
        return action + " after " + limitNs + " ns" + (Action.FALLBACK == action ? " to " + name : "");
    }
}
