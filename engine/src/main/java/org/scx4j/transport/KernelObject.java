// SPDX-License-Identifier: Apache-2.0
package org.scx4j.transport;

/**
 * A BPF object in the kernel: its maps, its programs, and whether they are called.
 * <p>
 * Thread safety: for one thread at a time; file descriptors may be used by any until {@link #close()}.
 */
public interface KernelObject extends AutoCloseable
{
    /**
     * File descriptor of a map; this object owns it.
     *
     * @param map name.
     * @return descriptor.
     */
    int mapFd(String map);

    /**
     * File descriptor of a program; this object owns it.
     *
     * @param program name of the program's function.
     * @return descriptor.
     */
    int programFd(String program);

    /** Has the kernel call it, from its return on; without effect if it does. */
    void attach();

    /** Ends that; idempotent. From its return on the kernel is on its own, and nothing is pinned. */
    void detach();

    /** Closes all descriptors. What was not detached before goes on only if it is pinned. */
    @Override
    void close();
}
