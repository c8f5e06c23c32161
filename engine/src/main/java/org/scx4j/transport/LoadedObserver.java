// SPDX-License-Identifier: Apache-2.0
package org.scx4j.transport;

import org.scx4j.jni.LibBpf;
import org.scx4j.jni.LibC;
import org.scx4j.protocol.ShadowAbi;

/**
 * The observer that this process has loaded. It ends with this process at the latest.
 * <p>
 * Thread safety: as of {@link KernelObject}.
 */
final class LoadedObserver implements KernelObject
{
    /**
     * The end of a wait is seen before its begin, and for longer: else a task would seem to wait that has run. So they
     * are attached in this order, and detached in the opposite one.
     */
    private static final String[] PROGRAMS =
        {"observe_exit", "observe_switch", "observe_wakeup", "observe_wakeup_new"};
    /** Maps of the scheduler that the observer has no use for. */
    private static final String[] UNUSED_MAPS = {"exit_record", "inflight", "cpu_selection"};

    private final long object;
    private final long[] links = new long[PROGRAMS.length];
    private boolean closed;

    /**
     * Loads the observer; it does not observe yet.
     *
     * @param options  checked.
     * @param nrCpuIds number of CPUs that the kernel can have.
     */
    LoadedObserver(final ShadowOptions options, final int nrCpuIds)
    {
        object = LibBpf.openObject(
            ObjectFile.read(options.object(), ShadowTransport.OBJECT_RESOURCE), "scx4j_observer");
        boolean isLoaded = false;
        try
        {
            ObjectFile.checkAbi(object, ShadowAbi.structs(), ShadowAbi.LAYOUT_HASH);
            LibBpf.setRodata(object, "per_cpu_local", options.perCpuLocal() ? 1 : 0);
            LibBpf.setRodata(object, "nr_cpu_ids", nrCpuIds);
            LibBpf.setMapEntries(object, "cpu_states", nrCpuIds);
            LibBpf.setMapEntries(object, "counters", nrCpuIds);
            LibBpf.setMapEntries(object, "observations", nrCpuIds);
            LibBpf.setMapEntries(object, "queued", options.queuedBytes());
            LibBpf.setMapEntries(object, "outcomes", options.queuedBytes());
            LibBpf.setMapEntries(object, "dispatched", options.dispatchedBytes());
            for (final String map : UNUSED_MAPS)
            {
                LibBpf.setAutocreate(object, map, false);
            }
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
            for (int i = 0; i < PROGRAMS.length; i++)
            {
                links[i] = LibBpf.attachProgram(object, PROGRAMS[i]);
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

    @Override
    public void detach()
    {
        for (int i = links.length - 1; i >= 0; i--)
        {
            if (0 != links[i])
            {
                LibBpf.destroyLink(links[i]);
                links[i] = 0;
            }
        }
    }

    @Override
    public void close()
    {
        if (!closed)
        {
            closed = true;
            detach();
            LibBpf.closeObject(object);
        }
    }
}
