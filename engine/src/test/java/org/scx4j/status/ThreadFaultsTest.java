// SPDX-License-Identifier: Apache-2.0
package org.scx4j.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class ThreadFaultsTest
{
    @TempDir
    private Path tasks;

    @Test
    void shouldCountMinorAndMajorFaultsSinceItWasMade() throws IOException
    {
        task(11, "scx4j-reader", 100, 7);
        task(12, "scx4j-policy", 200, 9);
        final ThreadFaults faults = new ThreadFaults(tasks, new int[]{11, 12}, names("scx4j-reader", "scx4j-policy"));
        assertThat(faults.nrFaults()).isZero();

        task(11, "scx4j-reader", 103, 8);
        task(12, "scx4j-policy", 210, 9);
        faults.sample();

        assertThat(faults.nrFaults()).isEqualTo(14);
    }

    /** In a pid namespace number 11 may be somebody else. */
    @Test
    void shouldFindAThreadByItsNameWhenTheNumberIsNotIts() throws IOException
    {
        task(11, "GC Thread#0", 100, 0);
        task(12, "scx4j-stopper", 100, 0);
        task(13, "scx4j-[reader,p", 100, 0);
        final ThreadFaults faults =
            new ThreadFaults(tasks, new int[]{11}, names("scx4j-[reader,policy,dispatcher]"));

        task(11, "GC Thread#0", 1_000, 0);
        task(12, "scx4j-stopper", 1_000, 0);
        task(13, "scx4j-[reader,p", 105, 0);
        faults.sample();

        assertThat(faults.nrFaults()).isEqualTo(5);
    }

    @Test
    void shouldFindEachOfTwoThreadsOfOneName() throws IOException
    {
        task(21, "scx4j-policy", 0, 0);
        task(22, "scx4j-policy", 0, 0);
        final ThreadFaults faults = new ThreadFaults(tasks, new int[]{0, 0}, names("scx4j-policy", "scx4j-policy"));

        task(21, "scx4j-policy", 1, 0);
        task(22, "scx4j-policy", 0, 2);
        faults.sample();

        assertThat(faults.nrFaults()).isEqualTo(3);
    }

    @Test
    void shouldKeepWhatItCountedWhenTheThreadIsGone() throws IOException
    {
        task(11, "scx4j-reader", 100, 0);
        final ThreadFaults faults = new ThreadFaults(tasks, new int[]{11}, names("scx4j-reader"));
        task(11, "scx4j-reader", 104, 0);
        faults.sample();
        Files.delete(tasks.resolve("11/stat"));
        faults.sample();

        assertThat(faults.nrFaults()).isEqualTo(4);
    }

    @Test
    void shouldCountNothingWhenThereIsNoSuchThreadOrNoProcfs() throws IOException
    {
        task(11, "java", 100, 0);
        final ThreadFaults unknown = new ThreadFaults(tasks, new int[]{7}, names("scx4j-reader"));
        final ThreadFaults nowhere = new ThreadFaults(tasks.resolve("x"), new int[]{7}, names("scx4j-reader"));
        unknown.sample();
        nowhere.sample();

        assertThat(unknown.nrFaults()).isZero();
        assertThat(nowhere.nrFaults()).isZero();
    }

    @Test
    void shouldSeeTheFaultsOfARealThread() throws Exception
    {
        final Path real = Path.of("/proc/self/task");
        Assumptions.assumeTrue(Files.isDirectory(real), "this machine has no " + real);
        final Thread thread = new Thread(ThreadFaultsTest::touchMemory, "scx4j-ThreadFaultsTest");
        thread.start();
        while (nothingIsNamed(real, "scx4j-ThreadFau"))
        {
            Thread.onSpinWait();
        }
        final ThreadFaults faults = new ThreadFaults(real, new int[]{0}, names("scx4j-ThreadFaultsTest"));
        while (0 == faults.nrFaults() && thread.isAlive())
        {
            faults.sample();
        }
        thread.interrupt();
        thread.join();

        assertThat(faults.nrFaults()).isPositive();
    }

    /* A direct buffer is fresh memory: the first look at each page faults. */
    private static void touchMemory()
    {
        try
        {
            while (true)
            {
                ByteBuffer.allocateDirect(1 << 20).put(1 << 19, (byte)1);
                Thread.sleep(1);
            }
        }
        catch (final InterruptedException ex)
        {
            Thread.currentThread().interrupt(); // seen enough
        }
    }

    private static boolean nothingIsNamed(final Path real, final String name) throws IOException
    {
        try (Stream<Path> folders = Files.list(real))
        {
            return folders.noneMatch((folder) ->
            {
                try
                {
                    return Files.readString(folder.resolve("comm")).strip().equals(name);
                }
                catch (final IOException ex)
                {
                    return false; // ended meanwhile
                }
            });
        }
    }

    private static String[] names(final String... names)
    {
        return names;
    }

    private void task(final int id, final String name, final long minor, final long major) throws IOException
    {
        final Path folder = Files.createDirectories(tasks.resolve(Integer.toString(id)));
        Files.writeString(folder.resolve("comm"), name + "\n");
        Files.writeString(folder.resolve("stat"), id + " (" + name + " ) (x) S 1 2 3 4 5 6 " + minor + " 8 " + major +
            " 10 11 12\n");
    }
}
