// SPDX-License-Identifier: Apache-2.0
package org.scx4j.transport;

import org.agrona.DirectBuffer;
import org.scx4j.api.CpuStates;
import org.scx4j.protocol.KernelCounter;
import org.scx4j.status.Agreement;
import org.scx4j.status.ExitInfo;
import org.scx4j.status.Succession;
import org.scx4j.topology.CpuTopology;

/**
 * A kernel, real or not, as the event path sees it: records of runnable tasks come out, decisions go in.
 * <p>
 * Thread safety: each group of methods belongs to one thread at a time, named below; any thread may read
 * {@link #counter(KernelCounter)} and {@link #exitInfo()}.
 */
public interface KernelTransport extends AutoCloseable
{
    /**
     * Which kind of kernel this is.
     *
     * @return such as {@code sched_ext}.
     */
    String backend();

    /**
     * Name under which the scheduler appears in the kernel.
     *
     * @return such as {@code scx4j_fifo}.
     */
    String opsName();

    // ---- life: the thread that runs the engine

    /**
     * Starts to schedule. From its return on, tasks arrive.
     *
     * @throws org.scx4j.exceptions.SchedulerException if the kernel refuses; nothing stays attached.
     */
    void attach();

    /** Stops to schedule; idempotent. From its return on, the kernel schedules without us. */
    void detach();

    /** Detaches and gives everything back; idempotent. Only after the hot threads have stopped. */
    @Override
    void close();

    /**
     * Number of CPUs that this kernel can have.
     *
     * @return count.
     */
    int nrCpuIds();

    // ---- hot threads: each for itself, once, before it takes part

    /**
     * Prepares the calling thread for the event path: pins it, makes it the first of its class (nice value -20, if
     * permitted), and tells the kernel to let it pass.
     *
     * @param slot    0 to {@link org.scx4j.protocol.SchedAbi#SCHED_MAX_HOT_THREADS} - 1, one per thread.
     * @param cpu     to pin it to.
     * @param ownsCpu true if it will spin, so that no other task should be sent to that CPU.
     * @return the kernel's id of the thread, 0 if there is none.
     */
    int enterHotThread(int slot, int cpu, boolean ownsCpu);

    /**
     * Page faults of the calling thread so far, minor and major.
     *
     * @return count, 0 if unknown.
     */
    long threadFaults();

    // ---- any thread of this process but the hot ones, each for itself

    /**
     * Has the calling thread scheduled by the policy although it belongs to this process, or no longer. Ends with the
     * thread.
     *
     * @param isScheduled true for the policy, false for the direct lane of this process.
     * @throws UnsupportedOperationException if this kernel schedules no threads.
     */
    void scheduleCurrentThread(boolean isScheduled);

    // ---- reader thread

    /**
     * Takes queued records, without blocking.
     *
     * @param handler called once a record.
     * @param limit   of records.
     * @return records handed over, 0 if there was none.
     */
    int poll(QueuedRecordHandler handler, int limit);

    /**
     * Sleeps until a record is queued. Returns at once if one already is.
     *
     * @param timeoutMs the longest sleep.
     */
    void park(int timeoutMs);

    // ---- policy thread

    /**
     * Says that the policy keeps a task on purpose.
     *
     * @param token of its enqueue.
     */
    void hold(long token);

    /**
     * What the CPUs are doing.
     *
     * @param topology by which a near CPU is picked.
     * @return a view for the policy's thread.
     */
    CpuStates cpuStates(CpuTopology topology);

    // ---- dispatcher thread

    /**
     * Writes one decision behind those already offered. Not visible before {@link #publish()}.
     *
     * @param buffer holds a {@code sched_dispatched_task}.
     * @param offset of its first byte.
     * @return false if there is no room: try again later.
     */
    boolean offer(DirectBuffer buffer, int offset);

    /** Makes the offered decisions visible, and wakes a CPU if one sleeps for want of them. */
    void publish();

    // ---- any thread

    /**
     * A counter of the kernel's side, summed over its CPUs.
     *
     * @param counter which one.
     * @return its value.
     */
    long counter(KernelCounter counter);

    /**
     * The engine's lease, as it is or, once closed, was.
     *
     * @return the lease; hot threads must keep it by {@link Lease#beat(int)}.
     */
    Lease lease();

    /**
     * How often {@link #publish()} had to wake a CPU by a system call.
     *
     * @return count.
     */
    long nrDoorbells();

    /**
     * How often {@link #park(int)} slept.
     *
     * @return count.
     */
    long nrParks();

    /**
     * What was there before {@link #attach()}.
     *
     * @return {@link Succession#FRESH} if this kernel keeps nothing.
     */
    default Succession succession()
    {
        return Succession.FRESH;
    }

    /**
     * How the decisions compare with what the kernel did, where it did not have to obey them.
     *
     * @return null if this kernel carries decisions out.
     */
    default Agreement agreement()
    {
        return null;
    }

    /**
     * Why the kernel's side ended.
     *
     * @return null while it runs.
     */
    ExitInfo exitInfo();
}
