// SPDX-License-Identifier: Apache-2.0
package org.scx4j.sim;

import java.util.Arrays;

/**
 * A queue of the kernel's side (DSQ), ordered by vtime; equal is first in, first out.
 * <p>
 * Thread safety: none. Allocates only as it grows.
 */
final class DispatchQueue
{
    private static final int INITIAL_CAPACITY = 16;

    private final SimulatedTasks tasks;
    private int[] heap = new int[INITIAL_CAPACITY];
    private int[] passedOver = new int[INITIAL_CAPACITY];
    private int size;
    private long sequence;

    DispatchQueue(final SimulatedTasks tasks)
    {
        this.tasks = tasks;
    }

    void add(final int task, final long vtime, final long nowNs)
    {
        tasks.queueKey[task] = vtime;
        tasks.queueSequence[task] = sequence++;
        tasks.insertedNs[task] = nowNs;
        insert(task);
    }

    private void insert(final int task)
    {
        if (size == heap.length)
        {
            heap = Arrays.copyOf(heap, 2 * size);
        }
        int place = size++;
        while (place > 0 && isBefore(task, heap[(place - 1) >>> 1]))
        {
            heap[place] = heap[(place - 1) >>> 1];
            place = (place - 1) >>> 1;
        }
        heap[place] = task;
    }

    int size()
    {
        return size;
    }

    /** One of those that are there, in no order. */
    int at(final int index)
    {
        return heap[index];
    }

    /** Takes the first that may run on a CPU, or {@link SimulatedTasks#NONE}. */
    int take(final int cpu)
    {
        if (0 == size)
        {
            return SimulatedTasks.NONE;
        }
        if (tasks.mayUse(heap[0], cpu))
        {
            return removeFirst();
        }
        return takeBehindFirst(cpu);
    }

    private int takeBehindFirst(final int cpu)
    {
        int found = SimulatedTasks.NONE;
        int nrPassedOver = 0;
        while (SimulatedTasks.NONE == found && size > 0)
        {
            final int task = removeFirst();
            if (tasks.mayUse(task, cpu))
            {
                found = task;
            }
            else
            {
                if (nrPassedOver == passedOver.length)
                {
                    passedOver = Arrays.copyOf(passedOver, 2 * nrPassedOver);
                }
                passedOver[nrPassedOver++] = task;
            }
        }
        for (int i = 0; i < nrPassedOver; i++)
        {
            insert(passedOver[i]);
        }
        return found;
    }

    private int removeFirst()
    {
        final int first = heap[0];
        final int last = heap[--size];
        int place = 0;
        while (true)
        {
            int child = 2 * place + 1;
            if (child + 1 < size && isBefore(heap[child + 1], heap[child]))
            {
                child++;
            }
            if (child >= size || !isBefore(heap[child], last))
            {
                break;
            }
            heap[place] = heap[child];
            place = child;
        }
        heap[place] = last;
        return first;
    }

    /** The kernel compares vtimes by the sign of their difference. */
    private boolean isBefore(final int task, final int other)
    {
        final long ahead = tasks.queueKey[task] - tasks.queueKey[other];
        return ahead < 0 || 0 == ahead && tasks.queueSequence[task] < tasks.queueSequence[other];
    }
}
