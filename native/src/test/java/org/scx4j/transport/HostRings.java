// SPDX-License-Identifier: Apache-2.0
package org.scx4j.transport;

import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.AtomicBuffer;
import org.scx4j.api.CpuStates;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.exceptions.SchedulerException.Category;
import org.scx4j.jni.LibBpf;
import org.scx4j.jni.LibC;
import org.scx4j.jni.NativeLibrary;
import org.scx4j.protocol.DispatchedTaskDescriptor;
import org.scx4j.protocol.KernelCounter;
import org.scx4j.topology.CpuTopology;

/**
 * The two real rings of {@code rings.bpf.c} in this machine's kernel, mapped as {@link SchedExtTransport} maps them.
 * <p>
 * Thread safety: the kernel's ends ({@link #produce}, {@link #drain}) belong to one thread, the ring's to another.
 */
final class HostRings extends MachinelessTransport
{
    private static final String OBJECT_RESOURCE = "META-INF/bpf/rings.bpf.o";
    private static final int SCRIPT_BYTES = 72;
    private static final int COUNT_OFFSET = 0;
    private static final int DISCARD_EVERY_OFFSET = 8;
    private static final int PRODUCED_OFFSET = 16;
    private static final int REFUSED_OFFSET = 24;
    private static final int DRAINED_OFFSET = 32;
    private static final int MISMATCHED_OFFSET = 40;
    private static final int DRAIN_STATUS_OFFSET = 48;
    private static final int FIRST_PID_OFFSET = 56;
    private static final int NR_LATE_OFFSET = 64;

    final BpfRingBuffer queued;
    final BpfUserRingBuffer dispatched;

    private final MappedRings rings;
    private final MappedRegion scriptRegion;
    private final AtomicBuffer script;
    private final long object;
    private final int produceFd;
    private final int drainFd;

    private HostRings(final byte[] elf, final int ringBytes)
    {
        object = LibBpf.openObject(elf, "rings");
        LibBpf.setMapEntries(object, "queued", ringBytes);
        LibBpf.setMapEntries(object, "dispatched", ringBytes);
        LibC.raiseMemlockLimit();
        load(object);
        rings = new MappedRings(
            LibBpf.mapFd(object, "queued"), ringBytes, LibBpf.mapFd(object, "dispatched"), ringBytes);
        queued = rings.queued();
        dispatched = rings.dispatched();
        scriptRegion = new MappedRegion(LibBpf.mapFd(object, "script"), 0, SCRIPT_BYTES, true);
        script = scriptRegion.buffer(0, SCRIPT_BYTES);
        produceFd = LibBpf.programFd(object, "produce");
        drainFd = LibBpf.programFd(object, "drain");
    }

    /**
     * Loads the rings, or aborts the test where this machine or this user can't.
     *
     * @param ringBytes capacity of each.
     * @return empty rings.
     */
    static HostRings open(final int ringBytes)
    {
        assumeTrue(NativeLibrary.isAvailable(), () -> NativeLibrary.unavailabilityCause().getMessage());
        assumeTrue(0 == LibC.effectiveUserId(), "needs root: loads BPF programs");
        assumeTrue(Files.isReadable(Path.of("/sys/kernel/btf/vmlinux")), "needs a kernel with BPF and BTF");
        try (InputStream in = HostRings.class.getClassLoader().getResourceAsStream(OBJECT_RESOURCE))
        {
            if (null == in)
            {
                throw new IllegalStateException("no " + OBJECT_RESOURCE + " on the class path: build the bpf module");
            }
            return new HostRings(in.readAllBytes(), ringBytes);
        }
        catch (final IOException ex)
        {
            throw new IllegalStateException(ex);
        }
    }

    private static void load(final long object)
    {
        try
        {
            LibBpf.load(object);
        }
        catch (final SchedulerException ex)
        {
            LibBpf.closeObject(object);
            if (Category.ENVIRONMENT == ex.category())
            {
                abort("this machine does not allow BPF: " + ex.getMessage());
            }
            throw ex;
        }
    }

    /**
     * The kernel's end of the queued ring.
     *
     * @param count        records to produce.
     * @param discardEvery the first of so many is discarded, 0 for none.
     */
    void produce(final int count, final int discardEvery)
    {
        script.putLong(COUNT_OFFSET, count);
        script.putLong(DISCARD_EVERY_OFFSET, discardEvery);
        run(produceFd);
    }

    /**
     * The kernel's end of the dispatched ring.
     *
     * @return what {@code bpf_user_ringbuf_drain} returned: records drained, or -errno.
     */
    long drain()
    {
        run(drainFd);
        return script.getLongVolatile(DRAIN_STATUS_OFFSET);
    }

    /**
     * The kernel's end of exits: as many tasks are gone.
     *
     * @param firstPid of the first, the others follow.
     * @param count    of tasks.
     */
    void exitPids(final int firstPid, final int count)
    {
        script.putLong(COUNT_OFFSET, count);
        script.putLong(FIRST_PID_OFFSET, firstPid);
        run(LibBpf.programFd(object, "exit_pids"));
    }

    /**
     * A new task has the pid of one that is gone.
     *
     * @param pid of both.
     */
    void reusePid(final int pid)
    {
        script.putLong(FIRST_PID_OFFSET, pid);
        run(LibBpf.programFd(object, "reuse_pid"));
    }

    /** The timer's look at exits that are due. */
    void tick()
    {
        run(LibBpf.programFd(object, "tick"));
    }

    /** Exits that have not been sent yet. */
    long nrLate()
    {
        return script.getLongVolatile(NR_LATE_OFFSET);
    }

    private static void run(final int programFd)
    {
        final int result = LibBpf.runProgram(programFd, 0, 0);
        if (0 != result)
        {
            throw new IllegalStateException("can't run a BPF program: result=" + result);
        }
    }

    long produced()
    {
        return script.getLongVolatile(PRODUCED_OFFSET);
    }

    long refused()
    {
        return script.getLongVolatile(REFUSED_OFFSET);
    }

    long drained()
    {
        return script.getLongVolatile(DRAINED_OFFSET);
    }

    long mismatched()
    {
        return script.getLongVolatile(MISMATCHED_OFFSET);
    }

    @Override
    public String backend()
    {
        return "host";
    }

    @Override
    public void close()
    {
        rings.close();
        scriptRegion.unmap();
        LibBpf.closeObject(object);
    }

    @Override
    public int nrCpuIds()
    {
        return 1;
    }

    @Override
    public int enterHotThread(final int slot, final int cpu, final boolean ownsCpu)
    {
        return 1 + slot;
    }

    @Override
    public int poll(final QueuedRecordHandler handler, final int limit)
    {
        return queued.poll(handler, limit);
    }

    @Override
    public void park(final int timeoutMs)
    {
        Thread.yield();
    }

    @Override
    public void scheduleCurrentThread(final boolean isScheduled)
    {
    }

    @Override
    public CpuStates cpuStates(final CpuTopology topology)
    {
        return new MemoryTransport(1 << 12).cpuStates(topology);
    }

    @Override
    public boolean offer(final DirectBuffer buffer, final int offset)
    {
        return dispatched.offer(buffer, offset, DispatchedTaskDescriptor.RECORD_BYTES);
    }

    @Override
    public void publish()
    {
        dispatched.publish();
    }

    @Override
    public long counter(final KernelCounter counter)
    {
        return 0;
    }
}
