// SPDX-License-Identifier: Apache-2.0
package org.scx4j.bench;

import org.agrona.concurrent.AtomicBuffer;
import org.scx4j.jni.Errno;

/**
 * The C reference on the kernel's rings.
 * <p>
 * Thread safety: as of {@link RoundTripPath}.
 */
final class ReferencePath implements RoundTripPath
{
    private final RoundTripKernel kernel;
    private final boolean pauses;
    private final long handle;

    /**
     * Maps the rings.
     *
     * @param kernel whose they are.
     * @param pauses whether a thread of its own pauses when there was nothing to do, as the engine's does.
     */
    ReferencePath(final RoundTripKernel kernel, final boolean pauses)
    {
        this.kernel = kernel;
        this.pauses = pauses;
        this.handle = kernel.openReference();
    }

    private static void check(final int result)
    {
        if (0 != result)
        {
            throw new IllegalStateException("the reference fails: " +
                (result < 0 ? Errno.describe(-result) : "result=" + result));
        }
    }

    @Override
    public void enter(final int cpu)
    {
        RoundTripKernel.enter(cpu);
    }

    @Override
    public void exchange(final int count)
    {
        final long handle = this.handle;
        final int exchangeFd = kernel.exchangeFd();
        for (int i = 0; i < count; i++)
        {
            if (0 != RoundTripReference.turnAndRunProgram(handle, exchangeFd))
            {
                throw new IllegalStateException("exchange failed");
            }
        }
    }

    @Override
    public void timeTurns(final AtomicBuffer times, final int count)
    {
        times.boundsCheck(0, count * Long.BYTES);
        check(RoundTripReference.timeTurns(handle, kernel.exchangeFd(), times.addressOffset(), count));
    }

    @Override
    public void start(final int cpu)
    {
        check(RoundTripReference.start(handle, cpu, pauses));
    }

    @Override
    public long allocatedBytes()
    {
        return 0;
    }

    @Override
    public void close()
    {
        RoundTripReference.stop(handle);
        RoundTripReference.close(handle);
    }
}
