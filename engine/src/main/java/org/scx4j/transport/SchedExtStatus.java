// SPDX-License-Identifier: Apache-2.0
package org.scx4j.transport;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What sysfs says of sched_ext: {@code /sys/kernel/sched_ext}.
 * <p>
 * Thread safety: stateless, every call reads anew.
 */
public final class SchedExtStatus
{
    private final Path folder;

    /**
     * Looks below a sysfs.
     *
     * @param sysfs where sysfs is mounted, normally {@code /sys}.
     */
    public SchedExtStatus(final Path sysfs)
    {
        this.folder = sysfs.resolve("kernel/sched_ext");
    }

    /**
     * Whether this kernel has sched_ext.
     *
     * @return true if it does.
     */
    public boolean isPresent()
    {
        return Files.isDirectory(folder);
    }

    /**
     * State of the class.
     *
     * @return {@code disabled}, {@code enabled}, or a step between; empty without sched_ext.
     */
    public String state()
    {
        return read("state");
    }

    /**
     * Name of the attached scheduler.
     *
     * @return name, empty if there is none.
     */
    public String ops()
    {
        return read("root/ops");
    }

    /**
     * Number of CPU hotplug events so far; a scheduler that was loaded with an older one is refused.
     *
     * @return sequence number, 0 if unknown.
     */
    public long hotplugSequence()
    {
        final String text = read("hotplug_seq");
        return text.isEmpty() ? 0 : Long.parseLong(text);
    }

    private String read(final String name)
    {
        try
        {
            return Files.readString(folder.resolve(name)).strip();
        }
        catch (final IOException ex)
        {
            return "";
        }
    }
}
