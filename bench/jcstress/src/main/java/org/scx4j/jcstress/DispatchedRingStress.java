// SPDX-License-Identifier: Apache-2.0
package org.scx4j.jcstress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;
import static org.scx4j.protocol.BpfRingBufferDescriptor.HEADER_BYTES;
import static org.scx4j.protocol.BpfRingBufferDescriptor.LENGTH_OFFSET;

import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.scx4j.transport.BpfUserRingBuffer;

/**
 * The engine offers a decision and then, if there is room, another into the same place; the kernel drains twice.
 */
@JCStressTest
@Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "drained before both")
@Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "the first, late")
@Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "the first, and the second not yet or refused: the ring was full")
@Outcome(id = "1, 2", expect = ACCEPTABLE, desc = "both")
@Outcome(expect = FORBIDDEN, desc = "half a decision, one twice, or one over another that was not drained")
@State
public class DispatchedRingStress extends SharedRing
{
    private final UnsafeBuffer decision = memory(RECORD_BYTES);
    private final BpfUserRingBuffer ring = new BpfUserRingBuffer(consumerPage, producerPage, data, CAPACITY_BYTES);
    private long consumed;

    /** Made by jcstress. */
    public DispatchedRingStress()
    {
    }

    /** The dispatcher. */
    @Actor
    public void engine()
    {
        offer(1);
        offer(2);
    }

    private void offer(final long value)
    {
        fill(decision, 0, value);
        if (ring.offer(decision, 0, RECORD_BYTES))
        {
            ring.publish();
        }
    }

    /**
     * As bpf_user_ringbuf_drain does, one record at a time.
     *
     * @param result what each drain has found.
     */
    @Actor
    public void kernel(final II_Result result)
    {
        result.r1 = drain();
        result.r2 = drain();
    }

    private int drain()
    {
        if (producerPage.getLongAcquire(0) == consumed)
        {
            return 0;
        }
        if (RECORD_BYTES != data.getIntAcquire(LENGTH_OFFSET))
        {
            return -2;
        }
        final int value = read(data, HEADER_BYTES);
        consumed += STEP_BYTES;
        consumerPage.putLongRelease(0, consumed);
        return value;
    }
}
