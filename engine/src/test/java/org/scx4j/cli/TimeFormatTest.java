// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(10)
class TimeFormatTest
{
    @ParameterizedTest
    @CsvSource({
        "0, 0 ns", "312, 312 ns", "1250, 1.25 us", "12345, 12.3 us", "123456, 123 us", "20168703, 20.2 ms",
        "10000000000, 10.0 s", "3600000000000, 3600 s"})
    void shouldChooseUnitAndDigitsWhenFormatting(final long ns, final String expected)
    {
        assertThat(TimeFormat.format(ns)).isEqualTo(expected);
    }
}
