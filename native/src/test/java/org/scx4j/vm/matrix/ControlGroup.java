// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm.matrix;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A control group of our own, with one controller; at the end everybody in it is killed.
 */
final class ControlGroup implements AutoCloseable
{
    private static final Path ROOT = Path.of("/sys/fs/cgroup");
    private static final long REMOVE_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(20);
    private static final long POLL_NS = TimeUnit.MILLISECONDS.toNanos(20);

    private final Path folder;

    ControlGroup(final String name, final String controller) throws IOException
    {
        folder = ROOT.resolve("scx4j-" + name + "-" + System.nanoTime());
        Files.writeString(ROOT.resolve("cgroup.subtree_control"), "+" + controller);
        Files.createDirectory(folder);
    }

    /** Where a process writes its id to enter. */
    Path members()
    {
        return folder.resolve("cgroup.procs");
    }

    void set(final String file, final String value) throws IOException
    {
        Files.writeString(folder.resolve(file), value);
    }

    /** A number out of a file of lines "name number". */
    long event(final String file, final String name) throws IOException
    {
        return Files.readAllLines(folder.resolve(file)).stream().map((line) -> line.split(" "))
            .filter((words) -> words[0].equals(name)).mapToLong((words) -> Long.parseLong(words[1])).findFirst()
            .orElseThrow(() -> new AssertionError("no '" + name + "' in " + folder.resolve(file)));
    }

    /** Again and again: who was about to enter when the others were killed enters an empty group. */
    @Override
    public void close() throws IOException
    {
        final long deadlineNs = System.nanoTime() + REMOVE_TIMEOUT_NS;
        while (!isRemoved(deadlineNs))
        {
            LockSupport.parkNanos(POLL_NS);
        }
    }

    private boolean isRemoved(final long deadlineNs) throws IOException
    {
        set("cgroup.kill", "1");
        try
        {
            Files.delete(folder);
            return true;
        }
        catch (final FileSystemException ex)
        {
            if (System.nanoTime() > deadlineNs)
            {
                throw ex;
            }
            return false;
        }
    }
}
