// SPDX-License-Identifier: Apache-2.0
package org.scx4j.pipeline;

import com.lmax.disruptor.RingBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.Agent;
import org.scx4j.transport.KernelTransport;
import org.scx4j.transport.QueuedRecordHandler;

/**
 * First stage: moves queued records from the kernel's ring into the Disruptor ring.
 * <p>
 * It takes no more than the Disruptor ring has room for: when the policy is behind, records wait in the kernel's
 * ring, and when that is full the kernel schedules by itself.
 */
final class RingReader extends CacheLinePad implements Agent, QueuedRecordHandler
{
    static final int BATCH_LIMIT = 64;

    private final KernelTransport transport;
    private final RingBuffer<TaskEvent> ringBuffer;
    private long sequence = -1;
    private long nrRead;

    RingReader(final KernelTransport transport, final RingBuffer<TaskEvent> ringBuffer)
    {
        this.transport = transport;
        this.ringBuffer = ringBuffer;
    }

    @Override
    public int doWork()
    {
        final int limit = (int)Math.min(BATCH_LIMIT, ringBuffer.remainingCapacity());
        if (0 == limit)
        {
            return 0;
        }
        final long before = sequence;
        try
        {
            transport.poll(this, limit);
        }
        finally
        {
            if (sequence != before)
            {
                ringBuffer.next((int)(sequence - before)); // claimed at once: that there is room is known
                ringBuffer.publish(before + 1, sequence);
                nrRead += sequence - before;
            }
        }
        return (int)(sequence - before);
    }

    @Override
    public void onRecord(final MutableDirectBuffer buffer, final int offset)
    {
        ringBuffer.get(++sequence).copyFrom(buffer, offset);
    }

    @Override
    public String roleName()
    {
        return "reader";
    }

    long nrRead()
    {
        return nrRead;
    }
}
