// SPDX-License-Identifier: Apache-2.0
package org.scx4j.pipeline;

import static org.scx4j.protocol.QueuedTaskDescriptor.RECORD_BYTES;
import static org.scx4j.protocol.QueuedTaskDescriptor.VTIME_OFFSET;

import com.lmax.disruptor.EventFactory;
import java.nio.ByteBuffer;
import org.agrona.BufferUtil;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.scx4j.api.QueuedTask;
import org.scx4j.protocol.QueuedTaskFlyweight;

/**
 * Entry of the Disruptor ring: a copy of one queued record, so that the kernel gets its room back at once.
 * <p>
 * Thread safety: written by the reader before its sequence is published, read by the handlers behind it.
 */
final class TaskEvent extends QueuedTaskFlyweight implements QueuedTask
{
    private static final int CACHE_LINE_PAIR_BYTES = 128;

    private TaskEvent()
    {
    }

    void copyFrom(final MutableDirectBuffer source, final int sourceOffset)
    {
        buffer().putBytes(offset(), source, sourceOffset, RECORD_BYTES);
    }

    /** Changes the copy, for the policy that is about to see it. */
    void vtime(final long vtime)
    {
        buffer().putLong(offset() + VTIME_OFFSET, vtime);
    }

    /**
     * Makes events that lie side by side in one piece of memory outside the heap.
     *
     * @param count of events that the factory can make.
     * @return factory for one Disruptor ring.
     */
    static EventFactory<TaskEvent> factory(final int count)
    {
        final ByteBuffer memory = BufferUtil.allocateDirectAligned(count * RECORD_BYTES, CACHE_LINE_PAIR_BYTES);
        final UnsafeBuffer buffer = new UnsafeBuffer(memory);
        return new EventFactory<>()
        {
            private int made;

            @Override
            public TaskEvent newInstance()
            {
                final TaskEvent event = new TaskEvent();
                event.wrap(buffer, made++ * RECORD_BYTES);
                return event;
            }
        };
    }
}
