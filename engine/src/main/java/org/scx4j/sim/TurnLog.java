// SPDX-License-Identifier: Apache-2.0
package org.scx4j.sim;

import java.util.Arrays;

/**
 * Times, one after the other, in few bytes: seven bits to a byte, the lowest first, the highest bit says that there are
 * more.
 * <p>
 * Thread safety: none while it is written; then read-only.
 */
final class TurnLog
{
    /** Longest time that fits into this many bytes at most. */
    static final int MAX_BYTES = 9;

    private static final int INITIAL_BYTES = 16;
    private static final int BITS = 7;
    private static final int MORE = 1 << BITS;

    private byte[] bytes = new byte[INITIAL_BYTES];
    private int lengthBytes;

    TurnLog()
    {
    }

    /**
     * Adds a time.
     *
     * @return bytes of memory that this took, 0 unless the log had to grow.
     */
    int add(final long ns)
    {
        final int before = bytes.length;
        if (before - lengthBytes < MAX_BYTES)
        {
            bytes = Arrays.copyOf(bytes, before + Math.max(INITIAL_BYTES, before >> 1));
        }
        long rest = Math.max(0, ns);
        while (rest >= MORE)
        {
            bytes[lengthBytes++] = (byte)(rest | MORE);
            rest >>>= BITS;
        }
        bytes[lengthBytes++] = (byte)rest;
        return bytes.length - before;
    }

    int lengthBytes()
    {
        return lengthBytes;
    }

    /** The time that begins at a byte. */
    long timeAt(final int position)
    {
        long ns = 0;
        int at = position;
        int shift = 0;
        while (bytes[at] < 0)
        {
            ns |= (long)(bytes[at++] & MORE - 1) << shift;
            shift += BITS;
        }
        return ns | (long)bytes[at] << shift;
    }

    /** Where the next time begins. */
    int after(final int position)
    {
        int at = position;
        while (bytes[at] < 0)
        {
            at++;
        }
        return at + 1;
    }
}
