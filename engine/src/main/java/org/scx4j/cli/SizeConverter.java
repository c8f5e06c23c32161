// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Reads numbers of bytes such as {@code 4M}, {@code 64K} or {@code 65536}; K, M and G are powers of 1024.
 * <p>
 * Thread safety: stateless.
 */
public final class SizeConverter implements ITypeConverter<Integer>
{
    private static final Pattern FORMAT = Pattern.compile("(\\d{1,10})([KMG]?)");
    private static final String SUFFIXES = "KMG";
    private static final int BITS_PER_SUFFIX = 10;

    /** Has no options. */
    public SizeConverter()
    {
    }

    /**
     * Reads one.
     *
     * @param text such as {@code 4M}.
     * @return bytes.
     * @throws TypeConversionException if it is not a size, or too large for an {@code int}.
     */
    @Override
    public Integer convert(final String text)
    {
        final Matcher matcher = FORMAT.matcher(text.strip().toUpperCase(Locale.ROOT));
        if (!matcher.matches())
        {
            throw new TypeConversionException("'" + text + "' is no size: give bytes, such as 4M, 64K or 65536");
        }
        final int power = matcher.group(2).isEmpty() ? 0 : 1 + SUFFIXES.indexOf(matcher.group(2));
        final int shift = BITS_PER_SUFFIX * power;
        final long number = Long.parseLong(matcher.group(1));
        if (number > Integer.MAX_VALUE >> shift)
        {
            throw new TypeConversionException("'" + text + "' is too large: at most 1G");
        }
        return (int)number << shift;
    }
}
