// SPDX-License-Identifier: Apache-2.0
package org.scx4j.bench;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.HdrHistogram.Histogram;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.scx4j.Context;
import org.scx4j.jni.Errno;
import org.scx4j.jni.LibBpf;
import org.scx4j.jni.LibC;
import org.scx4j.protocol.KernelCounter;
import org.scx4j.protocol.SchedAbi;
import org.scx4j.topology.CpuList;
import org.scx4j.transport.Keeping;
import org.scx4j.transport.SchedExtMode;
import org.scx4j.transport.SchedExtObject;
import org.scx4j.transport.SchedExtOptions;
import org.scx4j.transport.SchedExtTransport;

/**
 * The kernel's two ends of the path, {@code round_trip.bpf.c}: loaded into this machine's kernel, with threads of this
 * process that stand for the tasks. What answers in between is opened over it, one at a time.
 * <p>
 * Thread safety: for one thread at a time.
 */
final class RoundTripKernel implements AutoCloseable
{
    /** Tasks, and so the largest burst. */
    static final int TASKS = 64;
    /** How many latencies are kept. */
    static final int LATENCIES = 65_536;

    private static final String OBJECT_RESOURCE = "META-INF/bpf/round_trip.bpf.o";
    private static final String NAME = "round_trip";
    private static final Path SYSFS = Path.of("/sys");
    private static final int RING_BYTES = Context.RING_DEFAULT_BYTES;
    private static final int NICE = -20;
    private static final long PATIENCE_NS = 10_000_000_000L;
    private static final int WORDS_BYTES = 4096;
    private static final int LATENCIES_BYTES = LATENCIES * Long.BYTES;
    private static final int COUNTERS_BYTES = SchedAbi.SCHED_MAX_CPUS * KernelCounter.ENTRY_BYTES;
    private static final int BURST_OFFSET = 0;
    private static final int BURSTS_OFFSET = 8;
    private static final int NR_CONVERSED_OFFSET = 16;
    private static final int NR_EMITTED_OFFSET = 24;
    private static final int NR_REFUSED_OFFSET = 32;
    private static final int NR_DRAINED_OFFSET = 40;
    private static final int NR_STRANGE_OFFSET = 48;
    private static final int NR_BROKEN_OFFSET = 56;
    private static final int NR_DOORBELLS_OFFSET = 64;

    private final CountDownLatch end = new CountDownLatch(1);
    private final long object;
    private final UnsafeBuffer words;
    private final UnsafeBuffer latencies;
    private final UnsafeBuffer counters;
    private final int exchangeFd;
    private final int converseFd;
    private long nrTaken;

    /** Loads the programs and has the tasks enlist. */
    RoundTripKernel()
    {
        object = LibBpf.openObject(BpfResource.read(OBJECT_RESOURCE), NAME);
        LibBpf.setRodata(object, "queued_bytes", RING_BYTES);
        LibBpf.setMapEntries(object, "queued", RING_BYTES);
        LibBpf.setMapEntries(object, "dispatched", RING_BYTES);
        LibC.raiseMemlockLimit();
        LibBpf.load(object);
        words = map("words", WORDS_BYTES, true);
        latencies = map("latencies", LATENCIES_BYTES, false);
        counters = map("counters", COUNTERS_BYTES, false);
        exchangeFd = LibBpf.programFd(object, "exchange");
        converseFd = LibBpf.programFd(object, "converse");
        enlistTasks();
    }

    private UnsafeBuffer map(final String map, final int lengthBytes, final boolean writable)
    {
        return new UnsafeBuffer(LibBpf.mmap(LibBpf.mapFd(object, map), 0, lengthBytes, writable), lengthBytes);
    }

    /** Threads that sleep until the end: the kernel's side needs a pid that it finds, and memory of the task. */
    private void enlistTasks()
    {
        final int enlistFd = LibBpf.programFd(object, "enlist");
        final int[] results = new int[TASKS];
        for (int i = 0; i < TASKS; i++)
        {
            final int task = i;
            final CountDownLatch enlisted = new CountDownLatch(1);
            final Thread thread = new Thread(() ->
            {
                results[task] = LibBpf.runProgram(enlistFd, 0, 0);
                enlisted.countDown();
                await(end);
            }, "task-" + i);
            thread.setDaemon(true);
            thread.start();
            await(enlisted);
            check("enlist", results[task]);
        }
    }

    private static void await(final CountDownLatch latch)
    {
        try
        {
            latch.await();
        }
        catch (final InterruptedException ex)
        {
            throw new IllegalStateException("nobody interrupts it", ex);
        }
    }

    private static void check(final String what, final int result)
    {
        if (0 != result)
        {
            throw new IllegalStateException(what + " failed: " +
                (result < 0 ? Errno.describe(-result) : "result=" + result));
        }
    }

    /**
     * CPUs that are online.
     *
     * @return their numbers, ascending.
     */
    static int[] onlineCpus()
    {
        return CpuList.online(SYSFS);
    }

    /**
     * Pins the calling thread, and makes it the first of its class, as hot threads are.
     *
     * @param cpu to pin it to.
     */
    static void enter(final int cpu)
    {
        final UnsafeBuffer mask = new UnsafeBuffer(
            BufferUtil.allocateDirectAligned(CpuList.MAX_CPUS / Byte.SIZE, Long.BYTES));
        mask.putByte(cpu / Byte.SIZE, (byte)(1 << cpu % Byte.SIZE));
        check("pinning a thread to CPU " + cpu, LibC.pinThread(0, mask.addressOffset(), mask.capacity()));
        favour(true);
    }

    /**
     * Makes the calling thread the first of its class, or one among others: in a warm-up the compiler gets its turn.
     *
     * @param isFirst true for the first.
     */
    static void favour(final boolean isFirst)
    {
        LibC.setThreadNice(0, isFirst ? NICE : 0);
    }

    /**
     * The engine's own transport over these maps; mapped anew, it goes on where the rings are.
     *
     * @return the transport; closing it leaves this kernel loaded.
     */
    SchedExtTransport openTransport()
    {
        final SchedExtOptions options = new SchedExtOptions(null, NAME, Context.SLICE_DEFAULT_NS, RING_BYTES,
            RING_BYTES, Context.TIMEOUT_DEFAULT_MS, Context.RESCUE_DEFAULT_NS, Context.LEASE_DEFAULT_NS,
            Context.POLL_DEFAULT_NS, 0, SchedExtMode.DEFAULT, Keeping.NO, SYSFS);
        return new SchedExtTransport(options, new BorrowedObject());
    }

    /**
     * The reference over these maps.
     *
     * @return its handle.
     */
    long openReference()
    {
        final long handle = RoundTripReference.open(
            LibBpf.mapFd(object, "queued"), LibBpf.mapFd(object, "dispatched"), LibBpf.mapFd(object, "control"),
            LibBpf.programFd(object, "ring_doorbell"), RING_BYTES);
        if (handle < 0)
        {
            throw new IllegalStateException("the reference can't map the rings: " + Errno.describe((int)-handle));
        }
        return handle;
    }

    /**
     * Sets how many records are emitted at a time.
     *
     * @param records a power of two, at most {@link #TASKS}; 0 = none, for the last exchange.
     */
    void burst(final int records)
    {
        words.putLongVolatile(BURST_OFFSET, records);
    }

    /**
     * The program that takes the answers to the last burst, and emits the next.
     *
     * @return its descriptor.
     */
    int exchangeFd()
    {
        return exchangeFd;
    }

    /** Runs {@link #exchangeFd()} once. */
    void exchange()
    {
        check("exchange", RoundTripReference.runProgram(exchangeFd));
    }

    /**
     * Emits bursts and looks for the answers on the calling thread's CPU, until all are answered by somebody on another
     * CPU.
     *
     * @param bursts how many.
     */
    void converse(final long bursts)
    {
        final long target = words.getLongVolatile(NR_CONVERSED_OFFSET) + bursts;
        long progressNs = System.nanoTime();
        long last = 0;
        for (long left = bursts; left > 0; left = target - words.getLongVolatile(NR_CONVERSED_OFFSET))
        {
            words.putLongVolatile(BURSTS_OFFSET, left);
            check("converse", RoundTripReference.runProgram(converseFd));
            checkNothingRefused();
            if (last != nrDrained())
            {
                last = nrDrained();
                progressNs = System.nanoTime();
            }
            else if (System.nanoTime() - progressNs > PATIENCE_NS)
            {
                throw new IllegalStateException("nobody answers: emitted=" + nrEmitted() + ", drained=" + last);
            }
        }
    }

    private void checkNothingRefused()
    {
        final long refused = words.getLongVolatile(NR_REFUSED_OFFSET);
        if (0 != refused)
        {
            throw new IllegalStateException("the kernel's side could not emit: refused=" + refused);
        }
    }

    /**
     * Adds the latencies since the last call, at most {@link #LATENCIES}, which are the newest.
     *
     * @param histogram where to, nanoseconds; null forgets them.
     */
    void takeLatencies(final Histogram histogram)
    {
        final long drained = nrDrained();
        if (null != histogram)
        {
            for (long i = Math.max(nrTaken, drained - LATENCIES); i < drained; i++)
            {
                histogram.recordValue(Math.min(
                    latencies.getLong((int)(i & (LATENCIES - 1)) * Long.BYTES), histogram.getHighestTrackableValue()));
            }
        }
        nrTaken = drained;
    }

    /**
     * Records submitted so far.
     *
     * @return count.
     */
    long nrEmitted()
    {
        return words.getLongVolatile(NR_EMITTED_OFFSET);
    }

    /**
     * Decisions drained so far.
     *
     * @return count.
     */
    long nrDrained()
    {
        return words.getLongVolatile(NR_DRAINED_OFFSET);
    }

    /**
     * A counter of the product's BPF functions.
     *
     * @param counter which one.
     * @return its sum over the CPUs.
     */
    long counter(final KernelCounter counter)
    {
        long sum = 0;
        for (int cpu = 0; cpu < SchedAbi.SCHED_MAX_CPUS; cpu++)
        {
            sum += counters.getLongVolatile(cpu * KernelCounter.ENTRY_BYTES + counter.offset());
        }
        return sum;
    }

    /**
     * Checks that each record was decided, and each decision claimed, exactly once, without a system call.
     *
     * @throws IllegalStateException if not, with the figures.
     */
    void checkBooks()
    {
        final long emitted = nrEmitted();
        final long wrong = words.getLongVolatile(NR_REFUSED_OFFSET) + words.getLongVolatile(NR_STRANGE_OFFSET) +
            words.getLongVolatile(NR_BROKEN_OFFSET) + words.getLongVolatile(NR_DOORBELLS_OFFSET) +
            counter(KernelCounter.NR_LOST) + counter(KernelCounter.NR_CANCELLED) + counter(KernelCounter.NR_WAKEUPS) +
            counter(KernelCounter.NR_UNWATCHED);
        if (0 != wrong || emitted != nrDrained() || emitted != counter(KernelCounter.NR_QUEUED) ||
            emitted != counter(KernelCounter.NR_DECIDED))
        {
            throw new IllegalStateException("the books do not balance: emitted=" + emitted + ", drained=" +
                nrDrained() + ", queued=" + counter(KernelCounter.NR_QUEUED) + ", decided=" +
                counter(KernelCounter.NR_DECIDED) + ", cancelled=" + counter(KernelCounter.NR_CANCELLED) + ", lost=" +
                counter(KernelCounter.NR_LOST) + ", refused=" + words.getLongVolatile(NR_REFUSED_OFFSET) +
                ", strange=" + words.getLongVolatile(NR_STRANGE_OFFSET) + ", broken=" +
                words.getLongVolatile(NR_BROKEN_OFFSET) + ", doorbells=" + words.getLongVolatile(NR_DOORBELLS_OFFSET));
        }
    }

    @Override
    public void close()
    {
        end.countDown();
        LibBpf.munmap(words.addressOffset(), WORDS_BYTES);
        LibBpf.munmap(latencies.addressOffset(), LATENCIES_BYTES);
        LibBpf.munmap(counters.addressOffset(), COUNTERS_BYTES);
        LibBpf.closeObject(object);
    }

    /** The object as a transport sees it, which has borrowed it only. */
    private final class BorrowedObject implements SchedExtObject
    {
        BorrowedObject()
        {
        }

        @Override
        public int mapFd(final String map)
        {
            return LibBpf.mapFd(object, map);
        }

        @Override
        public int programFd(final String program)
        {
            return LibBpf.programFd(object, program);
        }

        @Override
        public void attach()
        {
            throw new UnsupportedOperationException("this kernel's side schedules nothing");
        }

        @Override
        public void detach()
        {
        }

        @Override
        public void close()
        {
        }
    }
}
