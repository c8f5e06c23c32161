// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Reads durations such as {@code 10s}, {@code 1.5h} or {@code 500us}; a number alone is seconds.
 * <p>
 * Thread safety: stateless.
 */
public final class DurationConverter implements ITypeConverter<Duration>
{
    private static final Pattern FORMAT = Pattern.compile("(\\d{1,18}(?:\\.\\d{1,9})?)(ns|us|ms|s|m|h)?");
    private static final BigDecimal MAX_NS = BigDecimal.valueOf(Long.MAX_VALUE);

    /** Has no options. */
    public DurationConverter()
    {
    }

    /**
     * Reads one.
     *
     * @param text such as {@code 10s}.
     * @return 0 or longer, at most {@link Long#MAX_VALUE} nanoseconds.
     * @throws TypeConversionException if it is not a duration; the message says what one looks like.
     */
    @Override
    public Duration convert(final String text)
    {
        final Matcher matcher = FORMAT.matcher(text.strip());
        if (!matcher.matches())
        {
            throw new TypeConversionException("'" + text +
                "' is no duration: give a number and ns, us, ms, s, m or h, such as 10s, 500ms or 1.5h " +
                "(a number alone is seconds)");
        }
        final BigDecimal number = new BigDecimal(matcher.group(1));
        final BigDecimal ns = number.multiply(BigDecimal.valueOf(unitNs(matcher.group(2))));
        if (ns.compareTo(MAX_NS) > 0)
        {
            throw new TypeConversionException("'" + text + "' is too long: at most 290 years");
        }
        return Duration.ofNanos(ns.longValue());
    }

    private static long unitNs(final String unit)
    {
        if (null == unit)
        {
            return 1_000_000_000L;
        }
        return switch (unit)
        {
            case "ns" -> 1L;
            case "us" -> 1_000L;
            case "ms" -> 1_000_000L;
            case "m" -> 60_000_000_000L;
            case "h" -> 3_600_000_000_000L;
            default -> 1_000_000_000L;
        };
    }
}
