// SPDX-License-Identifier: Apache-2.0
package org.scx4j.transport;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import org.scx4j.jni.LibBpf;
import org.scx4j.jni.LibC;
import org.scx4j.protocol.SchedAbi;

/**
 * A scheduler that this process has loaded. It ends with this process, unless it is pinned.
 * <p>
 * Thread safety: as of {@link SchedExtObject}.
 */
final class LoadedSchedExt implements SchedExtObject
{
    private static final String[] OPS_FLAGS =
        {"SCX_OPS_ENQ_EXITING", "SCX_OPS_ENQ_MIGRATION_DISABLED", "SCX_OPS_KEEP_BUILTIN_IDLE"};
    private static final int HELD_PART_OF_TIMEOUT = 4;
    /**
     * The kernel's watchdog runs every half of the timeout, in a worker thread that a policy may hold; the thread that
     * makes workers, and the new worker, may be held too: together that must stay well below the timeout.
     */
    private static final int HELD_KTHREAD_PART_OF_TIMEOUT = 16;
    /** Hexadecimal digits of an identity. */
    private static final int IDENTITY_CHARS = 16;

    private final long object;
    private final PinFolder pins;
    private final String identity;
    private long link;
    private boolean closed;

    /**
     * Loads a scheduler; it does not schedule yet.
     *
     * @param elf       the BPF object.
     * @param options   checked.
     * @param nrCpuIds  number of CPUs that the kernel can have.
     * @param hotplugSequence of the kernel as the CPUs were read.
     * @param pins      where to pin it while it schedules, null for nowhere.
     */
    LoadedSchedExt(
        final byte[] elf,
        final SchedExtOptions options,
        final int nrCpuIds,
        final long hotplugSequence,
        final PinFolder pins)
    {
        this.pins = pins;
        this.identity = identity(elf, options, nrCpuIds);
        this.object = LibBpf.openObject(elf, "scx4j");
        boolean isLoaded = false;
        try
        {
            ObjectFile.checkAbi(object, SchedAbi.structs(), SchedAbi.LAYOUT_HASH);
            configure(options, nrCpuIds, hotplugSequence);
            LibC.raiseMemlockLimit();
            LibBpf.load(object);
            isLoaded = true;
        }
        finally
        {
            if (!isLoaded)
            {
                close();
            }
        }
    }

    /**
     * The BPF object that options name.
     *
     * @param options with a file, or null for the one in the class path.
     * @return its bytes.
     */
    static byte[] elf(final SchedExtOptions options)
    {
        return ObjectFile.read(options.object(), SchedExtTransport.OBJECT_RESOURCE);
    }

    /**
     * What makes two loaded schedulers the same for an engine: the object, and all that is set before it is loaded but
     * its name. What an engine sets while it runs does not count.
     *
     * @param elf      the BPF object.
     * @param options  of the engine.
     * @param nrCpuIds number of CPUs that the kernel can have.
     * @return a name of {@value #IDENTITY_CHARS} characters.
     */
    static String identity(final byte[] elf, final SchedExtOptions options, final int nrCpuIds)
    {
        try
        {
            final MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(elf);
            digest.update(String.join(" ", Integer.toString(nrCpuIds), Integer.toString(options.queuedBytes()),
                Integer.toString(options.dispatchedBytes()), Integer.toString(options.timeoutMs()),
                Long.toString(options.rescueNs()), Long.toString(options.leaseNs()), Long.toString(options.pollNs()),
                Integer.toString(options.exitDumpBytes()), options.mode().toString()).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest.digest()).substring(0, IDENTITY_CHARS);
        }
        catch (final NoSuchAlgorithmException ex)
        {
            throw new IllegalStateException("every Java has SHA-256", ex);
        }
    }

    private void configure(final SchedExtOptions options, final int nrCpuIds, final long hotplugSequence)
    {
        final SchedExtMode mode = options.mode();
        long flags = 0;
        for (final String flag : OPS_FLAGS)
        {
            flags |= opsFlag(flag);
        }
        flags |= mode.partial() ? opsFlag("SCX_OPS_SWITCH_PARTIAL") : 0;
        flags |= mode.lateBinding() ? opsFlag("SCX_OPS_ENQ_LAST") : 0;
        LibBpf.setOpsName(object, OPS_MAP, options.opsName());
        LibBpf.setOpsMember(object, OPS_MAP, "flags", flags);
        LibBpf.setOpsMember(object, OPS_MAP, "timeout_ms", options.timeoutMs());
        LibBpf.setOpsMember(object, OPS_MAP, "hotplug_seq", hotplugSequence);
        LibBpf.setOpsMember(object, OPS_MAP, "exit_dump_len", options.exitDumpBytes());
        LibBpf.setRodata(object, "poll_ns", mode.lowPower() ? 0 : options.pollNs());
        LibBpf.setRodata(object, "rescue_ns", options.rescueNs());
        LibBpf.setRodata(object, "rescue_held_kthread_ns", rescueHeldNs(options, HELD_KTHREAD_PART_OF_TIMEOUT));
        LibBpf.setRodata(object, "rescue_held_ns", rescueHeldNs(options, HELD_PART_OF_TIMEOUT));
        LibBpf.setRodata(object, "lease_ns", options.leaseNs());
        LibBpf.setRodata(object, "ends_with_engine", Keeping.NO == options.keeping() ? 1 : 0);
        LibBpf.setRodata(object, "builtin_idle", mode.builtinIdle() ? 1 : 0);
        LibBpf.setRodata(object, "low_power", mode.lowPower() ? 1 : 0);
        LibBpf.setRodata(object, "per_cpu_local", mode.perCpuLocal() ? 1 : 0);
        LibBpf.setRodata(object, "late_binding", mode.lateBinding() ? 1 : 0);
        LibBpf.setRodata(object, "queued_bytes", options.queuedBytes());
        LibBpf.setMapEntries(object, "cpu_states", nrCpuIds);
        LibBpf.setMapEntries(object, "counters", nrCpuIds);
        LibBpf.setMapEntries(object, "queued", options.queuedBytes());
        LibBpf.setMapEntries(object, "dispatched", options.dispatchedBytes());
    }

    private static long rescueHeldNs(final SchedExtOptions options, final int partOfTimeout)
    {
        return 0 == options.rescueNs() ? 0 :
            Math.max(options.rescueNs(), TimeUnit.MILLISECONDS.toNanos(options.timeoutMs()) / partOfTimeout);
    }

    private static long opsFlag(final String name)
    {
        return Math.max(0, LibBpf.kernelEnumValue("scx_ops_flags", name));
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
        boolean isWhole = false;
        try
        {
            pinParts();
            link = LibBpf.attachStructOps(object, OPS_MAP);
            if (null != pins)
            {
                pins.pin(identity, PinFolder.LINK, LibBpf.linkFd(link));
            }
            isWhole = true;
        }
        finally
        {
            if (!isWhole)
            {
                detach();
            }
        }
    }

    /** Before the attach: a process that dies between the two leaves names, but no scheduler. */
    private void pinParts()
    {
        if (null != pins)
        {
            pins.create(identity);
            for (final String map : PinFolder.MAPS)
            {
                pins.pin(identity, map, mapFd(map));
            }
            for (final String program : PinFolder.PROGRAMS)
            {
                pins.pin(identity, program, programFd(program));
            }
        }
    }

    @Override
    public void detach()
    {
        if (null != pins)
        {
            pins.remove(identity); // while this process holds the link, which is then destroyed at once and waited for
        }
        if (0 != link)
        {
            LibBpf.destroyLink(link);
            link = 0;
        }
    }

    @Override
    public void close()
    {
        if (!closed)
        {
            closed = true;
            LibBpf.closeObject(object);
        }
    }
}
