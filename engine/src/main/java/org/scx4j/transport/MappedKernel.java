// SPDX-License-Identifier: Apache-2.0
package org.scx4j.transport;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.agrona.BufferUtil;
import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.exceptions.SchedulerException.Category;
import org.scx4j.jni.Errno;
import org.scx4j.jni.LibBpf;
import org.scx4j.jni.LibC;
import org.scx4j.protocol.ControlDescriptor;
import org.scx4j.protocol.ControlFlyweight;
import org.scx4j.protocol.CpuStateDescriptor;
import org.scx4j.protocol.KernelCounter;
import org.scx4j.protocol.SchedAbi;
import org.scx4j.topology.CpuList;

/**
 * What every BPF object of ours has, mapped into this process: both rings, control words, counters, the CPUs' states;
 * and what hot threads do with it.
 * <p>
 * Thread safety: as of {@link KernelTransport}, whose methods these serve; close after the last use.
 */
final class MappedKernel implements AutoCloseable
{
    private static final int HOT_NICE = -20;
    private static final int FAULT_WORDS_BYTES = 2 * Long.BYTES;

    private final KernelObject object;
    private final int nrCpuIds;
    private final List<MappedRegion> regions = new ArrayList<>();
    private AtomicBuffer controlWords;
    private ControlFlyweight control;
    private AtomicBuffer cpuStates;
    private AtomicBuffer counters;
    private MappedRings rings;
    private BpfRingBuffer queued;
    private int epollFd = -1;
    private volatile long nrParks;

    /**
     * Maps the memory of an object.
     *
     * @param object          loaded; stays the caller's.
     * @param nrCpuIds        number of CPUs that the kernel can have.
     * @param queuedBytes     capacity of the queued ring.
     * @param dispatchedBytes capacity of the dispatched ring.
     */
    MappedKernel(
        final KernelObject object,
        final int nrCpuIds,
        final int queuedBytes,
        final int dispatchedBytes)
    {
        this.object = object;
        this.nrCpuIds = nrCpuIds;
        boolean isMapped = false;
        try
        {
            map(queuedBytes, dispatchedBytes);
            isMapped = true;
        }
        finally
        {
            if (!isMapped)
            {
                close();
            }
        }
    }

    private void map(final int queuedBytes, final int dispatchedBytes)
    {
        controlWords = mapValues("control", ControlDescriptor.CONTROL_BYTES, true);
        control = new ControlFlyweight(controlWords);
        cpuStates = mapValues("cpu_states", nrCpuIds * CpuStateDescriptor.ENTRY_BYTES, false);
        counters = mapValues("counters", nrCpuIds * KernelCounter.ENTRY_BYTES, false);
        rings = new MappedRings(object.mapFd("queued"), queuedBytes, object.mapFd("dispatched"), dispatchedBytes);
        queued = rings.queued();
        epollFd = LibBpf.epollCreate(object.mapFd("queued"));
    }

    /**
     * Begins anew, with no hot thread.
     *
     * @param sliceNs default slice, nanoseconds.
     */
    void begin(final long sliceNs)
    {
        control.sliceNs(sliceNs);
        for (int slot = 0; slot < SchedAbi.SCHED_MAX_HOT_THREADS; slot++)
        {
            control.hotThread(slot, 0, -1);
        }
    }

    /**
     * How many CPUs a kernel can have.
     *
     * @param sysfs where sysfs is mounted.
     * @return one more than the highest number of a CPU.
     */
    static int nrCpuIds(final Path sysfs)
    {
        try
        {
            final int[] possible = CpuList.parse(Files.readString(sysfs.resolve("devices/system/cpu/possible")));
            return possible[possible.length - 1] + 1;
        }
        catch (final IOException ex)
        {
            throw new SchedulerException(Category.ENVIRONMENT,
                "can't read which CPUs are possible: " + ex.getMessage(), ex);
        }
    }

    /**
     * Maps one map more, until {@link #close()}.
     *
     * @param map         its name.
     * @param lengthBytes from its start.
     * @param writable    whether it is also for writing.
     * @return its memory.
     */
    AtomicBuffer mapValues(final String map, final int lengthBytes, final boolean writable)
    {
        final MappedRegion region = new MappedRegion(object.mapFd(map), 0, lengthBytes, writable);
        regions.add(region);
        return region.buffer(0, lengthBytes);
    }

    AtomicBuffer controlWords()
    {
        return controlWords;
    }

    ControlFlyweight control()
    {
        return control;
    }

    AtomicBuffer cpuStates()
    {
        return cpuStates;
    }

    BpfRingBuffer queued()
    {
        return queued;
    }

    BpfUserRingBuffer dispatched()
    {
        return rings.dispatched();
    }

    void park(final int timeoutMs)
    {
        control.park();
        if (queued.isEmpty())
        {
            nrParks++;
            LibBpf.epollWait(epollFd, timeoutMs);
        }
        control.unpark();
    }

    long nrParks()
    {
        return nrParks;
    }

    long counter(final KernelCounter counter)
    {
        return sum(counters, KernelCounter.ENTRY_BYTES, counter.offset());
    }

    /**
     * A counter of which each CPU has its own.
     *
     * @param entries    one for each CPU.
     * @param entryBytes length of one.
     * @param offset     of the counter in an entry.
     * @return their sum.
     */
    long sum(final AtomicBuffer entries, final int entryBytes, final int offset)
    {
        long sum = 0;
        for (int cpu = 0; cpu < nrCpuIds; cpu++)
        {
            sum += entries.getLongVolatile(cpu * entryBytes + offset);
        }
        return sum;
    }

    /**
     * Asks the kernel who the calling thread is: in a pid namespace the kernel's side knows us by other numbers.
     *
     * @param program that returns an id.
     * @return the id.
     */
    int runForId(final String program)
    {
        final int id = LibBpf.runProgram(object.programFd(program), 0, 0);
        if (id <= 0)
        {
            throw new SchedulerException(Category.ENVIRONMENT, "can't run the BPF program " + program + ": " +
                Errno.describe(-id));
        }
        return id;
    }

    /** Pins the calling thread, and makes it the first of the fair class. */
    static void favourCurrentThread(final int cpu)
    {
        final UnsafeBuffer mask = new UnsafeBuffer(
            BufferUtil.allocateDirectAligned(CpuList.MAX_CPUS / Byte.SIZE, Long.BYTES));
        mask.putByte(cpu / Byte.SIZE, (byte)(1 << cpu % Byte.SIZE));
        final int result = LibC.pinThread(0, mask.addressOffset(), mask.capacity());
        if (result < 0)
        {
            throw new SchedulerException(Category.ENVIRONMENT, "can't pin a thread to CPU " + cpu + ": " +
                Errno.describe(-result) + "; choose CPUs that are online and allowed with --cpus");
        }
        // counts while the thread is of the fair class: in partial mode, and when nothing is attached
        LibC.setThreadNice(0, HOT_NICE);
    }

    /**
     * Tells the kernel's side of the calling thread.
     *
     * @param slot     of the thread.
     * @param ownedCpu on which it spins, -1 for none.
     * @return the kernel's id of the thread.
     */
    int enterHotThread(final int slot, final int ownedCpu)
    {
        final int threadId = runForId("caller_pid");
        control.hotThread(slot, threadId, ownedCpu);
        return threadId;
    }

    static long threadFaults()
    {
        final UnsafeBuffer words = new UnsafeBuffer(
            BufferUtil.allocateDirectAligned(FAULT_WORDS_BYTES, Long.BYTES));
        LibC.threadFaults(words.addressOffset());
        return words.getLong(0) + words.getLong(Long.BYTES);
    }

    @Override
    public void close()
    {
        if (epollFd >= 0)
        {
            LibBpf.closeFd(epollFd);
        }
        if (null != rings)
        {
            rings.close();
        }
        for (final MappedRegion region : regions)
        {
            region.unmap();
        }
    }
}
