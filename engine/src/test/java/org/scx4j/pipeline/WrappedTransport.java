// SPDX-License-Identifier: Apache-2.0
package org.scx4j.pipeline;

import java.util.function.IntConsumer;
import org.agrona.DirectBuffer;
import org.scx4j.api.CpuStates;
import org.scx4j.protocol.KernelCounter;
import org.scx4j.status.ExitInfo;
import org.scx4j.topology.CpuTopology;
import org.scx4j.transport.KernelTransport;
import org.scx4j.transport.Lease;
import org.scx4j.transport.QueuedRecordHandler;

/**
 * A kernel whose sleep a test decides on; everything else is the kernel's that it wraps.
 */
public class WrappedTransport implements KernelTransport
{
    private final KernelTransport kernel;
    private final IntConsumer onPark;

    /**
     * Wraps.
     *
     * @param kernel that does the work.
     * @param onPark called instead of a sleep, with its time limit in milliseconds.
     */
    public WrappedTransport(final KernelTransport kernel, final IntConsumer onPark)
    {
        this.kernel = kernel;
        this.onPark = onPark;
    }

    @Override
    public String backend()
    {
        return kernel.backend();
    }

    @Override
    public String opsName()
    {
        return kernel.opsName();
    }

    @Override
    public void attach()
    {
        kernel.attach();
    }

    @Override
    public void detach()
    {
        kernel.detach();
    }

    @Override
    public void close()
    {
        kernel.close();
    }

    @Override
    public int nrCpuIds()
    {
        return kernel.nrCpuIds();
    }

    @Override
    public int enterHotThread(final int slot, final int cpu, final boolean ownsCpu)
    {
        return kernel.enterHotThread(slot, cpu, ownsCpu);
    }

    @Override
    public long threadFaults()
    {
        return kernel.threadFaults();
    }

    @Override
    public int poll(final QueuedRecordHandler handler, final int limit)
    {
        return kernel.poll(handler, limit);
    }

    @Override
    public void park(final int timeoutMs)
    {
        onPark.accept(timeoutMs);
    }

    @Override
    public void scheduleCurrentThread(final boolean isScheduled)
    {
        kernel.scheduleCurrentThread(isScheduled);
    }

    @Override
    public void hold(final long token)
    {
        kernel.hold(token);
    }

    @Override
    public CpuStates cpuStates(final CpuTopology topology)
    {
        return kernel.cpuStates(topology);
    }

    @Override
    public boolean offer(final DirectBuffer buffer, final int offset)
    {
        return kernel.offer(buffer, offset);
    }

    @Override
    public void publish()
    {
        kernel.publish();
    }

    @Override
    public long counter(final KernelCounter counter)
    {
        return kernel.counter(counter);
    }

    @Override
    public Lease lease()
    {
        return kernel.lease();
    }

    @Override
    public long nrDoorbells()
    {
        return kernel.nrDoorbells();
    }

    @Override
    public long nrParks()
    {
        return kernel.nrParks();
    }

    @Override
    public ExitInfo exitInfo()
    {
        return kernel.exitInfo();
    }
}
