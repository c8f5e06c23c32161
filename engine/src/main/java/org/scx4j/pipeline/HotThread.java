// SPDX-License-Identifier: Apache-2.0
package org.scx4j.pipeline;

import java.util.concurrent.CountDownLatch;
import org.agrona.concurrent.Agent;
import org.scx4j.transport.KernelTransport;

/**
 * A thread of the event path: enters it pinned and known to the kernel, then runs its stages.
 * <p>
 * Thread safety: {@link #onStart()}, {@link #doWork()} and {@link #onClose()} run on the thread itself; the figures
 * are for any thread.
 */
final class HotThread implements Agent
{
    private final KernelTransport transport;
    private final Agent stages;
    private final int slot;
    private final int cpu;
    private final boolean ownsCpu;
    private final CountDownLatch entered = new CountDownLatch(1);
    private volatile RuntimeException entryFailure;
    private volatile long javaThreadId;
    private volatile int kernelThreadId;
    private volatile long faultsAtStart;
    private volatile long nrFaults;

    HotThread(
        final KernelTransport transport, final Agent stages, final int slot, final int cpu, final boolean ownsCpu)
    {
        this.transport = transport;
        this.stages = stages;
        this.slot = slot;
        this.cpu = cpu;
        this.ownsCpu = ownsCpu;
    }

    @Override
    public void onStart()
    {
        try
        {
            kernelThreadId = transport.enterHotThread(slot, cpu, ownsCpu);
            javaThreadId = Thread.currentThread().getId();
            stages.onStart();
            faultsAtStart = transport.threadFaults();
        }
        catch (final RuntimeException ex)
        {
            entryFailure = ex;
            throw ex;
        }
        finally
        {
            entered.countDown();
        }
    }

    @Override
    public int doWork() throws Exception
    {
        transport.lease().beat(slot);
        return stages.doWork();
    }

    @Override
    public void onClose()
    {
        nrFaults = transport.threadFaults() - faultsAtStart;
        stages.onClose();
    }

    @Override
    public String roleName()
    {
        return "scx4j-" + stages.roleName();
    }

    /** Waits until the thread is pinned and known; rethrows what kept it from it. */
    void awaitEntered()
    {
        try
        {
            entered.await();
        }
        catch (final InterruptedException ex)
        {
            Thread.currentThread().interrupt();
        }
        if (null != entryFailure)
        {
            throw entryFailure;
        }
    }

    long javaThreadId()
    {
        return javaThreadId;
    }

    int kernelThreadId()
    {
        return kernelThreadId;
    }

    long nrFaults()
    {
        return nrFaults;
    }
}
