// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

@Timeout(10)
class SizeConverterTest
{
    private final SizeConverter converter = new SizeConverter();

    @ParameterizedTest
    @CsvSource({"4M, 4194304", "64K, 65536", "64k, 65536", "65536, 65536", "1G, 1073741824", "0, 0"})
    void shouldReadWhenSuffixIsKnownOrLeftOut(final String text, final int expectedBytes)
    {
        assertThat(converter.convert(text)).isEqualTo(expectedBytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "4MB", "-1", "4 M", "1.5M", "4T"})
    void shouldSayWhatASizeLooksLikeWhenItIsNone(final String text)
    {
        assertThatThrownBy(() -> converter.convert(text))
            .isInstanceOf(TypeConversionException.class)
            .hasMessage("'" + text + "' is no size: give bytes, such as 4M, 64K or 65536");
    }

    @ParameterizedTest
    @ValueSource(strings = {"2G", "9999999999", "9999999999G"})
    void shouldRefuseWhenTooLarge(final String text)
    {
        assertThatThrownBy(() -> converter.convert(text))
            .isInstanceOf(TypeConversionException.class)
            .hasMessage("'" + text + "' is too large: at most 1G");
    }
}
