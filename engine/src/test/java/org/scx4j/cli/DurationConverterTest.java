// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

@Timeout(10)
class DurationConverterTest
{
    private final DurationConverter converter = new DurationConverter();

    @ParameterizedTest
    @CsvSource({
        "10s, 10000000000", "500ms, 500000000", "2m, 120000000000", "1h, 3600000000000", "3, 3000000000",
        "20us, 20000", "7ns, 7", "0, 0", "1.5h, 5400000000000", "0.5, 500000000", "0.5ns, 0"})
    void shouldReadWhenUnitIsKnownOrLeftOut(final String text, final long expectedNs)
    {
        assertThat(converter.convert(text)).isEqualTo(Duration.ofNanos(expectedNs));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "10 s", "-1s", "+1s", "1e3", ".5s", "1.s", "10d", "10S", "s", "10s5ms", "٣s"})
    void shouldSayWhatADurationLooksLikeWhenItIsNone(final String text)
    {
        assertThatThrownBy(() -> converter.convert(text))
            .isInstanceOf(TypeConversionException.class)
            .hasMessage("'" + text + "' is no duration: give a number and ns, us, ms, s, m or h, such as 10s, 500ms " +
                "or 1.5h (a number alone is seconds)");
    }

    @Test
    void shouldRefuseWhenLongerThanALongHolds()
    {
        assertThat(converter.convert("2500000h").toNanos()).isEqualTo(9_000_000_000_000_000_000L);
        assertThatThrownBy(() -> converter.convert("2600000h"))
            .isInstanceOf(TypeConversionException.class)
            .hasMessage("'2600000h' is too long: at most 290 years");
    }
}
