// SPDX-License-Identifier: Apache-2.0
package org.scx4j.transport;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.scx4j.jni.LibBpf;
import org.scx4j.protocol.ExitRecordDescriptor;

/**
 * A scheduler that was kept from a process that is gone: it schedules already, by the kernel's side.
 * <p>
 * Thread safety: as of {@link SchedExtObject}.
 */
final class KeptSchedExt implements SchedExtObject
{
    private final PinFolder pins;
    private final String identity;
    /** Opened when asked for: by the hot threads too, all at once as they enter. */
    private final Map<String, Integer> fds = new ConcurrentHashMap<>();
    private boolean isDetached;

    /**
     * Opens it.
     *
     * @param pins     where it is pinned.
     * @param identity under which.
     */
    KeptSchedExt(final PinFolder pins, final String identity)
    {
        this.pins = pins;
        this.identity = identity;
    }

    /**
     * Whether it still schedules: the kernel may have ended it since.
     *
     * @return false also if it is not complete.
     */
    boolean isRunning()
    {
        if (!pins.hasLink(identity))
        {
            return false;
        }
        final MappedRegion record =
            new MappedRegion(mapFd("exit_record"), 0, ExitRecordDescriptor.RECORD_BYTES, false);
        try
        {
            return 0 == record.buffer(0, ExitRecordDescriptor.RECORD_BYTES)
                .getLongVolatile(ExitRecordDescriptor.KIND_OFFSET);
        }
        finally
        {
            record.unmap();
        }
    }

    /** Under which name it is pinned, see {@link LoadedSchedExt#identity}. */
    String identity()
    {
        return identity;
    }

    @Override
    public int mapFd(final String map)
    {
        return fd(map);
    }

    @Override
    public int programFd(final String program)
    {
        return fd(program);
    }

    private int fd(final String name)
    {
        return fds.computeIfAbsent(name, n -> LibBpf.openPinned(pins.path(identity, n)));
    }

    @Override
    public void attach()
    {
        fd(PinFolder.LINK); // it is; but from here on this process holds the link too
    }

    @Override
    public void detach()
    {
        if (isDetached)
        {
            return;
        }
        isDetached = true;
        if (pins.hasLink(identity))
        {
            LibBpf.detachLink(fd(PinFolder.LINK));
        }
        pins.remove(identity);
    }

    @Override
    public void close()
    {
        fds.values().forEach(LibBpf::closeFd);
        fds.clear();
    }
}
