// SPDX-License-Identifier: Apache-2.0
package org.scx4j.policy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.agrona.BitUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Tasks that a policy holds, ordered by a key: a binary heap with an index by pid.
 * <p>
 * The smallest key is first; equal keys are first in, first out. A pid is in the queue at most once. Adding, removing
 * the first and removing any by its pid are O(log n), the rest is O(1). Its memory is outside the heap and claimed at
 * once; nothing is allocated later.
 * <p>
 * Keys are compared by the sign of their difference, as the kernel compares vtimes: they may wrap around, but must lie
 * within 2<sup>63</sup> of each other.
 * <pre>{@code
 * if (queue.add(key, task.pid(), task.token(), task.enqueueNs()))
 * {
 *     out.hold(task.token());
 * }
 * ...
 * if (!queue.isEmpty() && out.dispatch(queue.pid(), queue.token(), queue.enqueueNs()).cpu(cpu).commit())
 * {
 *     queue.removeFirst();
 * }
 * }</pre>
 * <pre>
 *    0               8              16              24              32      36      40
 *    +---------------+---------------+---------------+---------------+-------+-------+
 *    |      key      |   sequence    |     token     |  enqueue (ns) |  pid  | place |   a slot
 *    +---------------+---------------+---------------+---------------+-------+-------+
 * </pre>
 * The heap is an array of slot numbers: those below {@link #size()} are queued, those above are free.
 * <p>
 * Thread safety: for one thread.
 */
public final class RunQueue
{
    private static final int KEY_OFFSET = 0;
    private static final int SEQUENCE_OFFSET = KEY_OFFSET + Long.BYTES;
    private static final int TOKEN_OFFSET = SEQUENCE_OFFSET + Long.BYTES;
    private static final int ENQUEUE_NS_OFFSET = TOKEN_OFFSET + Long.BYTES;
    private static final int PID_OFFSET = ENQUEUE_NS_OFFSET + Long.BYTES;
    private static final int PLACE_OFFSET = PID_OFFSET + Integer.BYTES;
    private static final int SLOT_LENGTH = PLACE_OFFSET + Integer.BYTES;
    private static final int MAX_CAPACITY = 1 << 24;
    private static final int NONE = -1;

    private final UnsafeBuffer slots;
    private final int[] heap;
    /** Slots by pid, each plus one, 0 = none: open addressing with linear probing, half full at most. */
    private final int[] index;
    private final int indexMask;
    private int size;
    private long sequence;

    /**
     * A queue without tasks.
     *
     * @param capacity tasks that it has room for, 1 to 2<sup>24</sup>.
     */
    public RunQueue(final int capacity)
    {
        if (capacity < 1 || capacity > MAX_CAPACITY)
        {
            throw new IllegalArgumentException("not 1 to " + MAX_CAPACITY + ": capacity=" + capacity);
        }
        slots = new UnsafeBuffer(ByteBuffer.allocateDirect(capacity * SLOT_LENGTH).order(ByteOrder.nativeOrder()));
        heap = new int[capacity];
        for (int i = 0; i < capacity; i++)
        {
            heap[i] = i * SLOT_LENGTH;
        }
        index = new int[2 * BitUtil.findNextPositivePowerOfTwo(capacity)];
        indexMask = index.length - 1;
    }

    /**
     * Adds a task. If its pid is queued already, the new entry takes the place of the old one.
     *
     * @param key       the smaller is first.
     * @param pid       of the task.
     * @param token     of the task.
     * @param enqueueNs of the task.
     * @return false if the queue is full; the task is then not in it.
     */
    public boolean add(final long key, final int pid, final long token, final long enqueueNs)
    {
        remove(pid);
        if (size == heap.length)
        {
            return false;
        }
        final int slot = heap[size];
        slots.putLong(slot + KEY_OFFSET, key);
        slots.putLong(slot + SEQUENCE_OFFSET, sequence++);
        slots.putLong(slot + TOKEN_OFFSET, token);
        slots.putLong(slot + ENQUEUE_NS_OFFSET, enqueueNs);
        slots.putInt(slot + PID_OFFSET, pid);
        insertIntoIndex(pid, slot);
        siftUp(size++, slot);
        return true;
    }

    /**
     * Tells whether there is no task.
     *
     * @return true if so.
     */
    public boolean isEmpty()
    {
        return 0 == size;
    }

    /**
     * How many tasks there are.
     *
     * @return count, at most {@link #capacity()}.
     */
    public int size()
    {
        return size;
    }

    /**
     * How many tasks there is room for.
     *
     * @return count.
     */
    public int capacity()
    {
        return heap.length;
    }

    /**
     * The first task's key.
     *
     * @return key.
     * @throws IllegalStateException if the queue is empty.
     */
    public long key()
    {
        return slots.getLong(first() + KEY_OFFSET);
    }

    /**
     * The first task's pid.
     *
     * @return pid.
     * @throws IllegalStateException if the queue is empty.
     */
    public int pid()
    {
        return slots.getInt(first() + PID_OFFSET);
    }

    /**
     * The first task's token.
     *
     * @return token.
     * @throws IllegalStateException if the queue is empty.
     */
    public long token()
    {
        return slots.getLong(first() + TOKEN_OFFSET);
    }

    /**
     * When the first task was queued by the kernel.
     *
     * @return CLOCK_MONOTONIC nanoseconds.
     * @throws IllegalStateException if the queue is empty.
     */
    public long enqueueNs()
    {
        return slots.getLong(first() + ENQUEUE_NS_OFFSET);
    }

    /**
     * Removes the first task.
     *
     * @throws IllegalStateException if the queue is empty.
     */
    public void removeFirst()
    {
        remove(pid());
    }

    /**
     * Removes a task, if it is there.
     *
     * @param pid of the task.
     * @return whether it was.
     */
    public boolean remove(final int pid)
    {
        final int slot = removeFromIndex(pid);
        if (NONE == slot)
        {
            return false;
        }
        final int place = slots.getInt(slot + PLACE_OFFSET);
        final int last = heap[--size];
        heap[size] = slot;
        if (last != slot)
        {
            siftDown(place, last);
            siftUp(slots.getInt(last + PLACE_OFFSET), last);
        }
        return true;
    }

    private int first()
    {
        if (0 == size)
        {
            throw new IllegalStateException("the run queue is empty");
        }
        return heap[0];
    }

    private void siftUp(final int from, final int slot)
    {
        int place = from;
        while (place > 0)
        {
            final int parent = (place - 1) >>> 1;
            if (!isBefore(slot, heap[parent]))
            {
                break;
            }
            put(place, heap[parent]);
            place = parent;
        }
        put(place, slot);
    }

    private void siftDown(final int from, final int slot)
    {
        int place = from;
        while (true)
        {
            int child = 2 * place + 1;
            if (child + 1 < size && isBefore(heap[child + 1], heap[child]))
            {
                child++;
            }
            if (child >= size || !isBefore(heap[child], slot))
            {
                break;
            }
            put(place, heap[child]);
            place = child;
        }
        put(place, slot);
    }

    private boolean isBefore(final int slot, final int other)
    {
        final long ahead = slots.getLong(slot + KEY_OFFSET) - slots.getLong(other + KEY_OFFSET);
        return ahead < 0 ||
            0 == ahead && slots.getLong(slot + SEQUENCE_OFFSET) - slots.getLong(other + SEQUENCE_OFFSET) < 0;
    }

    private void put(final int place, final int slot)
    {
        heap[place] = slot;
        slots.putInt(slot + PLACE_OFFSET, place);
    }

    private void insertIntoIndex(final int pid, final int slot)
    {
        int i = home(pid);
        while (0 != index[i])
        {
            i = i + 1 & indexMask;
        }
        index[i] = slot + 1;
    }

    /** Closes the gap, so that a search may end at the first empty place. */
    private int removeFromIndex(final int pid)
    {
        int gap = home(pid);
        while (0 != index[gap] && pid != slots.getInt(index[gap] - 1 + PID_OFFSET))
        {
            gap = gap + 1 & indexMask;
        }
        final int slot = index[gap] - 1;
        if (NONE == slot)
        {
            return NONE;
        }
        for (int i = gap + 1 & indexMask; 0 != index[i]; i = i + 1 & indexMask)
        {
            final int home = home(slots.getInt(index[i] - 1 + PID_OFFSET));
            if ((i - home & indexMask) >= (i - gap & indexMask))
            {
                index[gap] = index[i];
                gap = i;
            }
        }
        index[gap] = 0;
        return slot;
    }

    /** pids come in sequence: the number itself spreads best. */
    private int home(final int pid)
    {
        return pid & indexMask;
    }
}
