// SPDX-License-Identifier: Apache-2.0
package org.scx4j;

import org.agrona.BitUtil;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.exceptions.SchedulerException.Category;
import org.scx4j.transport.Keeping;

/**
 * Refuses options that do not fit, with a line that says what they may be.
 * <p>
 * Thread safety: stateless.
 */
final class OptionCheck
{
    private static final String OPS_NAME_PREFIX = "scx4j_";
    private static final long HALF_MS_NS = 500_000L;

    private OptionCheck()
    {
    }

    static void checkNumbers(
        final long sliceNs, final int timeoutMs, final long pollNs, final int exitDumpBytes, final int ringBytes,
        final int events)
    {
        checkRange("slice", sliceNs, Context.SLICE_MIN_NS, Context.SLICE_MAX_NS, "ns");
        checkRange("timeout", timeoutMs, 1, Context.TIMEOUT_MAX_MS, "ms");
        checkRange("poll", pollNs, 0, Context.POLL_MAX_NS, "ns");
        checkRange("exit dump", exitDumpBytes, 0, Context.EXIT_DUMP_DEFAULT_BYTES, "bytes");
        checkPowerOfTwo("ring size", ringBytes, Context.RING_MIN_BYTES, Context.RING_MAX_BYTES, " bytes");
        checkPowerOfTwo("events", events, Context.EVENTS_MIN, Context.EVENTS_MAX, "");
    }

    static void checkRange(
        final String name, final long value, final long min, final long max, final String unit)
    {
        check(value >= min && value <= max,
            name + " out of range: " + value + " " + unit + ", must be " + min + " to " + max + " " + unit);
    }

    private static void checkPowerOfTwo(
        final String name, final int value, final int min, final int max, final String unit)
    {
        check(BitUtil.isPowerOfTwo(value) && value >= min && value <= max,
            name + " must be a power of two from " + min + " to " + max + unit + ": " + value);
    }

    /** A time after which the kernel's side acts, in time before it evicts the scheduler; null for the default. */
    static long concludedNs(
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

    /** The name of a scheduler in the kernel; null for the default, by the policy's. */
    static String concludedOpsName(final String opsName, final String policyName)
    {
        if (null == opsName)
        {
            final String name = OPS_NAME_PREFIX + policyName.replaceAll("[^A-Za-z0-9_.-]", "_");
            check(name.length() <= Context.OPS_NAME_MAX_CHARS, "policy name too long: " + policyName);
            return name;
        }
        check(opsName.matches("[A-Za-z0-9_.-]{1," + Context.OPS_NAME_MAX_CHARS + "}"),
            "name must have 1 to " + Context.OPS_NAME_MAX_CHARS + " letters, digits, _ - . and nothing else: '" +
            opsName + "'");
        return opsName;
    }

    static void checkKeeping(final Keeping keeping, final long leaseNs)
    {
        check(Keeping.NO == keeping || 0 != leaseNs,
            "keep without a lease: nobody would schedule when this process is gone; leave the lease at its default");
    }

    static void check(final boolean holds, final String message)
    {
        if (!holds)
        {
            throw new SchedulerException(Category.USAGE, message);
        }
    }
}
