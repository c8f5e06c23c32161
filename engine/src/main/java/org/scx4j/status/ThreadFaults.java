// SPDX-License-Identifier: Apache-2.0
package org.scx4j.status;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Page faults of some threads of this process, read from procfs while they run.
 * <p>
 * A thread is found by its id if that is what procfs calls it, else by its name: in a pid namespace a scheduler knows
 * threads by numbers that are not those of procfs. A thread that is not found counts as one without faults.
 * <p>
 * Thread safety: one thread at a time, not one of those that are watched.
 */
public final class ThreadFaults
{
    /** The kernel cuts a thread's name to this length. */
    private static final int NAME_CHARS = 15;
    /** Fields of {@code /proc/PID/stat}, counted behind the name, which is number 2. */
    private static final int MINOR_FIELD = 10 - 3;
    private static final int MAJOR_FIELD = 12 - 3;

    private final List<Path> folders = new ArrayList<>();
    private final long atStart;
    private long nrFaults;

    /**
     * Finds the threads; counts from now on.
     *
     * @param tasks     folder of the process's threads, {@code /proc/self/task}.
     * @param threadIds the kernel's ids of the threads, 0 for one that is not known.
     * @param names     of the threads, in the same order.
     */
    public ThreadFaults(final Path tasks, final int[] threadIds, final String[] names)
    {
        for (int i = 0; i < threadIds.length; i++)
        {
            final String name = names[i].substring(0, Math.min(NAME_CHARS, names[i].length()));
            final Path known = tasks.resolve(Integer.toString(threadIds[i]));
            final Path folder = isNamed(known, name) ? known : find(tasks, name);
            if (null != folder)
            {
                folders.add(folder);
            }
        }
        atStart = sum();
    }

    private Path find(final Path tasks, final String name)
    {
        try (DirectoryStream<Path> candidates = Files.newDirectoryStream(tasks))
        {
            for (final Path candidate : candidates)
            {
                if (!folders.contains(candidate) && isNamed(candidate, name))
                {
                    return candidate;
                }
            }
        }
        catch (final IOException ex)
        {
            return null; // no procfs: nothing is counted
        }
        return null;
    }

    private static boolean isNamed(final Path folder, final String name)
    {
        try
        {
            return name.equals(Files.readString(folder.resolve("comm")).strip());
        }
        catch (final IOException ex)
        {
            return false;
        }
    }

    /** Reads the threads' counts; those of a thread that is gone are kept as they were. */
    public void sample()
    {
        nrFaults = Math.max(nrFaults, sum() - atStart);
    }

    /**
     * Minor and major page faults of all threads.
     *
     * @return count, as of the last sample.
     */
    public long nrFaults()
    {
        return nrFaults;
    }

    private long sum()
    {
        long sum = 0;
        for (final Path folder : folders)
        {
            sum += faults(folder);
        }
        return sum;
    }

    private static long faults(final Path folder)
    {
        try
        {
            final String stat = Files.readString(folder.resolve("stat"));
            final String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ");
            return Long.parseLong(fields[MINOR_FIELD]) + Long.parseLong(fields[MAJOR_FIELD]);
        }
        catch (final IOException ex)
        {
            return 0;
        }
    }
}
