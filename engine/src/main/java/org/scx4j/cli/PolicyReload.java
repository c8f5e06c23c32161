// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.scx4j.SchedulerEngine;
import org.scx4j.api.SchedulingPolicy;
import org.scx4j.exceptions.SchedulerException;

/**
 * Loads the policy of a running scheduler anew when that is wanted, and says what became of it.
 * <p>
 * Thread safety: none, used by one thread.
 */
final class PolicyReload
{
    private final ReloadSignal signal;
    private final Supplier<SchedulingPolicy> loader;
    private final String name;
    private final Map<String, String> options;
    private final PrintWriter err;

    /**
     * Prepares it.
     *
     * @param signal  that wants it.
     * @param loader  makes a policy, of a class that is loaded anew if it is the user's.
     * @param name    of the policy for reports, null for that of its class.
     * @param options of the policy.
     * @param err     where to say so.
     */
    PolicyReload(
        final ReloadSignal signal,
        final Supplier<SchedulingPolicy> loader,
        final String name,
        final Map<String, String> options,
        final PrintWriter err)
    {
        this.signal = signal;
        this.loader = loader;
        this.name = name;
        this.options = options;
        this.err = err;
    }

    /**
     * Replaces the policy if that is wanted. If the new one can't be loaded or started, the old one goes on.
     *
     * @param engine that runs.
     */
    void look(final SchedulerEngine engine)
    {
        if (!signal.take())
        {
            return;
        }
        final long beginNs = System.nanoTime();
        try
        {
            engine.replacePolicy(loader.get(), name, options);
            say("policy " + engine.report().policy() + " loaded anew and replaced in " +
                TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - beginNs) + " ms");
        }
        catch (final RuntimeException | LinkageError ex)
        {
            say("policy not replaced, the old one goes on: " + oneLine(
                ex instanceof SchedulerException ? ex.getMessage() : ex.toString()));
        }
    }

    private static String oneLine(final String text)
    {
        return text.strip().replaceAll("\\s*\\R\\s*", " ");
    }

    private void say(final String line)
    {
        err.println("scx4j: " + line);
        err.flush();
    }
}
