// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.scx4j.vm.SchedulerProcess;

/**
 * A program that a workload consists of, while it runs. What it has started ends with it.
 * <p>
 * Thread safety: for one thread.
 */
final class Program implements AutoCloseable
{
    private static final int TIMEOUT_S = 300;

    private final String name;
    private final Process process;
    private final Path out;
    private final long beginNs = System.nanoTime();

    /**
     * Starts it.
     *
     * @param command one of the programs that the build makes for the VM, or of this machine, and its arguments.
     */
    Program(final List<String> command) throws WorkloadException
    {
        name = command.get(0);
        final Path own = SchedulerProcess.home().resolve("native/target/vm").resolve(name);
        final List<String> full = new ArrayList<>(command);
        full.set(0, Files.exists(own) ? own.toString() : name);
        try
        {
            out = Files.createTempFile("bench", ".out");
            process = new ProcessBuilder(full).redirectErrorStream(true).redirectOutput(out.toFile()).start();
        }
        catch (final IOException ex)
        {
            throw new WorkloadException("can't start " + name + ": " + ex.getMessage(), ex);
        }
    }

    /** Tells it to end. */
    void terminate()
    {
        process.destroy();
    }

    /** Waits until it has done its work, and returns what it has printed. */
    String await() throws WorkloadException, InterruptedException
    {
        if (!process.waitFor(TIMEOUT_S, TimeUnit.SECONDS))
        {
            throw new WorkloadException(name + " has not ended after " + TIMEOUT_S + " s");
        }
        final String text;
        try
        {
            text = Files.readString(out).strip();
        }
        catch (final IOException ex)
        {
            throw new WorkloadException("can't read what " + name + " has printed: " + ex.getMessage(), ex);
        }
        if (0 != process.exitValue())
        {
            throw new WorkloadException(
                name + " ended with status " + process.exitValue() + ": " + text.replace('\n', ' '));
        }
        return text;
    }

    /** Since its start, nanoseconds. */
    long elapsedNs()
    {
        return System.nanoTime() - beginNs;
    }

    @Override
    public void close()
    {
        if (process.isAlive())
        {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        try
        {
            process.waitFor();
        }
        catch (final InterruptedException ex)
        {
            Thread.currentThread().interrupt();
        }
        out.toFile().delete();
    }
}
