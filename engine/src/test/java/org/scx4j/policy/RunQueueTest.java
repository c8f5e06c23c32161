// SPDX-License-Identifier: Apache-2.0
package org.scx4j.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.PriorityQueue;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Order, bounds and removal, against a queue of the JDK.
 */
@Timeout(60)
class RunQueueTest
{
    private record Entry(long key, long sequence, int pid, long token, long enqueueNs)
    {
        static int compare(final Entry a, final Entry b)
        {
            final long ahead = a.key != b.key ? a.key - b.key : a.sequence - b.sequence;
            return Long.signum(ahead);
        }
    }

    private final PriorityQueue<Entry> model = new PriorityQueue<>(Entry::compare);

    /** Keys near the end of the range wrap around. pids: few collide in the index, many are far apart. */
    @ParameterizedTest
    @CsvSource({
        "1, 4, 5, 0", "7, 12, 3, 0", "64, 100, 1000, 9223372036854775700", "64, 4000000, 10, -5", "300, 200, 50, 0"})
    void shouldAgreeWithAPriorityQueueWhenTasksComeAndGo(
        final int capacity, final int maxPid, final int keys, final long firstKey)
    {
        final long seed = System.nanoTime();
        final Random random = new Random(seed);
        final RunQueue queue = new RunQueue(capacity);
        for (int i = 0; i < 200_000; i++)
        {
            /* The longer runs of one kind fill and empty the queue. */
            final boolean isFilling = 0 == (i / (2 * capacity) & 1);
            final int pid = 1 + random.nextInt(maxPid);
            final int what = random.nextInt(10);
            if (what < (isFilling ? 7 : 3))
            {
                add(queue, new Entry(firstKey + random.nextInt(keys), i, pid, random.nextLong(), random.nextLong()));
            }
            else if (what == 9)
            {
                assertThat(queue.remove(pid)).as("seed %d, step %d", seed, i)
                    .isEqualTo(model.removeIf((entry) -> entry.pid == pid));
            }
            else if (!model.isEmpty())
            {
                model.poll();
                queue.removeFirst();
            }
            assertThat(queue.size()).as("seed %d, step %d", seed, i).isEqualTo(model.size());
            assertThat(queue.isEmpty()).isEqualTo(model.isEmpty());
            if (!model.isEmpty())
            {
                assertFirst(queue, "seed " + seed + ", step " + i);
            }
        }
        drain(queue, "seed " + seed);
    }

    private void add(final RunQueue queue, final Entry entry)
    {
        model.removeIf((other) -> other.pid == entry.pid);
        final boolean hasRoom = model.size() < queue.capacity();
        assertThat(queue.add(entry.key, entry.pid, entry.token, entry.enqueueNs)).isEqualTo(hasRoom);
        if (hasRoom)
        {
            model.add(entry);
        }
    }

    private void assertFirst(final RunQueue queue, final String what)
    {
        final Entry first = new Entry(
            queue.key(), model.peek().sequence, queue.pid(), queue.token(), queue.enqueueNs());
        assertThat(first).as(what).isEqualTo(model.peek());
    }

    private void drain(final RunQueue queue, final String what)
    {
        while (!model.isEmpty())
        {
            assertFirst(queue, what);
            queue.removeFirst();
            model.poll();
        }
        assertThat(queue.isEmpty()).as(what).isTrue();
    }

    @Test
    void shouldBeFirstInFirstOutWhenKeysAreEqual()
    {
        final RunQueue queue = new RunQueue(100);
        for (int pid = 1; pid <= 100; pid++)
        {
            assertThat(queue.add(7, pid, pid, pid)).isTrue();
        }
        for (int pid = 1; pid <= 100; pid++)
        {
            assertThat(queue.pid()).isEqualTo(pid);
            queue.removeFirst();
        }
    }

    @Test
    void shouldReplaceTheEntryWhenAPidIsQueuedAgain()
    {
        final RunQueue queue = new RunQueue(2);
        assertThat(queue.add(1, 10, 100, 1)).isTrue();
        assertThat(queue.add(2, 20, 200, 2)).isTrue();
        assertThat(queue.add(3, 10, 300, 3)).as("it takes the room of its older entry").isTrue();

        assertThat(queue.size()).isEqualTo(2);
        assertThat(queue.token()).isEqualTo(200);
        queue.removeFirst();
        assertThat(queue.token()).isEqualTo(300);
        assertThat(queue.enqueueNs()).isEqualTo(3);
    }

    @Test
    void shouldRefuseWhenItIsFull()
    {
        final RunQueue queue = new RunQueue(1);
        assertThat(queue.capacity()).isEqualTo(1);
        assertThat(queue.add(1, 10, 100, 1)).isTrue();
        assertThat(queue.add(0, 20, 200, 2)).isFalse();
        assertThat(queue.pid()).isEqualTo(10);
        assertThat(queue.remove(20)).isFalse();
        assertThat(queue.remove(10)).isTrue();
        assertThat(queue.add(0, 20, 200, 2)).isTrue();
    }

    @Test
    void shouldRefuseToShowTheFirstWhenItIsEmpty()
    {
        final RunQueue queue = new RunQueue(4);

        assertThatThrownBy(queue::pid).isInstanceOf(IllegalStateException.class).hasMessageContaining("empty");
        assertThatThrownBy(queue::removeFirst).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> new RunQueue(0)).isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("capacity=0");
    }

    @Test
    void shouldKeepTheOrderOfKeysWhenTheyWrapAround()
    {
        final RunQueue queue = new RunQueue(4);
        queue.add(Long.MIN_VALUE + 1, 2, 2, 2);
        queue.add(Long.MAX_VALUE - 1, 1, 1, 1);

        assertThat(queue.pid()).isEqualTo(1);
    }
}
