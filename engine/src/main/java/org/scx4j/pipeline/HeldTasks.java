// SPDX-License-Identifier: Apache-2.0
package org.scx4j.pipeline;

import java.util.Arrays;
import org.scx4j.api.Successor;

/**
 * Tasks on their way from a policy that was replaced to the next one: first in, first out.
 * <p>
 * Thread safety: for the policy's thread only.
 */
final class HeldTasks implements Successor
{
    private static final int INITIAL_CAPACITY = 64;

    private int[] pids = new int[INITIAL_CAPACITY];
    private long[] tokens = new long[INITIAL_CAPACITY];
    private long[] enqueuesNs = new long[INITIAL_CAPACITY];
    private int size;
    private int first;

    @Override
    public void take(final int pid, final long token, final long enqueueNs)
    {
        if (size == pids.length)
        {
            pids = Arrays.copyOf(pids, 2 * size);
            tokens = Arrays.copyOf(tokens, 2 * size);
            enqueuesNs = Arrays.copyOf(enqueuesNs, 2 * size);
        }
        pids[size] = pid;
        tokens[size] = token;
        enqueuesNs[size++] = enqueueNs;
    }

    boolean isEmpty()
    {
        return first == size;
    }

    int pid()
    {
        return pids[first];
    }

    long token()
    {
        return tokens[first];
    }

    long enqueueNs()
    {
        return enqueuesNs[first];
    }

    void removeFirst()
    {
        first++;
    }
}
