// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Reads numbers of bytes such as {@code 4M}, {@code 64K} or {@code 65536}; K, M and G are powers of 1024.
 * <p>
 * Thread safety: stateless.
 */
public final class SizeConverter implements ITypeConverter<Integer>
{
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
        return (int)FileSizeConverter.bytes(text, Integer.MAX_VALUE, "1G");
    }
}
