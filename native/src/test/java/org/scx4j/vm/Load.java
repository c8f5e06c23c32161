// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * CPU burners, a loop of hackbench and a fork storm, for as long as they are wanted.
 */
final class Load implements AutoCloseable
{
    private static final String BURNER = "while :; do :; done";
    private static final String HACKBENCH =
        "while :; do hackbench -l 20 -g 1 -f 4 -s 64 >/dev/null || exit 9; echo -n h >> '%s'; done";
    private static final String FORK_STORM = "while :; do /bin/true; echo -n f >> '%s'; done";

    private final List<Process> processes = new ArrayList<>();
    private final Path progress;

    Load(final int burners) throws IOException
    {
        progress = Files.createTempFile("load", ".progress");
        for (int i = 0; i < burners; i++)
        {
            start(BURNER);
        }
        start(String.format(HACKBENCH, progress));
        start(String.format(FORK_STORM, progress));
    }

    private void start(final String script) throws IOException
    {
        processes.add(new ProcessBuilder("sh", "-c", script).redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD).start());
    }

    /** Rounds of hackbench and forks completed so far. */
    long progress() throws IOException
    {
        return Files.size(progress);
    }

    boolean isComplete()
    {
        return processes.stream().allMatch(Process::isAlive);
    }

    @Override
    public void close()
    {
        for (final Process process : processes)
        {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        for (final Process process : processes)
        {
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
}
