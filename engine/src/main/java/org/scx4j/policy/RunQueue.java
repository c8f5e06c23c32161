// SPDX-License-Identifier: Apache-2.0
package org.scx4j.policy;

import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Tasks that a policy holds, ordered by a key: a heap with an index by pid.
 * <p>
 * The smallest key is first; equal keys are first in, first out. A pid is in the queue at most once. Adding, removing
 * the first and removing any by its pid are O(log n), the rest is O(1). Its memory is claimed at once, most of it
 * outside the JVM's heap; nothing is allocated later.
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
 *    0               8              16              24      28      32
 *    +---------------+---------------+---------------+-------+-------+
 *    |   sequence    |     token     |  enqueue (ns) |  pid  | place |   a slot
 *    +---------------+---------------+---------------+-------+-------+
 *    |      key      | slot  |       |                                   an entry of the heap
 *    +---------------+-------+-------+
 * </pre>
 * An entry of the heap has four others below it, which lie side by side in one cache line: so a way down touches one
 * line for each level, and half as many levels as with two below each. The sequence is looked at only if keys are
 * equal. Entries below {@link #size()} are queued, the slots of those above are free.
 * <p>
 * Thread safety: for one thread.
 */
public final class RunQueue
{
    private static final int SEQUENCE_OFFSET = 0;
    private static final int TOKEN_OFFSET = SEQUENCE_OFFSET + Long.BYTES;
    private static final int ENQUEUE_NS_OFFSET = TOKEN_OFFSET + Long.BYTES;
    private static final int PID_OFFSET = ENQUEUE_NS_OFFSET + Long.BYTES;
    private static final int PLACE_OFFSET = PID_OFFSET + Integer.BYTES;
    private static final int SLOT_LENGTH = PLACE_OFFSET + Integer.BYTES;

    private static final int KEY_OFFSET = 0;
    private static final int SLOT_OFFSET = KEY_OFFSET + Long.BYTES;
    private static final int ENTRY_LENGTH = SLOT_OFFSET + Long.BYTES;
    private static final int ARITY_LOG2 = 2;
    private static final int ARITY = 1 << ARITY_LOG2;
    /** The first entry is the last of a cache line, so that those below any begin one. */
    private static final int FIRST_ENTRY_OFFSET = (ARITY - 1) * ENTRY_LENGTH;

    /** Spreads pids, which come in sequence: in a long run of taken places a removal would look at all of them. */
    private static final int GOLDEN_RATIO = 0x9E3779B9;
    private static final int MAX_CAPACITY = 1 << 24;
    private static final int NONE = -1;

    private final UnsafeBuffer slots;
    private final UnsafeBuffer heap;
    private final int capacity;
    /** Slots by pid, each plus one, 0 = none: open addressing with linear probing, half full at most. */
    private final int[] index;
    private final int indexMask;
    private final int indexShift;
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
        this.capacity = capacity;
        slots = memory(capacity * SLOT_LENGTH);
        heap = memory(FIRST_ENTRY_OFFSET + capacity * ENTRY_LENGTH);
        for (int i = 0; i < capacity; i++)
        {
            heap.putInt(entry(i) + SLOT_OFFSET, i * SLOT_LENGTH);
        }
        index = new int[2 * BitUtil.findNextPositivePowerOfTwo(capacity)];
        indexMask = index.length - 1;
        indexShift = Integer.numberOfLeadingZeros(indexMask);
    }

    private static UnsafeBuffer memory(final int lengthBytes)
    {
        return new UnsafeBuffer(BufferUtil.allocateDirectAligned(lengthBytes, BitUtil.CACHE_LINE_LENGTH));
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
        if (size == capacity)
        {
            return false;
        }
        final int slot = heap.getInt(entry(size) + SLOT_OFFSET);
        slots.putLong(slot + SEQUENCE_OFFSET, sequence++);
        slots.putLong(slot + TOKEN_OFFSET, token);
        slots.putLong(slot + ENQUEUE_NS_OFFSET, enqueueNs);
        slots.putInt(slot + PID_OFFSET, pid);
        insertIntoIndex(pid, slot);
        siftUp(size++, key, slot);
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
        return capacity;
    }

    /**
     * The first task's key.
     *
     * @return key.
     * @throws IllegalStateException if the queue is empty.
     */
    public long key()
    {
        first();
        return heap.getLong(FIRST_ENTRY_OFFSET + KEY_OFFSET);
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
        final int end = entry(--size);
        final int last = heap.getInt(end + SLOT_OFFSET);
        heap.putInt(end + SLOT_OFFSET, slot);
        if (last != slot)
        {
            final long key = heap.getLong(end + KEY_OFFSET);
            siftDown(place, key, last);
            siftUp(slots.getInt(last + PLACE_OFFSET), key, last);
        }
        return true;
    }

    private int first()
    {
        if (0 == size)
        {
            throw new IllegalStateException("the run queue is empty");
        }
        return heap.getInt(FIRST_ENTRY_OFFSET + SLOT_OFFSET);
    }

    private void siftUp(final int from, final long key, final int slot)
    {
        int place = from;
        while (place > 0)
        {
            final int parent = (place - 1) >>> ARITY_LOG2;
            final int entry = entry(parent);
            final long parentKey = heap.getLong(entry + KEY_OFFSET);
            final int parentSlot = heap.getInt(entry + SLOT_OFFSET);
            if (!isBefore(key, slot, parentKey, parentSlot))
            {
                break;
            }
            put(place, parentKey, parentSlot);
            place = parent;
        }
        put(place, key, slot);
    }

    private void siftDown(final int from, final long key, final int slot)
    {
        int place = from;
        for (int child = firstChild(place); child < size; child = firstChild(place))
        {
            int least = child;
            long leastKey = heap.getLong(entry(child) + KEY_OFFSET);
            int leastSlot = heap.getInt(entry(child) + SLOT_OFFSET);
            for (int other = child + 1; other < Math.min(child + ARITY, size); other++)
            {
                final long otherKey = heap.getLong(entry(other) + KEY_OFFSET);
                final int otherSlot = heap.getInt(entry(other) + SLOT_OFFSET);
                if (isBefore(otherKey, otherSlot, leastKey, leastSlot))
                {
                    least = other;
                    leastKey = otherKey;
                    leastSlot = otherSlot;
                }
            }
            if (!isBefore(leastKey, leastSlot, key, slot))
            {
                break;
            }
            put(place, leastKey, leastSlot);
            place = least;
        }
        put(place, key, slot);
    }

    private static int entry(final int place)
    {
        return FIRST_ENTRY_OFFSET + place * ENTRY_LENGTH;
    }

    private static int firstChild(final int place)
    {
        return (place << ARITY_LOG2) + 1;
    }

    private boolean isBefore(final long key, final int slot, final long otherKey, final int otherSlot)
    {
        final long ahead = key - otherKey;
        return ahead < 0 ||
            0 == ahead && slots.getLong(slot + SEQUENCE_OFFSET) - slots.getLong(otherSlot + SEQUENCE_OFFSET) < 0;
    }

    private void put(final int place, final long key, final int slot)
    {
        final int entry = entry(place);
        heap.putLong(entry + KEY_OFFSET, key);
        heap.putInt(entry + SLOT_OFFSET, slot);
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

    private int home(final int pid)
    {
        return pid * GOLDEN_RATIO >>> indexShift;
    }
}
