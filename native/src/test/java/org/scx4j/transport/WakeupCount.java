// SPDX-License-Identifier: Apache-2.0
package org.scx4j.transport;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.agrona.concurrent.AtomicBuffer;
import org.scx4j.jni.LibBpf;
import org.scx4j.jni.LibC;
import org.scx4j.jni.NativeLibrary;

/**
 * All wake-ups of this machine, counted by a BPF program that has nothing in common with the observer.
 * <p>
 * Thread safety: none.
 */
public final class WakeupCount implements AutoCloseable
{
    private static final String RESOURCE = "META-INF/bpf/wakeup_count.bpf.o";
    private static final int MAX_CPUS = 1024;

    private final long object;
    private final long[] links;
    private final MappedRegion region;
    private final AtomicBuffer counts;

    /** Counts from now on; the caller has looked whether this machine can. */
    public WakeupCount()
    {
        object = LibBpf.openObject(ObjectFile.read(null, RESOURCE), "wakeup_count");
        LibC.raiseMemlockLimit();
        LibBpf.load(object);
        region = new MappedRegion(LibBpf.mapFd(object, "wakeups"), 0, (long)MAX_CPUS * Long.BYTES, false);
        counts = region.buffer(0, MAX_CPUS * Long.BYTES);
        links = new long[]{
            LibBpf.attachProgram(object, "count_known"), LibBpf.attachProgram(object, "count_new")};
    }

    /** Aborts a test where this machine or this user can't. */
    static void assumePossible()
    {
        assumeTrue(NativeLibrary.isAvailable(), () -> NativeLibrary.unavailabilityCause().getMessage());
        assumeTrue(0 == LibC.effectiveUserId(), "needs root: loads BPF programs");
        assumeTrue(Files.isReadable(Path.of("/sys/kernel/btf/vmlinux")), "needs a kernel with BPF and BTF");
    }

    /**
     * Wake-ups so far.
     *
     * @return count.
     */
    public long sum()
    {
        long sum = 0;
        for (int cpu = 0; cpu < MAX_CPUS; cpu++)
        {
            sum += counts.getLongVolatile(cpu * Long.BYTES);
        }
        return sum;
    }

    @Override
    public void close()
    {
        for (final long link : links)
        {
            LibBpf.destroyLink(link);
        }
        region.unmap();
        LibBpf.closeObject(object);
    }
}
