// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm.bench;

import java.util.Locale;

/**
 * A figure that a workload yields: so much per second, of which more is better, or a time, of which less is.
 *
 * @param name   of the figure, as people read it.
 * @param isRate whether it is per second; else it is nanoseconds.
 */
record Metric(String name, boolean isRate)
{
    private static final String[] UNITS = {"ns", "us", "ms", "s"};
    private static final int STEP = 1000;
    private static final int TWO_DIGITS = 10;
    private static final int THREE_DIGITS = 100;

    /** So much per second. */
    static Metric rate(final String name)
    {
        return new Metric(name, true);
    }

    /** A time, nanoseconds. */
    static Metric time(final String name)
    {
        return new Metric(name, false);
    }

    /** How good a value is beside a reference: above 1 is better than that, whichever way the figure goes. */
    double ratio(final double value, final double reference)
    {
        return isRate ? value / reference : reference / value;
    }

    /** For people: three digits, and the unit of a time. */
    String format(final double value)
    {
        if (isRate)
        {
            return threeDigits(value);
        }
        double scaled = value;
        int unit = 0;
        while (scaled >= STEP && unit < UNITS.length - 1)
        {
            scaled /= STEP;
            unit++;
        }
        return threeDigits(scaled) + " " + UNITS[unit];
    }

    private static String threeDigits(final double value)
    {
        final int decimals = value >= THREE_DIGITS ? 0 : value >= TWO_DIGITS ? 1 : 2;
        return String.format(Locale.ROOT, "%,." + decimals + "f", value);
    }
}
