// SPDX-License-Identifier: Apache-2.0
package org.scx4j.bench;

import org.agrona.concurrent.UnsafeBuffer;
import org.scx4j.jni.LibBpf;
import org.scx4j.jni.LibC;
import org.scx4j.protocol.QueuedTaskDescriptor;
import org.scx4j.transport.BpfRingBuffer;
import org.scx4j.transport.BpfUserRingBuffer;

/**
 * The two rings of {@code rings.bpf.c} in this machine's kernel, mapped as the engine maps those of its scheduler.
 * <p>
 * Thread safety: for one thread.
 */
final class KernelRings implements AutoCloseable
{
    private static final String OBJECT_RESOURCE = "META-INF/bpf/rings.bpf.o";
    private static final int SCRIPT_BYTES = 72;
    private static final int COUNT_OFFSET = 0;
    private static final int DRAIN_STATUS_OFFSET = 48;

    private final long object;
    private final int ringBytes;
    private final int pageBytes;
    private final int produceFd;
    private final int drainFd;
    private final long scriptAddress;
    private final UnsafeBuffer script;
    private final long queuedConsumer;
    private final long queuedProducer;
    private final long dispatchedConsumer;
    private final long dispatchedProducer;

    /**
     * Loads the programs, and maps the rings.
     *
     * @param ringBytes of each ring, a power of two.
     */
    KernelRings(final int ringBytes)
    {
        this.ringBytes = ringBytes;
        this.pageBytes = LibC.pageBytes();
        object = LibBpf.openObject(BpfResource.read(OBJECT_RESOURCE), "rings");
        LibC.raiseMemlockLimit();
        LibBpf.setMapEntries(object, "queued", ringBytes);
        LibBpf.setMapEntries(object, "dispatched", ringBytes);
        LibBpf.load(object);
        produceFd = LibBpf.programFd(object, "produce");
        drainFd = LibBpf.programFd(object, "drain");
        scriptAddress = LibBpf.mmap(LibBpf.mapFd(object, "script"), 0, SCRIPT_BYTES, true);
        script = new UnsafeBuffer(scriptAddress, SCRIPT_BYTES);
        queuedConsumer = LibBpf.mmap(queuedFd(), 0, pageBytes, true);
        queuedProducer = LibBpf.mmap(queuedFd(), pageBytes, producerBytes(), false);
        dispatchedConsumer = LibBpf.mmap(dispatchedFd(), 0, pageBytes, false);
        dispatchedProducer = LibBpf.mmap(dispatchedFd(), pageBytes, producerBytes(), true);
    }

    private long producerBytes()
    {
        return pageBytes + 2L * ringBytes;
    }

    int queuedFd()
    {
        return LibBpf.mapFd(object, "queued");
    }

    int dispatchedFd()
    {
        return LibBpf.mapFd(object, "dispatched");
    }

    /** A reader that begins where the ring's last one has ended. */
    BpfRingBuffer queued()
    {
        return new BpfRingBuffer(
            new UnsafeBuffer(queuedConsumer, Long.BYTES),
            new UnsafeBuffer(queuedProducer, Long.BYTES),
            new UnsafeBuffer(queuedProducer + pageBytes, 2 * ringBytes),
            ringBytes, QueuedTaskDescriptor.RECORD_BYTES);
    }

    /** A writer that begins where the ring's last one has ended. */
    BpfUserRingBuffer dispatched()
    {
        return new BpfUserRingBuffer(
            new UnsafeBuffer(dispatchedConsumer, Long.BYTES),
            new UnsafeBuffer(dispatchedProducer, Long.BYTES),
            new UnsafeBuffer(dispatchedProducer + pageBytes, 2 * ringBytes),
            ringBytes);
    }

    /**
     * The kernel's end of the queued ring: writes records.
     *
     * @param count of records.
     */
    void produce(final int count)
    {
        script.putLong(COUNT_OFFSET, count);
        run(produceFd);
    }

    /**
     * The kernel's end of the dispatched ring: takes what is there.
     *
     * @return decisions taken.
     */
    long drain()
    {
        run(drainFd);
        final long status = script.getLongVolatile(DRAIN_STATUS_OFFSET);
        if (status < 0)
        {
            throw new IllegalStateException("the kernel can't drain the ring: result=" + status);
        }
        return status;
    }

    private static void run(final int programFd)
    {
        final int result = LibBpf.runProgram(programFd, 0, 0);
        if (0 != result)
        {
            throw new IllegalStateException("can't run the BPF program: result=" + result);
        }
    }

    @Override
    public void close()
    {
        LibBpf.munmap(scriptAddress, SCRIPT_BYTES);
        LibBpf.munmap(queuedConsumer, pageBytes);
        LibBpf.munmap(queuedProducer, producerBytes());
        LibBpf.munmap(dispatchedConsumer, pageBytes);
        LibBpf.munmap(dispatchedProducer, producerBytes());
        LibBpf.closeObject(object);
    }
}
