// SPDX-License-Identifier: Apache-2.0
package org.scx4j.transport;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.AtomicBuffer;
import org.scx4j.api.CpuStates;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.exceptions.SchedulerException.Category;
import org.scx4j.jni.Errno;
import org.scx4j.jni.LibBpf;
import org.scx4j.jni.LibC;
import org.scx4j.jni.NativeLibrary;
import org.scx4j.protocol.ControlFlyweight;
import org.scx4j.protocol.CpuSelectionDescriptor;
import org.scx4j.protocol.DispatchedTaskDescriptor;
import org.scx4j.protocol.ExitRecordDescriptor;
import org.scx4j.protocol.InflightSlotDescriptor;
import org.scx4j.protocol.KernelCounter;
import org.scx4j.protocol.SchedAbi;
import org.scx4j.status.ExitInfo;
import org.scx4j.status.Succession;
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

    /** No thread has this id. */
    private static final int THREAD_TO_COME = -1;

    private final String opsName;
    private final SchedExtStatus sysfsStatus;
    private final int nrCpuIds;
    private final KeptScheduler keeper;
    private SchedExtObject object;
    private MappedKernel kernel;
    private ControlFlyweight control;
    private Lease lease = LeaseState.NEVER_LOST;
    private AtomicBuffer inflight;
    private CpuSelection cpuSelection;
    private AtomicBuffer exitRecord;
    private BpfRingBuffer queued;
    private BpfUserRingBuffer dispatched;
    private int doorbellFd = -1;
    private Succession succession = Succession.FRESH;
    private boolean isAdopted;
    private boolean isAttached;
    private long[] finalCounters;
    private ExitInfo finalExitInfo;
    private boolean closed;
    private boolean isKickDue;
    private volatile long nrDoorbells;

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
        this.nrCpuIds = MappedKernel.nrCpuIds(options.sysfs());
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

    /**
     * Opens the transport over an object that has been loaded already: for programs that stand for the kernel's side,
     * as benchmarks of the path do on a kernel without sched_ext.
     *
     * @param options of which the rings' sizes, the slice, the name and sysfs count.
     * @param object  has the maps of the scheduler, and its programs {@code caller_pid}, {@code ring_doorbell} and
     *                {@code select_cpus}; closed with this transport. {@link #attach()} needs {@code caller_tgid} too.
     * @throws SchedulerException if a map or a program is missing; the object is closed.
     */
    public SchedExtTransport(final SchedExtOptions options, final SchedExtObject object)
    {
        this.sysfsStatus = new SchedExtStatus(options.sysfs());
        this.nrCpuIds = MappedKernel.nrCpuIds(options.sysfs());
        this.keeper = null;
        this.opsName = options.opsName();
        this.object = object;
        boolean isOpen = false;
        try
        {
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
        kernel = new MappedKernel(object, nrCpuIds, options.queuedBytes(), options.dispatchedBytes());
        control = kernel.control();
        lease = new MappedLease(control);
        inflight = kernel.mapValues(
            "inflight", SchedAbi.SCHED_INFLIGHT_SLOTS * InflightSlotDescriptor.SLOT_BYTES, true);
        cpuSelection = new CpuSelection(
            kernel.mapValues("cpu_selection", CpuSelectionDescriptor.SELECTION_BYTES, true),
            object.programFd("select_cpus"));
        exitRecord = kernel.mapValues("exit_record", ExitRecordDescriptor.RECORD_BYTES, false);
        queued = kernel.queued();
        dispatched = kernel.dispatched();
        doorbellFd = object.programFd("ring_doorbell");
        kernel.begin(options.sliceNs());
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
        control.engineTgid(kernel.runForId("caller_tgid"));
        succession = Succession.adopted(counter(KernelCounter.NR_DECIDED));
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
        control.engineTgid(kernel.runForId("caller_tgid"));
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
        if (null != kernel)
        {
            kernel.close();
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
        MappedKernel.favourCurrentThread(cpu);
        return kernel.enterHotThread(slot, ownsCpu ? cpu : -1);
    }

    @Override
    public long threadFaults()
    {
        return MappedKernel.threadFaults();
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
        kernel.park(timeoutMs);
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
        return new MappedCpuStates(kernel.controlWords(), kernel.cpuStates(), topology, cpuSelection);
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
        return closed ? finalCounters[counter.ordinal()] : kernel.counter(counter);
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
        return null == kernel ? 0 : kernel.nrParks();
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
