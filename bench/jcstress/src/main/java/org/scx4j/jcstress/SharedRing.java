// SPDX-License-Identifier: Apache-2.0
package org.scx4j.jcstress;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.scx4j.protocol.BpfRingBufferDescriptor;

/**
 * A ring as both sides map it, of plain memory, with room for one record, so that each is written over the one before.
 * None of them wraps around: the second mapping of the data, memory of its own here, is not touched.
 */
class SharedRing
{
    /** Payload of a record: its first and its last word belong together. */
    static final int RECORD_BYTES = 3 * Long.BYTES;
    /** Header and payload. */
    static final int STEP_BYTES = BpfRingBufferDescriptor.recordBytes(RECORD_BYTES);
    /** Of the data: a power of two. */
    static final int CAPACITY_BYTES = STEP_BYTES;

    private static final int LAST_OFFSET = RECORD_BYTES - Long.BYTES;

    final UnsafeBuffer consumerPage = memory(Long.BYTES);
    final UnsafeBuffer producerPage = memory(Long.BYTES);
    final UnsafeBuffer data = memory(2 * CAPACITY_BYTES);

    static UnsafeBuffer memory(final int bytes)
    {
        return new UnsafeBuffer(ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder()));
    }

    /** Writes both words of a record's payload. */
    static void fill(final UnsafeBuffer buffer, final int offset, final long value)
    {
        buffer.putLong(offset, value);
        buffer.putLong(offset + LAST_OFFSET, value);
    }

    /** Reads a payload: its value, or -1 if its words do not belong together. */
    static int read(final DirectBuffer buffer, final int offset)
    {
        final long second = buffer.getLong(offset + LAST_OFFSET);
        final long first = buffer.getLong(offset);
        return first == second ? (int)first : -1;
    }
}
