// SPDX-License-Identifier: Apache-2.0
package org.scx4j.sim;

import java.util.Arrays;

/**
 * Wake-ups that nobody waited for, first in, first out: the pids of those who sent them. If there are too many, the
 * oldest is dropped.
 * <p>
 * Thread safety: none. Allocates only as it grows.
 */
final class Mailbox
{
    private static final int INITIAL_CAPACITY = 64;
    private static final int MAX_CAPACITY = 1 << 16;

    private int[] senders = new int[INITIAL_CAPACITY];
    private int head;
    private int tail;

    Mailbox()
    {
    }

    boolean isEmpty()
    {
        return head == tail;
    }

    void add(final int sender)
    {
        if (tail - head == senders.length)
        {
            if (senders.length < MAX_CAPACITY)
            {
                grow();
            }
            else
            {
                head++;
            }
        }
        senders[tail++ & senders.length - 1] = sender;
    }

    int take()
    {
        return senders[head++ & senders.length - 1];
    }

    private void grow()
    {
        final int size = tail - head;
        final int[] larger = Arrays.copyOf(senders, 2 * size);
        for (int i = 0; i < size; i++)
        {
            larger[i] = senders[head + i & senders.length - 1];
        }
        senders = larger;
        head = 0;
        tail = size;
    }
}
