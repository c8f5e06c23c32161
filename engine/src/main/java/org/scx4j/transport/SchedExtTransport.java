// SPDX-License-Identifier: Apache-2.0
package org.scx4j.transport;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.scx4j.api.CpuStates;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.exceptions.SchedulerException.Category;
import org.scx4j.jni.Errno;
import org.scx4j.jni.LibBpf;
import org.scx4j.jni.LibC;
import org.scx4j.jni.NativeLibrary;
import org.scx4j.protocol.ControlDescriptor;
import org.scx4j.protocol.ControlFlyweight;
import org.scx4j.protocol.CpuSelectionDescriptor;
import org.scx4j.protocol.CpuStateDescriptor;
import org.scx4j.protocol.DispatchedTaskDescriptor;
import org.scx4j.protocol.ExitRecordDescriptor;
import org.scx4j.protocol.InflightSlotDescriptor;
import org.scx4j.protocol.KernelCounter;
import org.scx4j.protocol.SchedAbi;
import org.scx4j.status.ExitInfo;
import org.scx4j.status.Succession;
import org.scx4j.topology.CpuList;
import org.scx4j.topology.CpuTopology;

/**
 * The real kernel: loads the BPF scheduler, maps its rings and words, attaches and detaches it.
 * <p>
 * Everything that can be refused is refused before {@link #attach()} changes the machine, and what was opened up to
 * then is closed again.
 */
public final class SchedExtTransport implements KernelTransport
{
    /** The BPF object's place in the class path. */
    public static final String OBJECT_RESOURCE = "META-INF/bpf/scx4j.bpf.o";

    private static final int HOT_NICE = -20;
    /** No thread has this id. */
    private static final int THREAD_TO_COME = -1;
    private static final int FAULT_WORDS_BYTES = 2 * Long.BYTES;

    private final String opsName;
    private final SchedExtStatus sysfsStatus;
    private final List<MappedRegion> regions = new ArrayList<>();
    private final int nrCpuIds;
    private final KeptScheduler keeper;
    private SchedExtObject object;
    private ControlFlyweight control;
    private Lease lease = LeaseState.NEVER_LOST;
    private AtomicBuffer controlWords;
    private AtomicBuffer cpuStates;
    private AtomicBuffer inflight;
    private CpuSelection cpuSelection;
    private AtomicBuffer counters;
    private AtomicBuffer exitRecord;
    private MappedRings rings;
    private BpfRingBuffer queued;
    private BpfUserRingBuffer dispatched;
    private int epollFd = -1;
    private int doorbellFd = -1;
    private Succession succession = Succession.FRESH;
    private boolean isAdopted;
    private boolean isAttached;
    private long[] finalCounters;
    private ExitInfo finalExitInfo;
    private boolean closed;
    private boolean isKickDue;
    private volatile long nrDoorbells;
    private volatile long nrParks;

    /**
     * Loads the scheduler without attaching it; or opens the one that was kept, if it is the same.
     *
     * @param options checked.
     * @throws SchedulerException if this machine or this process can't; nothing stays behind.
     */
    public SchedExtTransport(final SchedExtOptions options)
    {
        this.sysfsStatus = new SchedExtStatus(options.sysfs());
        checkMachine(options);
        final int[] possible = possibleCpus(options);
        this.nrCpuIds = possible[possible.length - 1] + 1;
        this.keeper = Keeping.NO == options.keeping() ? null :
            KeptScheduler.lock(options.sysfs(), Keeping.TAKE_OVER == options.keeping());
        boolean isOpen = false;
        try
        {
            this.object = open(options);
            this.opsName = isAdopted ? sysfsStatus.ops() : options.opsName();
            map(options);
            isOpen = true;
        }
        finally
        {
            if (!isOpen)
            {
                close();
            }
        }
    }

    private void checkMachine(final SchedExtOptions options)
    {
        NativeLibrary.ensureAvailability();
        if (!sysfsStatus.isPresent())
        {
            throw new SchedulerException(Category.ENVIRONMENT, "this kernel has no sched_ext (" +
                System.getProperty("os.version") + "): boot one with CONFIG_SCHED_CLASS_EXT, 6.12 or newer, " +
                "or try `bin/scx4j vm run`");
        }
        if (0 != LibC.effectiveUserId())
        {
            throw new SchedulerException(Category.ENVIRONMENT,
                "not root: replacing the CPU scheduler needs it; run again with sudo");
        }
        if (Keeping.NO == options.keeping())
        {
            checkNoOtherScheduler(KeptScheduler.isThere(options.sysfs()) ?
                "it may be kept from an earlier run: go on with it by --keep, or end it with `scx4j detach`" :
                "stop it first");
        }
    }

    private void checkNoOtherScheduler(final String advice)
    {
        if (!"disabled".equals(sysfsStatus.state()))
        {
            throw new SchedulerException(Category.ENVIRONMENT, "another scheduler is attached: '" +
                sysfsStatus.ops() + "' (state " + sysfsStatus.state() + "): " + advice);
        }
    }

    private static int[] possibleCpus(final SchedExtOptions options)
    {
        try
        {
            return CpuList.parse(Files.readString(options.sysfs().resolve("devices/system/cpu/possible")));
        }
        catch (final IOException ex)
        {
            throw new SchedulerException(Category.ENVIRONMENT,
                "can't read which CPUs are possible: " + ex.getMessage(), ex);
        }
    }

    private SchedExtObject open(final SchedExtOptions options)
    {
        final byte[] elf = LoadedSchedExt.elf(options);
        if (null != keeper)
        {
            final SchedExtObject kept = keeper.take(LoadedSchedExt.identity(elf, options, nrCpuIds));
            if (null != kept)
            {
                isAdopted = true;
                return kept;
            }
            if (!keeper.isRunning())
            {
                checkNoOtherScheduler("stop it first");
            }
        }
        return new LoadedSchedExt(
            elf, options, nrCpuIds, sysfsStatus.hotplugSequence(), null == keeper ? null : keeper.pins());
    }

    private void map(final SchedExtOptions options)
    {
        controlWords = mapValues("control", ControlDescriptor.CONTROL_BYTES, true);
        control = new ControlFlyweight(controlWords);
        lease = new MappedLease(control);
        cpuStates = mapValues("cpu_states", nrCpuIds * CpuStateDescriptor.ENTRY_BYTES, false);
        inflight = mapValues("inflight", SchedAbi.SCHED_INFLIGHT_SLOTS * InflightSlotDescriptor.SLOT_BYTES, true);
        cpuSelection = new CpuSelection(
            mapValues("cpu_selection", CpuSelectionDescriptor.SELECTION_BYTES, true),
            object.programFd("select_cpus"));
        counters = mapValues("counters", nrCpuIds * KernelCounter.ENTRY_BYTES, false);
        exitRecord = mapValues("exit_record", ExitRecordDescriptor.RECORD_BYTES, false);

        rings = new MappedRings(
            object.mapFd("queued"), options.queuedBytes(), object.mapFd("dispatched"), options.dispatchedBytes());
        queued = rings.queued();
        dispatched = rings.dispatched();
        epollFd = LibBpf.epollCreate(object.mapFd("queued"));
        doorbellFd = object.programFd("ring_doorbell");

        control.sliceNs(options.sliceNs());
        for (int slot = 0; slot < SchedAbi.SCHED_MAX_HOT_THREADS; slot++)
        {
            control.hotThread(slot, 0, -1);
        }
        if (isAdopted)
        {
            adopt();
        }
    }

    /**
     * Puts right what the engine before has left. It is gone, the lease is lost, and the kernel's side takes back what
     * that engine had: so what it has not read is passed over, and what it had published is still valid.
     */
    private void adopt()
    {
        control.hotThread(0, THREAD_TO_COME, -1); // silent: the lease stays lost until the reader is there
        control.resume();
        queued.poll((record, offset) -> { }, Integer.MAX_VALUE);
        control.publishedBytes(dispatched.repair(DispatchedTaskDescriptor.RECORD_BYTES));
        control.engineTgid(runForId("caller_tgid"));
        succession = Succession.adopted(counter(KernelCounter.NR_DECIDED));
    }

    private AtomicBuffer mapValues(final String map, final int lengthBytes, final boolean writable)
    {
        return region(object.mapFd(map), 0, lengthBytes, writable).buffer(0, lengthBytes);
    }

    private MappedRegion region(final int fd, final long offset, final long lengthBytes, final boolean writable)
    {
        final MappedRegion region = new MappedRegion(fd, offset, lengthBytes, writable);
        regions.add(region);
        return region;
    }

    @Override
    public String backend()
    {
        return "sched_ext";
    }

    @Override
    public String opsName()
    {
        return opsName;
    }

    @Override
    public int nrCpuIds()
    {
        return nrCpuIds;
    }

    @Override
    public void attach()
    {
        if (!isAdopted)
        {
            attachLoaded();
        }
        else
        {
            object.attach();
        }
        isAttached = true;
    }

    private void attachLoaded()
    {
        final boolean replaces = null != keeper && keeper.isRunning();
        final long beginNs = System.nanoTime();
        if (replaces)
        {
            keeper.detach();
        }
        checkNoOtherScheduler("stop it first");
        control.engineTgid(runForId("caller_tgid"));
        object.attach();
        succession = replaces ? Succession.replaced(System.nanoTime() - beginNs) : Succession.FRESH;
    }

    @Override
    public void detach()
    {
        if (isAttached)
        {
            isAttached = false;
            control.stopping();
            object.detach();
        }
        else if (isAdopted && null != control)
        {
            control.engineTgid(0); // it goes on without us, as we found it
        }
        if (null != keeper)
        {
            keeper.close(); // now, not at close(): if a hot thread does not end, that one never comes
        }
    }

    @Override
    public Succession succession()
    {
        return succession;
    }

    @Override
    public void close()
    {
        if (closed)
        {
            return;
        }
        detach();
        keepFinalWords();
        closed = true;
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
        if (null != object)
        {
            object.close();
        }
    }

    /** The report is made after the memory is gone. */
    private void keepFinalWords()
    {
        if (null != exitRecord)
        {
            finalCounters = new long[KernelCounter.count()];
            for (final KernelCounter counter : KernelCounter.values())
            {
                finalCounters[counter.ordinal()] = counter(counter);
            }
            finalExitInfo = exitInfo();
            lease = LeaseState.of(lease);
        }
    }

    @Override
    public int enterHotThread(final int slot, final int cpu, final boolean ownsCpu)
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
        final int threadId = runForId("caller_pid");
        control.hotThread(slot, threadId, ownsCpu ? cpu : -1);
        return threadId;
    }

    /** Asks the kernel who we are: in a pid namespace the scheduler knows us by other numbers than we do. */
    private int runForId(final String program)
    {
        final int id = LibBpf.runProgram(object.programFd(program), 0, 0);
        if (id <= 0)
        {
            throw new SchedulerException(Category.ENVIRONMENT, "can't run the BPF program " + program + ": " +
                Errno.describe(-id));
        }
        return id;
    }

    @Override
    public long threadFaults()
    {
        final UnsafeBuffer words = new UnsafeBuffer(
            BufferUtil.allocateDirectAligned(FAULT_WORDS_BYTES, Long.BYTES));
        LibC.threadFaults(words.addressOffset());
        return words.getLong(0) + words.getLong(Long.BYTES);
    }

    @Override
    public void scheduleCurrentThread(final boolean isScheduled)
    {
        final String program = isScheduled ? "admit_caller" : "dismiss_caller";
        final int result = LibBpf.runProgram(object.programFd(program), 0, 0);
        if (result < 0)
        {
            throw new SchedulerException(Category.ENVIRONMENT, "can't run the BPF program " + program + ": " +
                Errno.describe(-result));
        }
    }

    @Override
    public int poll(final QueuedRecordHandler handler, final int limit)
    {
        return queued.poll(handler, limit);
    }

    @Override
    public void park(final int timeoutMs)
    {
        control.park();
        if (queued.isEmpty())
        {
            nrParks++;
            LibBpf.epollWait(epollFd, timeoutMs);
        }
        control.unpark();
    }

    @Override
    public void hold(final long token)
    {
        /* Pairs with nothing: the kernel looks again and again, and a late look costs the task a detour only. */
        inflight.putIntRelease(
            InflightSlotDescriptor.slotOffset(token) + InflightSlotDescriptor.HELD_OFFSET, (int)token);
    }

    @Override
    public CpuStates cpuStates(final CpuTopology topology)
    {
        return new MappedCpuStates(controlWords, cpuStates, topology, cpuSelection);
    }

    @Override
    public boolean offer(final DirectBuffer buffer, final int offset)
    {
        if (!dispatched.offer(buffer, offset, DispatchedTaskDescriptor.RECORD_BYTES))
        {
            return false;
        }
        final long flags = buffer.getLong(offset + DispatchedTaskDescriptor.FLAGS_OFFSET);
        if (0 != (flags & SchedAbi.SCHED_DECISION_PREEMPT))
        {
            isKickDue |= control.kickCpu(buffer.getInt(offset + DispatchedTaskDescriptor.CPU_OFFSET));
        }
        else if (0 != (flags & SchedAbi.SCHED_DECISION_KICK))
        {
            isKickDue = true;
        }
        return true;
    }

    @Override
    public void publish()
    {
        control.publishedBytes(dispatched.publish());
        if (control.takeIdleWaiting() | isKickDue)
        {
            isKickDue = false;
            nrDoorbells++;
            LibBpf.runProgram(doorbellFd, 0, 0);
        }
    }

    @Override
    public long counter(final KernelCounter counter)
    {
        if (closed)
        {
            return finalCounters[counter.ordinal()];
        }
        long sum = 0;
        for (int cpu = 0; cpu < nrCpuIds; cpu++)
        {
            sum += counters.getLongVolatile(cpu * KernelCounter.ENTRY_BYTES + counter.offset());
        }
        return sum;
    }

    @Override
    public Lease lease()
    {
        return lease;
    }

    @Override
    public long nrDoorbells()
    {
        return nrDoorbells;
    }

    @Override
    public long nrParks()
    {
        return nrParks;
    }

    @Override
    public ExitInfo exitInfo()
    {
        if (closed)
        {
            return finalExitInfo;
        }
        final long kind = exitRecord.getLongVolatile(ExitRecordDescriptor.KIND_OFFSET);
        if (0 == kind)
        {
            return null;
        }
        return new ExitInfo(
            kind,
            exitRecord.getLong(ExitRecordDescriptor.CODE_OFFSET),
            text(ExitRecordDescriptor.REASON_OFFSET, SchedAbi.SCHED_REASON_BYTES),
            text(ExitRecordDescriptor.MESSAGE_OFFSET, SchedAbi.SCHED_MESSAGE_BYTES),
            text(ExitRecordDescriptor.DUMP_OFFSET, SchedAbi.SCHED_DUMP_BYTES));
    }

    private String text(final int offset, final int maxBytes)
    {
        int length = 0;
        while (length < maxBytes && 0 != exitRecord.getByte(offset + length))
        {
            length++;
        }
        return exitRecord.getStringWithoutLengthUtf8(offset, length).strip();
    }
}
