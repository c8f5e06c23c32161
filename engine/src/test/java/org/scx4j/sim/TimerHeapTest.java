// SPDX-License-Identifier: Apache-2.0
package org.scx4j.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class TimerHeapTest
{
    private static final int NR_TIMERS = 40;

    @Test
    void shouldFireInOrderOfTimeAndThenOfSetting()
    {
        for (long seed = 0; seed < 200; seed++)
        {
            final Random random = new Random(seed);
            final TimerHeap heap = new TimerHeap(NR_TIMERS);
            final TreeSet<long[]> model = new TreeSet<>(Comparator
                .comparingLong((long[] timer) -> timer[0]).thenComparingLong((timer) -> timer[1]));
            for (int i = 0; i < 500; i++)
            {
                final int timer = random.nextInt(NR_TIMERS);
                final long timeNs = random.nextInt(50);
                switch (random.nextInt(4))
                {
                    case 0:
                        heap.cancel(timer);
                        model.removeIf((set) -> set[2] == timer);
                        break;

                    case 1:
                        if (!model.isEmpty())
                        {
                            assertThat(heap.firstNs()).as("seed %d", seed).isEqualTo(model.first()[0]);
                            assertThat(heap.removeFirst()).as("seed %d", seed).isEqualTo((int)model.pollFirst()[2]);
                        }
                        break;

                    default:
                        heap.set(timer, timeNs);
                        model.removeIf((set) -> set[2] == timer);
                        model.add(new long[]{timeNs, i, timer});
                        break;
                }
                assertThat(heap.isSet(timer)).isEqualTo(model.stream().anyMatch((set) -> set[2] == timer));
            }
            assertThat(heap.firstNs()).isEqualTo(model.isEmpty() ? TimerHeap.NEVER : model.first()[0]);
        }
    }

    @Test
    void shouldKeepTheEarlierTimeWhenSetNoLater()
    {
        final TimerHeap heap = new TimerHeap(2);
        heap.setNoLater(0, 10);
        heap.setNoLater(0, 20);
        assertThat(heap.firstNs()).isEqualTo(10);
        heap.setNoLater(0, 5);
        assertThat(heap.firstNs()).isEqualTo(5);
    }
}
