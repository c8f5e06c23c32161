// SPDX-License-Identifier: Apache-2.0
package org.scx4j.jcstress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;
import static org.scx4j.protocol.BpfRingBufferDescriptor.BUSY_BIT;
import static org.scx4j.protocol.BpfRingBufferDescriptor.HEADER_BYTES;
import static org.scx4j.protocol.BpfRingBufferDescriptor.LENGTH_OFFSET;

import org.agrona.MutableDirectBuffer;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.scx4j.transport.BpfRingBuffer;
import org.scx4j.transport.QueuedRecordHandler;

/**
 * The kernel writes one record and then, into the same place as soon as there is room, another; the reader looks twice.
 */
@JCStressTest
@Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "looked before both")
@Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "the first, late")
@Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "the first, and the second not yet")
@Outcome(id = "1, 2", expect = ACCEPTABLE, desc = "both")
@Outcome(expect = FORBIDDEN, desc = "half a record, one twice, or one over another that was not read")
@State
public class QueuedRingStress extends SharedRing implements QueuedRecordHandler
{
    private final BpfRingBuffer ring = new BpfRingBuffer(
        consumerPage, producerPage, data, CAPACITY_BYTES, RECORD_BYTES);
    private int seen;

    /** Made by jcstress. */
    public QueuedRingStress()
    {
    }

    /** As bpf_ringbuf_reserve and bpf_ringbuf_submit do. */
    @Actor
    public void kernel()
    {
        write(0, 1);
        if (consumerPage.getLongAcquire(0) == STEP_BYTES)
        {
            write(STEP_BYTES, 2);
        }
    }

    private void write(final long position, final long value)
    {
        data.putInt(LENGTH_OFFSET, RECORD_BYTES | BUSY_BIT);
        producerPage.putLongRelease(0, position + STEP_BYTES);
        fill(data, HEADER_BYTES, value);
        data.getAndSetInt(LENGTH_OFFSET, RECORD_BYTES);
    }

    /**
     * Two duty cycles.
     *
     * @param result what each has found.
     */
    @Actor
    public void reader(final II_Result result)
    {
        result.r1 = look();
        result.r2 = look();
    }

    private int look()
    {
        seen = 0;
        ring.poll(this, 1);
        return seen;
    }

    @Override
    public void onRecord(final MutableDirectBuffer buffer, final int offset)
    {
        seen = read(buffer, offset);
    }
}
