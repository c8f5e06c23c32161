// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A process that wants all the CPU time it can get, of some nice value, on one CPU or on any.
 */
final class Burner implements AutoCloseable
{
    private static final String LOOP = "while :; do :; done";
    private static final int UTIME_FIELD = 11;
    private static final int STIME_FIELD = 12;

    private final Process process;

    private Burner(final Process process)
    {
        this.process = process;
    }

    static Burner pinned(final int nice, final int cpu) throws IOException
    {
        return start(List.of("taskset", "-c", Integer.toString(cpu),
            "nice", "-n", Integer.toString(nice), "sh", "-c", LOOP));
    }

    static Burner anywhere(final int nice) throws IOException
    {
        return start(List.of("nice", "-n", Integer.toString(nice), "sh", "-c", LOOP));
    }

    private static Burner start(final List<String> command) throws IOException
    {
        return new Burner(new ProcessBuilder(command).inheritIO().start());
    }

    boolean isAlive()
    {
        return process.isAlive();
    }

    long pid()
    {
        return process.pid();
    }

    /** CPU time used so far, user and system, in ticks of 10 ms. */
    long cpuTicks() throws IOException
    {
        final String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
        final String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return Long.parseLong(fields[UTIME_FIELD]) + Long.parseLong(fields[STIME_FIELD]);
    }

    @Override
    public void close()
    {
        process.destroyForcibly();
        try
        {
            process.waitFor(10, TimeUnit.SECONDS);
        }
        catch (final InterruptedException ex)
        {
            Thread.currentThread().interrupt();
        }
    }
}
