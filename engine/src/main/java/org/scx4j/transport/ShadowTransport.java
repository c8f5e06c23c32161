// SPDX-License-Identifier: Apache-2.0
package org.scx4j.transport;

import java.nio.file.Files;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.AtomicBuffer;
import org.scx4j.api.CpuStates;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.exceptions.SchedulerException.Category;
import org.scx4j.jni.Errno;
import org.scx4j.jni.LibBpf;
import org.scx4j.jni.LibC;
import org.scx4j.jni.NativeLibrary;
import org.scx4j.protocol.DispatchedTaskDescriptor;
import org.scx4j.protocol.KernelCounter;
import org.scx4j.protocol.SchedAbi;
import org.scx4j.protocol.ShadowAbi;
import org.scx4j.protocol.ShadowCounter;
import org.scx4j.protocol.ShadowOutcomeDescriptor;
import org.scx4j.protocol.ShadowSlotDescriptor;
import org.scx4j.status.Agreement;
import org.scx4j.status.ExitInfo;
import org.scx4j.topology.CpuTopology;

/**
 * The real kernel, watched: tasks arrive as they would under sched_ext, decisions are compared with what the kernel's
 * own scheduler does, and nothing is enforced.
 * <p>
 * Decisions go through the same ring. They are taken by a system call behind each batch, at the moment at which a
 * scheduler could carry them out; see {@link OutcomeReader} for the comparison.
 */
public final class ShadowTransport implements KernelTransport
{
    /** The BPF object's place in the class path. */
    public static final String OBJECT_RESOURCE = "META-INF/bpf/observer.bpf.o";

    private static final String BOOT_ANOTHER =
        ": boot a kernel from 6.4 on with CONFIG_DEBUG_INFO_BTF=y, or try in a VM: bin/scx4j vm run";
    /** The iterator of numbers, by which late exits are sent. */
    private static final String NEEDED = "bpf_iter_num_new";

    private final ShadowOptions options;
    private final int nrCpuIds;
    private LoadedObserver object;
    private MappedKernel kernel;
    private MappedRing outcomeRing;
    private OutcomeReader outcomes;
    private AtomicBuffer slots;
    private BpfRingBuffer queued;
    private BpfUserRingBuffer dispatched;
    private int takeDecisionsFd = -1;
    private boolean isAttached;
    private boolean isEnded;
    private boolean closed;
    private volatile long nrHeld;
    private volatile long nrDoorbells;
    private long[] finalCounters;
    private long finalParks;
    private Agreement finalAgreement;

    /**
     * Loads the observer without attaching it.
     *
     * @param options checked.
     * @throws SchedulerException if this machine or this process can't; nothing stays behind.
     */
    public ShadowTransport(final ShadowOptions options)
    {
        this.options = options;
        NativeLibrary.ensureAvailability();
        final String obstacle = obstacle(options);
        if (null != obstacle)
        {
            throw new SchedulerException(Category.ENVIRONMENT, obstacle);
        }
        this.nrCpuIds = MappedKernel.nrCpuIds(options.sysfs());
        boolean isOpen = false;
        try
        {
            open();
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

    /** What keeps shadow from running here and what to do about it, null if nothing does. */
    private static String obstacle(final ShadowOptions options)
    {
        if (!Files.isReadable(options.sysfs().resolve("kernel/btf/vmlinux")))
        {
            return "shadow needs the kernel's type information, and there is no " +
                options.sysfs().resolve("kernel/btf/vmlinux") + BOOT_ANOTHER;
        }
        if (0 != LibC.effectiveUserId())
        {
            return "not root: watching the CPU scheduler needs it; run again with sudo";
        }
        return kernelObstacle();
    }

    private static String kernelObstacle()
    {
        if (-Errno.ENOENT == LibBpf.kernelEnumValue("bpf_map_type", "BPF_MAP_TYPE_USER_RINGBUF"))
        {
            return "shadow needs a kernel with user ring buffers" + BOOT_ANOTHER;
        }
        if (!LibBpf.kernelHasFunction(NEEDED))
        {
            return "shadow needs a kernel with " + NEEDED + BOOT_ANOTHER;
        }
        return null;
    }

    private void open()
    {
        object = new LoadedObserver(options, nrCpuIds);
        kernel = new MappedKernel(object, nrCpuIds, options.queuedBytes(), options.dispatchedBytes());
        kernel.begin(options.sliceNs());
        kernel.control().engineTgid(kernel.runForId("caller_tgid"));
        queued = kernel.queued();
        dispatched = kernel.dispatched();
        takeDecisionsFd = object.programFd("take_decisions");
        slots = kernel.mapValues("waiting", SchedAbi.SCHED_INFLIGHT_SLOTS * ShadowSlotDescriptor.SLOT_BYTES, false);
        outcomeRing = new MappedRing(
            object.mapFd("outcomes"), options.queuedBytes(), ShadowOutcomeDescriptor.RECORD_BYTES);
        outcomes = new OutcomeReader(
            kernel, kernel.mapValues("observations", nrCpuIds * ShadowCounter.ENTRY_BYTES, false), outcomeRing.ring());
    }

    @Override
    public String backend()
    {
        return "shadow";
    }

    @Override
    public String opsName()
    {
        return options.opsName();
    }

    @Override
    public int nrCpuIds()
    {
        return nrCpuIds;
    }

    @Override
    public void attach()
    {
        outcomes.start();
        object.attach();
        isAttached = true;
    }

    /**
     * From its return on the kernel calls nothing of ours; what had not run until then counts as held. The comparison
     * goes on until {@link #close()}, for decisions that are still to come.
     */
    @Override
    public void detach()
    {
        if (isAttached)
        {
            isAttached = false;
            object.detach();
            nrHeld = nrWaiting();
            isEnded = true;
        }
    }

    /** Counted, not computed from the other sums: so that these can be checked by it. */
    private long nrWaiting()
    {
        long nr = kernel.counter(KernelCounter.NR_UNWATCHED) - outcomes.observation(ShadowCounter.NR_UNWATCHED_ENDED);
        for (int i = 0; i < SchedAbi.SCHED_INFLIGHT_SLOTS; i++)
        {
            final long token =
                slots.getLongVolatile(i * ShadowSlotDescriptor.SLOT_BYTES + ShadowSlotDescriptor.TOKEN_OFFSET);
            nr += 0 != token && 0 == (token & ShadowAbi.SLOT_ENDED) ? 1 : 0;
        }
        return nr;
    }

    @Override
    public void close()
    {
        if (closed)
        {
            return;
        }
        detach();
        if (null != outcomes)
        {
            outcomes.stop();
            keepFinalWords();
        }
        closed = true;
        if (null != outcomeRing)
        {
            outcomeRing.close();
        }
        if (null != kernel)
        {
            kernel.close();
        }
        if (null != object)
        {
            object.close();
        }
        if (null != outcomes && null != outcomes.failure())
        {
            throw new IllegalStateException("the comparison broke: its figures are not whole", outcomes.failure());
        }
    }

    private void keepFinalWords()
    {
        finalCounters = new long[KernelCounter.count()];
        for (final KernelCounter counter : KernelCounter.values())
        {
            finalCounters[counter.ordinal()] = counter(counter);
        }
        finalParks = kernel.nrParks();
        finalAgreement = outcomes.agreement();
    }

    /** {@inheritDoc} One that may sleep is neither here: the machine shall be as without us. */
    @Override
    public int enterHotThread(final int slot, final int cpu, final boolean ownsCpu)
    {
        if (ownsCpu)
        {
            MappedKernel.favourCurrentThread(cpu);
        }
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
        throw new UnsupportedOperationException("shadow schedules no threads");
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

    /** Without effect: nothing is rescued here, since nothing waits for the policy. */
    @Override
    public void hold(final long token)
    {
    }

    @Override
    public CpuStates cpuStates(final CpuTopology topology)
    {
        return new MappedCpuStates(kernel.controlWords(), kernel.cpuStates(), topology, null);
    }

    @Override
    public boolean offer(final DirectBuffer buffer, final int offset)
    {
        return dispatched.offer(buffer, offset, DispatchedTaskDescriptor.RECORD_BYTES);
    }

    @Override
    public void publish()
    {
        kernel.control().publishedBytes(dispatched.publish());
        nrDoorbells++;
        final int result = LibBpf.runProgram(takeDecisionsFd, 0, 0);
        if (result < 0)
        {
            throw new IllegalStateException("the observer can't take decisions: " + Errno.describe(-result));
        }
    }

    @Override
    public long counter(final KernelCounter counter)
    {
        if (closed)
        {
            return null == finalCounters ? 0 : finalCounters[counter.ordinal()];
        }
        return KernelCounter.NR_HELD == counter && isEnded ? nrHeld : kernel.counter(counter);
    }

    @Override
    public Lease lease()
    {
        return LeaseState.NEVER_LOST;
    }

    @Override
    public long nrDoorbells()
    {
        return nrDoorbells;
    }

    @Override
    public long nrParks()
    {
        return closed ? finalParks : kernel.nrParks();
    }

    @Override
    public Agreement agreement()
    {
        return closed ? finalAgreement : outcomes.agreement();
    }

    @Override
    public ExitInfo exitInfo()
    {
        return null;
    }
}
