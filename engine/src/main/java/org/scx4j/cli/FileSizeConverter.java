// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Reads numbers of bytes as {@link SizeConverter} does, but as large as files may be.
 * <p>
 * Thread safety: stateless.
 */
public final class FileSizeConverter implements ITypeConverter<Long>
{
    private static final Pattern FORMAT = Pattern.compile("(\\d{1,13})([KMG]?)");
    private static final String SUFFIXES = "KMG";
    private static final int BITS_PER_SUFFIX = 10;
    private static final long MAX_BYTES = 1L << 43;

    /** Has no options. */
    public FileSizeConverter()
    {
    }

    /**
     * Reads one.
     *
     * @param text such as {@code 64M}.
     * @return bytes.
     * @throws TypeConversionException if it is not a size, or too large.
     */
    @Override
    public Long convert(final String text)
    {
        return bytes(text, MAX_BYTES, "8192G");
    }

    /** Reads one that is not larger than allowed. */
    static long bytes(final String text, final long maxBytes, final String max)
    {
        final Matcher matcher = FORMAT.matcher(text.strip().toUpperCase(Locale.ROOT));
        if (!matcher.matches())
        {
            throw new TypeConversionException("'" + text + "' is no size: give bytes, such as 4M, 64K or 65536");
        }
        final int power = matcher.group(2).isEmpty() ? 0 : 1 + SUFFIXES.indexOf(matcher.group(2));
        final int shift = BITS_PER_SUFFIX * power;
        final long number = Long.parseLong(matcher.group(1));
        if (number > maxBytes >> shift)
        {
            throw new TypeConversionException("'" + text + "' is too large: at most " + max);
        }
        return number << shift;
    }
}
