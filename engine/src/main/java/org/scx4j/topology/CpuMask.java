// SPDX-License-Identifier: Apache-2.0
package org.scx4j.topology;

import java.util.Arrays;
import java.util.Objects;

/**
 * A set of CPU numbers as bits, of a size that is fixed when it is made. No method but {@link #readOnlyCopy()},
 * {@link #toArray()} and {@link #toString()} allocates; the way through it is
 * <pre>{@code
 * for (int cpu = mask.first(); cpu >= 0; cpu = mask.next(cpu))
 * }</pre>
 * Thread safety: none, one thread at a time; a read-only mask may be used by all.
 */
public final class CpuMask
{
    /** What {@link #first()} and {@link #next(int)} return when there is no (further) CPU. */
    public static final int NONE = -1;

    private final long[] words;
    private final int nrCpuIds;
    private final boolean readOnly;

    /**
     * Creates an empty set.
     *
     * @param nrCpuIds CPU numbers in it are smaller; 0 to {@link CpuList#MAX_CPUS}.
     * @throws IllegalArgumentException if the size is out of range.
     */
    public CpuMask(final int nrCpuIds)
    {
        if (nrCpuIds < 0 || nrCpuIds > CpuList.MAX_CPUS)
        {
            throw new IllegalArgumentException("size of a CPU mask out of range: nrCpuIds=" + nrCpuIds);
        }
        this.words = new long[(nrCpuIds + Long.SIZE - 1) / Long.SIZE];
        this.nrCpuIds = nrCpuIds;
        this.readOnly = false;
    }

    private CpuMask(final CpuMask other)
    {
        this.words = other.words.clone();
        this.nrCpuIds = other.nrCpuIds;
        this.readOnly = true;
    }

    /**
     * Creates a set.
     *
     * @param nrCpuIds CPU numbers in it are smaller.
     * @param cpus     what is in it, in any order.
     * @return a set that can be changed.
     * @throws IndexOutOfBoundsException if a number does not fit.
     */
    public static CpuMask of(final int nrCpuIds, final int... cpus)
    {
        final CpuMask mask = new CpuMask(nrCpuIds);
        for (final int cpu : cpus)
        {
            mask.set(cpu);
        }
        return mask;
    }

    /**
     * The size: CPU numbers in it are smaller.
     *
     * @return count.
     */
    public int nrCpuIds()
    {
        return nrCpuIds;
    }

    /**
     * Whether the set refuses to be changed, by an {@link UnsupportedOperationException}.
     *
     * @return true for the sets of a {@link CpuTopology}.
     */
    public boolean isReadOnly()
    {
        return readOnly;
    }

    /**
     * Whether a CPU is in the set.
     *
     * @param cpu any number.
     * @return false also for numbers that do not fit, such as -1.
     */
    public boolean test(final int cpu)
    {
        return cpu >= 0 && cpu < nrCpuIds && 0 != (words[cpu >> 6] & 1L << cpu);
    }

    /**
     * Puts a CPU in.
     *
     * @param cpu number from 0 to {@link #nrCpuIds()} - 1.
     * @throws IndexOutOfBoundsException if it does not fit.
     */
    public void set(final int cpu)
    {
        checkWritable();
        Objects.checkIndex(cpu, nrCpuIds);
        words[cpu >> 6] |= 1L << cpu;
    }

    /**
     * Takes a CPU out.
     *
     * @param cpu number from 0 to {@link #nrCpuIds()} - 1.
     * @throws IndexOutOfBoundsException if it does not fit.
     */
    public void clear(final int cpu)
    {
        checkWritable();
        Objects.checkIndex(cpu, nrCpuIds);
        words[cpu >> 6] &= ~(1L << cpu);
    }

    /**
     * Replaces 64 CPUs by those of a word, such as one of the kernel's masks.
     *
     * @param index of the word: the CPUs from 64 * index on.
     * @param bits  the lowest is the first CPU; bits of numbers that do not fit are ignored.
     * @throws IndexOutOfBoundsException if no CPU of the word fits.
     */
    public void setWord(final int index, final long bits)
    {
        checkWritable();
        words[index] = bits & -1L >>> Math.max(0, (index + 1) * Long.SIZE - nrCpuIds);
    }

    /** Puts all CPUs in. */
    public void setAll()
    {
        checkWritable();
        Arrays.fill(words, -1L);
        if (0 != (nrCpuIds & Long.SIZE - 1))
        {
            words[words.length - 1] = -1L >>> -nrCpuIds;
        }
    }

    /** Takes all CPUs out. */
    public void clearAll()
    {
        checkWritable();
        Arrays.fill(words, 0L);
    }

    /**
     * Becomes equal to another set.
     *
     * @param other of the same size.
     * @throws IllegalArgumentException if the sizes differ.
     */
    public void copyFrom(final CpuMask other)
    {
        checkWritable();
        checkSize(other);
        System.arraycopy(other.words, 0, words, 0, words.length);
    }

    /**
     * Keeps what is in the other set too.
     *
     * @param other of the same size.
     * @throws IllegalArgumentException if the sizes differ.
     */
    public void and(final CpuMask other)
    {
        checkWritable();
        checkSize(other);
        for (int i = 0; i < words.length; i++)
        {
            words[i] &= other.words[i];
        }
    }

    /**
     * Puts in what is in the other set.
     *
     * @param other of the same size.
     * @throws IllegalArgumentException if the sizes differ.
     */
    public void or(final CpuMask other)
    {
        checkWritable();
        checkSize(other);
        for (int i = 0; i < words.length; i++)
        {
            words[i] |= other.words[i];
        }
    }

    /**
     * Takes out what is in the other set.
     *
     * @param other of the same size.
     * @throws IllegalArgumentException if the sizes differ.
     */
    public void andNot(final CpuMask other)
    {
        checkWritable();
        checkSize(other);
        for (int i = 0; i < words.length; i++)
        {
            words[i] &= ~other.words[i];
        }
    }

    /**
     * Whether a CPU is in both sets.
     *
     * @param other of the same size.
     * @return false if they have none in common.
     * @throws IllegalArgumentException if the sizes differ.
     */
    public boolean intersects(final CpuMask other)
    {
        checkSize(other);
        for (int i = 0; i < words.length; i++)
        {
            if (0 != (words[i] & other.words[i]))
            {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether no CPU is in the set.
     *
     * @return true if so.
     */
    public boolean isEmpty()
    {
        return NONE == next(NONE);
    }

    /**
     * CPUs in the set.
     *
     * @return count.
     */
    public int count()
    {
        int count = 0;
        for (final long word : words)
        {
            count += Long.bitCount(word);
        }
        return count;
    }

    /**
     * The smallest CPU in the set.
     *
     * @return its number, or {@link #NONE}.
     */
    public int first()
    {
        return next(NONE);
    }

    /**
     * The smallest CPU in the set that is greater than a number.
     *
     * @param cpu {@link #NONE} or any greater number.
     * @return its number, or {@link #NONE}.
     * @throws IndexOutOfBoundsException if the number is smaller than {@link #NONE}.
     */
    public int next(final int cpu)
    {
        if (cpu >= nrCpuIds - 1)
        {
            return NONE;
        }
        final int from = cpu + 1;
        int i = from >> 6;
        long word = words[i] & -1L << from;
        while (0 == word)
        {
            if (++i == words.length)
            {
                return NONE;
            }
            word = words[i];
        }
        return (i << 6) + Long.numberOfTrailingZeros(word);
    }

    /**
     * A copy that can't be changed.
     *
     * @return this, if it is one.
     */
    public CpuMask readOnlyCopy()
    {
        return readOnly ? this : new CpuMask(this);
    }

    /**
     * The numbers in the set.
     *
     * @return ascending.
     */
    public int[] toArray()
    {
        final int[] cpus = new int[count()];
        int i = 0;
        for (int cpu = first(); cpu >= 0; cpu = next(cpu))
        {
            cpus[i++] = cpu;
        }
        return cpus;
    }

    private void checkWritable()
    {
        if (readOnly)
        {
            throw new UnsupportedOperationException("this CPU mask is read-only: change a copy of it");
        }
    }

    private void checkSize(final CpuMask other)
    {
        if (nrCpuIds != other.nrCpuIds)
        {
            throw new IllegalArgumentException(
                "CPU masks differ in size: nrCpuIds=" + nrCpuIds + ", other=" + other.nrCpuIds);
        }
    }

    @Override
    public boolean equals(final Object other)
    {
        return other instanceof CpuMask && nrCpuIds == ((CpuMask)other).nrCpuIds &&
            Arrays.equals(words, ((CpuMask)other).words);
    }

    @Override
    public int hashCode()
    {
        return 31 * nrCpuIds + Arrays.hashCode(words);
    }

    /** The kernel's list format, such as {@code 0-3,6}. */
    @Override
    public String toString()
    {
        return CpuList.format(toArray());
    }
}
