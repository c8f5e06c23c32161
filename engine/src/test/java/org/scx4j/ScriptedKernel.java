// SPDX-License-Identifier: Apache-2.0
package org.scx4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.scx4j.pipeline.WrappedTransport;
import org.scx4j.protocol.SchedAbi;
import org.scx4j.status.ExitInfo;
import org.scx4j.transport.Lease;
import org.scx4j.transport.LeaseState;
import org.scx4j.transport.MemoryTransport;

/**
 * A kernel in memory that refuses or ends a scheduler as a test wants.
 */
final class ScriptedKernel extends WrappedTransport
{
    private final CopyOnWriteArrayList<String> calls = new CopyOnWriteArrayList<>();
    private final MemoryTransport memory;
    private RuntimeException refusal;
    private volatile ExitInfo exitInfo;
    private volatile LeaseState lease = LeaseState.NEVER_LOST;

    ScriptedKernel()
    {
        this(new MemoryTransport(1 << 16));
    }

    private ScriptedKernel(final MemoryTransport memory)
    {
        super(memory, (timeoutMs) -> Thread.yield());
        this.memory = memory;
    }

    /* Null refuses nothing. */
    ScriptedKernel refuse(final RuntimeException ex)
    {
        refusal = ex;
        return this;
    }

    ScriptedKernel exit(final ExitInfo info)
    {
        exitInfo = info;
        return this;
    }

    /* All hot threads have the id 0 here. */
    void loseLease()
    {
        lease = new LeaseState(true, lease.nrLost() + 1, 0, 0, 0);
    }

    /* What the engine asked for: attach, detach, close, schedule. */
    List<String> calls()
    {
        return calls;
    }

    void enqueue(final long token)
    {
        assertThat(memory.enqueue(SchedAbi.SCHED_EVENT_QUEUED, 1, token, System.nanoTime())).isTrue();
    }

    void pump(final int nrTasks)
    {
        int nrEnqueued = 0;
        int nrDrained = 0;
        while (nrDrained < nrTasks)
        {
            while (nrEnqueued < nrTasks &&
                memory.enqueue(SchedAbi.SCHED_EVENT_QUEUED, 1, nrEnqueued + 1, System.nanoTime()))
            {
                nrEnqueued++;
            }
            final int drained = memory.drain((decision) -> { });
            nrDrained += drained;
            if (0 == drained)
            {
                assertThat(Thread.interrupted()).as("time is up at task %d", nrDrained).isFalse();
                Thread.yield();
            }
        }
    }

    @Override
    public void attach()
    {
        calls.add("attach");
        if (null != refusal)
        {
            throw refusal;
        }
    }

    @Override
    public void detach()
    {
        calls.add("detach");
    }

    @Override
    public void close()
    {
        calls.add("close");
    }

    @Override
    public void scheduleCurrentThread(final boolean isScheduled)
    {
        calls.add("schedule " + Thread.currentThread().getName() + " " + isScheduled);
    }

    @Override
    public long nrDoorbells()
    {
        return 7;
    }

    @Override
    public Lease lease()
    {
        return lease;
    }

    @Override
    public ExitInfo exitInfo()
    {
        return exitInfo;
    }
}
