// SPDX-License-Identifier: Apache-2.0
package org.scx4j.jcstress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;
import static org.scx4j.protocol.ControlDescriptor.CONTROL_BYTES;
import static org.scx4j.protocol.ControlDescriptor.PARKED_OFFSET;

import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.scx4j.protocol.ControlFlyweight;
import org.scx4j.transport.BpfRingBuffer;

/**
 * The reader says that it will sleep, and looks at the ring once more; the kernel writes a record, and looks whether
 * the reader sleeps (ring.bpf.h). First 1 = the reader goes to sleep, second 1 = the kernel wakes it.
 */
@JCStressTest
@Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "the reader has seen the record")
@Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "it has, and is woken in vain")
@Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "it sleeps, and is woken")
@Outcome(id = "1, 0", expect = FORBIDDEN, desc = "it sleeps beside a record, and nobody wakes it")
@State
public class ParkStress extends SharedRing
{
    private final UnsafeBuffer words = memory(CONTROL_BYTES);
    private final ControlFlyweight control = new ControlFlyweight(words);
    private final BpfRingBuffer ring = new BpfRingBuffer(
        consumerPage, producerPage, data, CAPACITY_BYTES, RECORD_BYTES);

    /** Made by jcstress. */
    public ParkStress()
    {
    }

    /**
     * The reader, out of work.
     *
     * @param result whether it goes to sleep.
     */
    @Actor
    public void reader(final II_Result result)
    {
        control.park();
        result.r1 = ring.isEmpty() ? 1 : 0;
    }

    /**
     * As an enqueue does: the token's atomic add lies between the reserve and the look, a full fence.
     *
     * @param result whether it wakes the reader.
     */
    @Actor
    public void kernel(final II_Result result)
    {
        producerPage.putLongRelease(0, STEP_BYTES);
        consumerPage.getAndAddLong(0, 0);
        result.r2 = 1 == words.getInt(PARKED_OFFSET) && 1 == words.getAndSetInt(PARKED_OFFSET, 0) ? 1 : 0;
    }
}
