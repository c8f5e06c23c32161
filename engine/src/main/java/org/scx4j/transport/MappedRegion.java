// SPDX-License-Identifier: Apache-2.0
package org.scx4j.transport;

import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.scx4j.jni.LibBpf;

/**
 * A piece of a BPF map in this process's memory.
 * <p>
 * Thread safety: unmap only after the last access.
 */
final class MappedRegion
{
    private final long address;
    private final long lengthBytes;
    private boolean mapped = true;

    /**
     * Maps.
     *
     * @param fd          of the map.
     * @param offset      in the map's file, bytes, a multiple of the page.
     * @param lengthBytes of the region.
     * @param writable    whether it is also for writing.
     */
    MappedRegion(final int fd, final long offset, final long lengthBytes, final boolean writable)
    {
        this.lengthBytes = lengthBytes;
        this.address = LibBpf.mmap(fd, offset, lengthBytes, writable);
    }

    AtomicBuffer buffer(final long offset, final int length)
    {
        if (offset < 0 || offset + length > lengthBytes)
        {
            throw new IndexOutOfBoundsException("beyond the mapping: offset=" + offset + ", length=" + length +
                ", lengthBytes=" + lengthBytes);
        }
        return new UnsafeBuffer(address + offset, length);
    }

    void unmap()
    {
        if (mapped)
        {
            mapped = false;
            LibBpf.munmap(address, lengthBytes);
        }
    }
}
