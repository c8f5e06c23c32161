// SPDX-License-Identifier: Apache-2.0
package org.scx4j.testkit;

import static org.scx4j.protocol.QueuedTaskDescriptor.CGROUP_ID_OFFSET;
import static org.scx4j.protocol.QueuedTaskDescriptor.COMM_OFFSET;
import static org.scx4j.protocol.QueuedTaskDescriptor.ENQUEUE_NS_OFFSET;
import static org.scx4j.protocol.QueuedTaskDescriptor.EXEC_RUNTIME_NS_OFFSET;
import static org.scx4j.protocol.QueuedTaskDescriptor.FLAGS_OFFSET;
import static org.scx4j.protocol.QueuedTaskDescriptor.KIND_OFFSET;
import static org.scx4j.protocol.QueuedTaskDescriptor.NR_CPUS_ALLOWED_OFFSET;
import static org.scx4j.protocol.QueuedTaskDescriptor.PID_OFFSET;
import static org.scx4j.protocol.QueuedTaskDescriptor.PREV_CPU_OFFSET;
import static org.scx4j.protocol.QueuedTaskDescriptor.RECORD_BYTES;
import static org.scx4j.protocol.QueuedTaskDescriptor.START_NS_OFFSET;
import static org.scx4j.protocol.QueuedTaskDescriptor.STOP_NS_OFFSET;
import static org.scx4j.protocol.QueuedTaskDescriptor.SUM_EXEC_RUNTIME_NS_OFFSET;
import static org.scx4j.protocol.QueuedTaskDescriptor.TGID_OFFSET;
import static org.scx4j.protocol.QueuedTaskDescriptor.TOKEN_OFFSET;
import static org.scx4j.protocol.QueuedTaskDescriptor.VTIME_OFFSET;
import static org.scx4j.protocol.QueuedTaskDescriptor.WEIGHT_OFFSET;

import java.nio.charset.StandardCharsets;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.scx4j.protocol.SchedAbi;

/**
 * A task that a test is about to make runnable. It woke up on CPU 0, where it ran last, has nice 0, and may run on all
 * CPUs, unless the test says otherwise.
 * <p>
 * Thread safety: for one thread.
 */
public final class RunnableTask
{
    private final VirtualKernel kernel;
    private final int pid;
    private final UnsafeBuffer fields = new UnsafeBuffer(new byte[RECORD_BYTES]);

    /** A record in memory that the event path may read. */
    record Event(MutableDirectBuffer buffer)
    {
    }

    RunnableTask(final VirtualKernel kernel, final int pid)
    {
        this.kernel = kernel;
        this.pid = pid;
        fields.putInt(PID_OFFSET, pid);
        fields.putInt(TGID_OFFSET, pid);
        fields.putInt(WEIGHT_OFFSET, 100);
        fields.putInt(NR_CPUS_ALLOWED_OFFSET, kernel.nrCpus());
        fields.putLong(FLAGS_OFFSET, SchedAbi.SCHED_QUEUED_WAKEUP);
    }

    int pid()
    {
        return pid;
    }

    /**
     * Names it.
     *
     * @param comm ASCII, at most 15 bytes.
     * @return this.
     */
    public RunnableTask comm(final String comm)
    {
        final byte[] bytes = comm.getBytes(StandardCharsets.US_ASCII);
        if (bytes.length >= SchedAbi.SCHED_COMM_BYTES)
        {
            throw new IllegalArgumentException("a name has at most 15 bytes: comm=" + comm);
        }
        fields.setMemory(COMM_OFFSET, SchedAbi.SCHED_COMM_BYTES, (byte)0);
        fields.putBytes(COMM_OFFSET, bytes);
        return this;
    }

    /**
     * The process that it is a thread of.
     *
     * @param tgid process id.
     * @return this.
     */
    public RunnableTask tgid(final int tgid)
    {
        fields.putInt(TGID_OFFSET, tgid);
        return this;
    }

    /**
     * Its weight.
     *
     * @param weight 1 to 10,000; 100 is nice 0.
     * @return this.
     */
    public RunnableTask weight(final int weight)
    {
        fields.putInt(WEIGHT_OFFSET, weight);
        return this;
    }

    /**
     * Where it ran last.
     *
     * @param cpu 0 to the number of CPUs - 1.
     * @return this.
     */
    public RunnableTask prevCpu(final int cpu)
    {
        fields.putInt(PREV_CPU_OFFSET, cpu);
        return this;
    }

    /**
     * On how many CPUs it may run.
     *
     * @param count 1 to the number of CPUs.
     * @return this.
     */
    public RunnableTask nrCpusAllowed(final int count)
    {
        fields.putInt(NR_CPUS_ALLOWED_OFFSET, count);
        return this;
    }

    /**
     * The vtime that its last decision had.
     *
     * @param vtime any.
     * @return this.
     */
    public RunnableTask vtime(final long vtime)
    {
        fields.putLong(VTIME_OFFSET, vtime);
        return this;
    }

    /**
     * Why it is runnable, and what it is, instead of "it woke up".
     *
     * @param flags {@code SCHED_QUEUED_*}.
     * @return this.
     */
    public RunnableTask flags(final long flags)
    {
        fields.putLong(FLAGS_OFFSET, flags);
        return this;
    }

    /**
     * The cgroup that it is in.
     *
     * @param id inode number of its folder.
     * @return this.
     */
    public RunnableTask cgroupId(final long id)
    {
        fields.putLong(CGROUP_ID_OFFSET, id);
        return this;
    }

    /**
     * When it ran last.
     *
     * @param startNs from, virtual time.
     * @param stopNs  until.
     * @return this.
     */
    public RunnableTask ran(final long startNs, final long stopNs)
    {
        fields.putLong(START_NS_OFFSET, startNs);
        fields.putLong(STOP_NS_OFFSET, stopNs);
        return this;
    }

    /**
     * How long it has run.
     *
     * @param sinceWakeNs since it last slept, nanoseconds.
     * @param inAllNs     in all its life, nanoseconds.
     * @return this.
     */
    public RunnableTask runtime(final long sinceWakeNs, final long inAllNs)
    {
        fields.putLong(EXEC_RUNTIME_NS_OFFSET, sinceWakeNs);
        fields.putLong(SUM_EXEC_RUNTIME_NS_OFFSET, inAllNs);
        return this;
    }

    /**
     * It becomes runnable, and the policy is asked.
     *
     * @return token of the enqueue.
     */
    public long enqueue()
    {
        return kernel.enqueue(this);
    }

    Event record(final long token, final long nowNs)
    {
        fields.putLong(TOKEN_OFFSET, token);
        return event(SchedAbi.SCHED_EVENT_QUEUED, nowNs);
    }

    Event event(final int kind, final long nowNs)
    {
        fields.putInt(KIND_OFFSET, kind);
        fields.putLong(ENQUEUE_NS_OFFSET, nowNs);
        return new Event(fields);
    }
}
