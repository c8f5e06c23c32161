// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import java.util.EnumMap;
import java.util.Map;
import org.agrona.DirectBuffer;
import org.scx4j.api.CpuStates;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.protocol.KernelCounter;
import org.scx4j.protocol.SchedAbi;
import org.scx4j.status.ExitInfo;
import org.scx4j.topology.CpuTopology;
import org.scx4j.transport.KernelTransport;
import org.scx4j.transport.Lease;
import org.scx4j.transport.MemoryTransport;
import org.scx4j.transport.QueuedRecordHandler;

/**
 * A kernel of one task that becomes runnable whenever its last decision has been drained. Its sums add up.
 */
final class FakeKernel implements KernelTransport
{
    static final ExitInfo UNREGISTERED = new ExitInfo(ExitInfo.KIND_UNREG, 0, "unregistered from user space", "", "");
    static final ExitInfo STALLED = new ExitInfo(
        1026, 0, "runnable task stall", "burn[42] failed to run for 5.1s", "CPU 0: nr_run=1\n  R burn[42]\n");

    static final ExitInfo HOTPLUG = new ExitInfo(
        ExitInfo.KIND_UNREG_KERN, ExitInfo.CODE_ACT_RESTART | ExitInfo.CODE_RSN_HOTPLUG,
        "unregistered from the main kernel", "cpu 3 going offline, exiting scheduler", "");

    private final MemoryTransport memory = new MemoryTransport(1 << 16);
    private final Map<KernelCounter, Long> extra = new EnumMap<>(KernelCounter.class);
    private final Thread cpu = new Thread(this::run, "fake-kernel");
    private SchedulerException refusal;
    private ExitInfo eviction;
    private volatile boolean isAttached;
    private volatile ExitInfo exit;
    private volatile boolean isClosed;

    FakeKernel refusing(final SchedulerException ex)
    {
        refusal = ex;
        return this;
    }

    /* Evicts the scheduler as soon as it has decided something. */
    FakeKernel evicting(final ExitInfo info)
    {
        eviction = info;
        return this;
    }

    FakeKernel counting(final KernelCounter counter, final long value)
    {
        extra.put(counter, value);
        return this;
    }

    boolean isAttached()
    {
        return isAttached;
    }

    boolean isClosed()
    {
        return isClosed;
    }

    private void run()
    {
        long token = 0;
        int waiting = 0;
        while (isAttached)
        {
            if (0 == waiting)
            {
                memory.enqueue(SchedAbi.SCHED_EVENT_QUEUED, 42, ++token, System.nanoTime());
                waiting++;
            }
            final int drained = memory.drain((decision) -> { });
            waiting -= drained;
            if (null != eviction && token > 1)
            {
                exit = eviction;
                return;
            }
            if (0 == drained)
            {
                Thread.yield();
            }
        }
        memory.drain((decision) -> { });
    }

    @Override
    public String backend()
    {
        return "fake";
    }

    @Override
    public String opsName()
    {
        return "scx4j_test";
    }

    @Override
    public void attach()
    {
        if (null != refusal)
        {
            throw refusal;
        }
        isAttached = true;
        cpu.start();
    }

    @Override
    public void detach()
    {
        if (isAttached)
        {
            isAttached = false;
            try
            {
                cpu.join();
            }
            catch (final InterruptedException ex)
            {
                Thread.currentThread().interrupt();
            }
            exit = null == exit ? UNREGISTERED : exit;
        }
    }

    @Override
    public void close()
    {
        detach();
        isClosed = true;
    }

    @Override
    public int nrCpuIds()
    {
        return 4;
    }

    @Override
    public int enterHotThread(final int slot, final int number, final boolean ownsCpu)
    {
        return 1000 + slot;
    }

    @Override
    public long threadFaults()
    {
        return 0;
    }

    @Override
    public int poll(final QueuedRecordHandler handler, final int limit)
    {
        return memory.poll(handler, limit);
    }

    @Override
    public void park(final int timeoutMs)
    {
        Thread.yield();
    }

    @Override
    public void scheduleCurrentThread(final boolean isScheduled)
    {
        memory.scheduleCurrentThread(isScheduled);
    }

    @Override
    public void hold(final long token)
    {
        memory.hold(token);
    }

    @Override
    public CpuStates cpuStates(final CpuTopology topology)
    {
        return memory.cpuStates(topology);
    }

    @Override
    public boolean offer(final DirectBuffer buffer, final int offset)
    {
        return memory.offer(buffer, offset);
    }

    @Override
    public void publish()
    {
        memory.publish();
    }

    @Override
    public long counter(final KernelCounter counter)
    {
        final long held = KernelCounter.NR_HELD == counter && !isAttached ?
            memory.counter(KernelCounter.NR_QUEUED) - memory.counter(KernelCounter.NR_DECIDED) : 0;
        return memory.counter(counter) + held + extra.getOrDefault(counter, 0L);
    }

    @Override
    public Lease lease()
    {
        return memory.lease();
    }

    @Override
    public long nrDoorbells()
    {
        return 3;
    }

    @Override
    public long nrParks()
    {
        return 7;
    }

    @Override
    public ExitInfo exitInfo()
    {
        return exit;
    }
}
