// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm.matrix;

import org.scx4j.vm.Json;

/**
 * How late an ordinary task that sleeps for a millisecond at a time has woken.
 *
 * @param count of wake-ups.
 * @param p50Ns half of them were at most that late, nanoseconds.
 * @param p99Ns 99 of 100 were at most that late, nanoseconds.
 * @param maxNs the latest, nanoseconds.
 */
record Wait(long count, long p50Ns, long p99Ns, long maxNs)
{
    private static final double NS_PER_MS = 1e6;

    /** What the sleeper prints. */
    static Wait parse(final String json)
    {
        return new Wait((long)Json.number(json, "count"), (long)Json.number(json, "p50_ns"),
            (long)Json.number(json, "p99_ns"), (long)Json.number(json, "max_ns"));
    }

    /** The larger of each; the wake-ups of both. */
    Wait worst(final Wait other)
    {
        return null == other ? this : new Wait(count + other.count, Math.max(p50Ns, other.p50Ns),
            Math.max(p99Ns, other.p99Ns), Math.max(maxNs, other.maxNs));
    }

    @Override
    public String toString()
    {
        return String.format("%.1f / %.0f / %.0f", p50Ns / NS_PER_MS, p99Ns / NS_PER_MS, maxNs / NS_PER_MS);
    }
}
