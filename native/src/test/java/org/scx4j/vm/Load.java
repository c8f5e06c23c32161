// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * CPU burners, a loop of hackbench and a fork storm, for as long as they are wanted; the two loops then end in order.
 */
public final class Load implements AutoCloseable
{
    private static final String BURNER = "while :; do :; done";
    /** What a loop does in each round, how many rounds it does at least, and what it notes after each. */
    private static final String LOOP =
        "i=0; while [ $i -lt %d ] || [ ! -e '%s' ]; do %s || exit 9; i=$((i + 1)); echo -n x >> '%s'; done";
    private static final String HACKBENCH = "hackbench -l 20 -g 1 -f 4 -s 64 >/dev/null";
    private static final int HACKBENCH_ROUNDS = 3;
    private static final String FORK = "/bin/true";
    private static final int FORKS = 30;

    private final List<Process> burners = new ArrayList<>();
    private final List<Process> loops = new ArrayList<>();
    private final List<String> prefix;
    private final Path progress;
    private final Path enough;
    private final Path said;

    /**
     * Starts it.
     *
     * @param nrBurners beside the two loops.
     * @param prefix    in front of each command, such as {@code taskset -c 0}.
     * @throws IOException if it does not start.
     */
    public Load(final int nrBurners, final String... prefix) throws IOException
    {
        this.prefix = List.of(prefix);
        progress = Files.createTempFile("load", ".progress");
        enough = progress.resolveSibling(progress.getFileName() + ".enough");
        said = progress.resolveSibling(progress.getFileName() + ".said");
        for (int i = 0; i < nrBurners; i++)
        {
            burners.add(start(BURNER));
        }
        loops.add(start(String.format(LOOP, HACKBENCH_ROUNDS, enough, HACKBENCH, progress)));
        loops.add(start(String.format(LOOP, FORKS, enough, FORK, progress)));
    }

    private Process start(final String script) throws IOException
    {
        final List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of("sh", "-c", script));
        return new ProcessBuilder(command).redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(said.toFile())).start();
    }

    /**
     * Lets the loops end once they have done their least, while the burners go on.
     *
     * @param seconds how long to wait for that.
     * @return whether both ended within that time, and no round of theirs failed.
     * @throws IOException          if they can't be told.
     * @throws InterruptedException if interrupted.
     */
    public boolean finish(final int seconds) throws IOException, InterruptedException
    {
        if (!Files.exists(enough))
        {
            Files.createFile(enough);
        }
        final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        for (final Process loop : loops)
        {
            if (!loop.waitFor(deadlineNs - System.nanoTime(), TimeUnit.NANOSECONDS) || 0 != loop.exitValue())
            {
                return false;
            }
        }
        return true;
    }

    /**
     * What there is to know of a load that did not finish.
     *
     * @return exit status of each loop, and what they have said.
     * @throws IOException if that can't be read.
     */
    public String describe() throws IOException
    {
        return "hackbench and fork loops: " + loops.stream()
            .map((loop) -> loop.isAlive() ? "running" : "exit status " + loop.exitValue()).toList() + " " +
            Files.readString(said).strip().replace('\n', ' ');
    }

    /** Rounds of hackbench and forks completed so far. */
    long progress() throws IOException
    {
        return Files.size(progress);
    }

    boolean isComplete()
    {
        return processes().allMatch(Process::isAlive);
    }

    private Stream<Process> processes()
    {
        return Stream.concat(burners.stream(), loops.stream());
    }

    @Override
    public void close()
    {
        final List<Process> processes = processes().toList();
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
