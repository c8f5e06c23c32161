// SPDX-License-Identifier: Apache-2.0
package org.scx4j;

import org.agrona.BitUtil;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.exceptions.SchedulerException.Category;

/**
 * What the values of options must be; each check fails with one line, of category USAGE.
 * <p>
 * Thread safety: stateless.
 */
final class OptionCheck
{
    private static final long HALF_MS_NS = 500_000L;

    private OptionCheck()
    {
    }

    static void checkRange(
        final String name, final long value, final long min, final long max, final String unit)
    {
        check(value >= min && value <= max,
            name + " out of range: " + value + " " + unit + ", must be " + min + " to " + max + " " + unit);
    }

    static void checkPowerOfTwo(
        final String name, final int value, final int min, final int max, final String unit)
    {
        check(BitUtil.isPowerOfTwo(value) && value >= min && value <= max,
            name + " must be a power of two from " + min + " to " + max + unit + ": " + value);
    }

    /**
     * A time after which the kernel's side acts, in time before it evicts the scheduler.
     *
     * @param name      of the option.
     * @param timeNs    as it was set, null for the default.
     * @param defaultNs shortened to half the timeout if need be, 0 if even the shortest is longer.
     * @param minNs     the shortest.
     * @param timeoutMs after which the kernel evicts.
     * @return nanoseconds, 0 = never.
     */
    static long timeOrNever(
        final String name, final Long timeNs, final long defaultNs, final long minNs, final int timeoutMs)
    {
        final long maxNs = timeoutMs * HALF_MS_NS;
        if (null == timeNs)
        {
            return maxNs < minNs ? 0 : Math.min(defaultNs, maxNs);
        }
        check(0 == timeNs || timeNs >= minNs && timeNs <= maxNs,
            name + " out of range: " + timeNs + " ns, must be 0 for never, or " + minNs +
            " ns to half the timeout (" + maxNs + " ns)");
        return timeNs;
    }

    static void check(final boolean holds, final String message)
    {
        if (!holds)
        {
            throw new SchedulerException(Category.USAGE, message);
        }
    }
}
