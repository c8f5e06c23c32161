// SPDX-License-Identifier: Apache-2.0
package org.scx4j;

import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.scx4j.api.SchedulingPolicy;

/**
 * A policy, and what the user calls it.
 * <p>
 * Thread safety: immutable.
 *
 * @param policy  that decides.
 * @param name    for reports.
 * @param options that it is started with.
 */
record RunningPolicy(SchedulingPolicy policy, String name, Map<String, String> options)
{
    RunningPolicy
    {
        name = null == name ? nameOf(policy) : name;
        options = Collections.unmodifiableMap(new TreeMap<>(options));
    }

    /** Its class name in lower case. */
    static String nameOf(final SchedulingPolicy policy)
    {
        final String className = policy.getClass().getSimpleName().toLowerCase(Locale.ROOT);
        return className.isEmpty() ? "anonymous" : className;
    }
}
