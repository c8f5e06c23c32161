// SPDX-License-Identifier: Apache-2.0
package org.scx4j.policy;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.scx4j.api.EngineContext;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.exceptions.SchedulerException.Category;

/**
 * Times in options and rules, such as {@code 10ms}.
 * <p>
 * Thread safety: stateless.
 */
final class TimeSpan
{
    private static final Pattern FORMAT = Pattern.compile("(\\d{1,9})(us|ms|s)");
    private static final long US = 1_000;
    private static final long MS = 1_000 * US;
    private static final long S = 1_000 * MS;

    private TimeSpan()
    {
    }

    /**
     * Reads a time.
     *
     * @param text  a whole number and us, ms or s.
     * @param minNs the shortest allowed.
     * @param maxNs the longest allowed.
     * @return nanoseconds.
     * @throws IllegalArgumentException if it is none, or not allowed; the message says what is.
     */
    static long parseNs(final String text, final long minNs, final long maxNs)
    {
        final Matcher matcher = FORMAT.matcher(text);
        final long ns = matcher.matches() ? Long.parseLong(matcher.group(1)) * unitNs(matcher.group(2)) : -1;
        if (ns < minNs || ns > maxNs)
        {
            throw new IllegalArgumentException("'" + OneLine.of(text) + "' is no time from " + format(minNs) + " to " +
                format(maxNs) + ": give a whole number and us, ms or s");
        }
        return ns;
    }

    /**
     * Reads an option of the policy.
     *
     * @param context   that has the options.
     * @param name      of the option.
     * @param defaultNs if it was not given.
     * @param minNs     the shortest allowed.
     * @param maxNs     the longest allowed.
     * @return nanoseconds.
     * @throws SchedulerException with category USAGE, if it is none, or not allowed.
     */
    static long optionNs(
        final EngineContext context, final String name, final long defaultNs, final long minNs, final long maxNs)
    {
        final String text = context.option(name);
        try
        {
            return null == text ? defaultNs : parseNs(text, minNs, maxNs);
        }
        catch (final IllegalArgumentException ex)
        {
            throw new SchedulerException(Category.USAGE, "option " + name + ": " + ex.getMessage(), ex);
        }
    }

    private static long unitNs(final String unit)
    {
        return "us".equals(unit) ? US : "ms".equals(unit) ? MS : S;
    }

    private static String format(final long ns)
    {
        return 0 == ns % S ? ns / S + "s" : 0 == ns % MS ? ns / MS + "ms" : ns / US + "us";
    }
}
