// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import java.util.Locale;

/**
 * Writes a time for a person: three digits and a unit.
 * <p>
 * Thread safety: stateless.
 */
final class TimeFormat
{
    private static final String[] UNITS = {"ns", "us", "ms", "s"};
    private static final int STEP = 1000;

    private TimeFormat()
    {
    }

    /**
     * Writes one.
     *
     * @param ns nanoseconds, 0 or more.
     * @return such as {@code 312 ns}, {@code 1.25 us} or {@code 10.0 s}.
     */
    static String format(final long ns)
    {
        double value = ns;
        int unit = 0;
        while (value >= STEP && unit < UNITS.length - 1)
        {
            value /= STEP;
            unit++;
        }
        final int decimals = 0 == unit || value >= 100 ? 0 : value >= 10 ? 1 : 2;
        return String.format(Locale.ROOT, "%." + decimals + "f %s", value, UNITS[unit]);
    }
}
