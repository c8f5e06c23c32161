// SPDX-License-Identifier: Apache-2.0
package org.scx4j.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TurnLogTest
{
    @Test
    void shouldGiveBackWhatWasAdded()
    {
        final Random random = new Random(1);
        final TurnLog log = new TurnLog();
        final List<Long> added = new ArrayList<>(List.of(0L, 1L, 127L, 128L, 16_383L, 16_384L, Long.MAX_VALUE));
        for (int i = 0; i < 10_000; i++)
        {
            added.add(random.nextLong() >>> 1 + random.nextInt(63));
        }
        long grownBytes = 0;
        for (final long ns : added)
        {
            grownBytes += log.add(ns);
        }

        final List<Long> found = new ArrayList<>();
        for (int at = 0; at < log.lengthBytes(); at = log.after(at))
        {
            found.add(log.timeAt(at));
        }
        assertThat(found).isEqualTo(added);
        assertThat(grownBytes).isGreaterThan(log.lengthBytes() - TurnLog.MAX_BYTES).isLessThan(2L * log.lengthBytes());
    }

    @Test
    void shouldTakeFewBytesForATurnOfUsualLength()
    {
        final TurnLog log = new TurnLog();
        log.add(150_000);
        log.add(5_000_000);

        assertThat(log.lengthBytes()).isEqualTo(7);
    }
}
