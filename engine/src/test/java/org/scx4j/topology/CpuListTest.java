// SPDX-License-Identifier: Apache-2.0
package org.scx4j.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.scx4j.exceptions.SchedulerException;

@Timeout(60)
class CpuListTest
{
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "0 | 0",
        "0-3 | 0 1 2 3",
        "0-3,6 | 0 1 2 3 6",
        "6,0-1 | 6 0 1",
        "1,1,0-2 | 1 0 2",
        "5-5 | 5",
        "' 0-1 , 4 ' | 0 1 4",
        "'0-1\n' | 0 1",
        "8191 | 8191"})
    void shouldReadEachCpuOnceInTheOrderOfTheText(final String text, final String expected)
    {
        final StringBuilder cpus = new StringBuilder();
        for (final int cpu : CpuList.parse(text))
        {
            cpus.append(0 == cpus.length() ? "" : " ").append(cpu);
        }

        assertThat(cpus).hasToString(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\n"})
    void shouldReadNoCpuWhenTheTextIsBlank(final String text)
    {
        assertThat(CpuList.parse(text)).isEmpty();
    }

    @Test
    void shouldReadAllCpusOfTheLargestKernel()
    {
        assertThat(CpuList.parse("0-8191")).hasSize(CpuList.MAX_CPUS).startsWith(0, 1).endsWith(8190, 8191);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "0-", "-1", "0,,1", ",1", "0x1", "1 2", "0-1-2", "0-3:1/2",
        "99999999999", "all", "1--2", "+1", "0,", ","})
    void shouldShowTheWholeTextWhenItIsNoList(final String text)
    {
        assertThatThrownBy(() -> CpuList.parse(text))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage("not a list of CPUs such as 0-3,6: '" + text + "'");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "3-1 | 3-1", "0-1,7-5 | 7-5", "8192 | 8192", "0,0-8192 | 0-8192"})
    void shouldShowTheRangeWhenItIsNone(final String text, final String range)
    {
        assertThatThrownBy(() -> CpuList.parse(text))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage("not a range of CPUs: '" + range + "' in '" + text + "'");
    }

    @Test
    void shouldWriteRangesInAscendingOrder()
    {
        assertThat(CpuList.format()).isEmpty();
        assertThat(CpuList.format(3)).isEqualTo("3");
        assertThat(CpuList.format(6, 2, 0, 1, 3, 6)).isEqualTo("0-3,6");
        assertThat(CpuList.format(1, 3, 5)).isEqualTo("1,3,5");
        assertThat(CpuList.format(4, 5)).isEqualTo("4-5");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 5, 8, 13})
    void shouldReadWhatItWrites(final long seed)
    {
        final Random random = new Random(seed);
        for (int round = 0; round < 200; round++)
        {
            final BitSet cpus = new BitSet();
            for (int i = random.nextInt(40); i > 0; i--)
            {
                final int first = random.nextInt(1000);
                cpus.set(first, first + 1 + random.nextInt(4));
            }
            final int[] expected = cpus.stream().toArray();

            assertThat(CpuList.parse(CpuList.format(expected))).as("seed %d, round %d", seed, round)
                .isEqualTo(expected);
        }
    }

    @Test
    void shouldReadTheCpusThatAreOnline(@TempDir final Path sysfs) throws IOException
    {
        final Path folder = Files.createDirectories(sysfs.resolve("devices/system/cpu"));
        Files.writeString(folder.resolve("online"), "0-1,3\n");

        assertThat(CpuList.online(sysfs)).containsExactly(0, 1, 3);
    }

    @Test
    void shouldNameTheFileWhenItCanNotBeRead(@TempDir final Path sysfs)
    {
        assertThatThrownBy(() -> CpuList.online(sysfs))
            .isInstanceOf(SchedulerException.class)
            .hasMessageContaining("can't read which CPUs are online")
            .hasMessageContaining(sysfs.resolve("devices/system/cpu/online").toString());
    }
}
