// SPDX-License-Identifier: Apache-2.0
package org.scx4j.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.scx4j.exceptions.SchedulerException;

@Timeout(60)
class EngineLockTest
{
    @TempDir
    private Path folder;

    private Path file()
    {
        return folder.resolve("engine.lock");
    }

    /** Has the lock until it is killed. */
    static final class Owner
    {
        private Owner()
        {
        }

        public static void main(final String[] args) throws InterruptedException
        {
            EngineLock.acquire(Path.of(args[0]), false);
            System.out.println("locked");
            Thread.sleep(Long.MAX_VALUE);
        }
    }

    private Process owner() throws IOException
    {
        final Process owner = new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx32m", "-XX:TieredStopAtLevel=1",
            "-cp", System.getProperty("java.class.path"), Owner.class.getName(), file().toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        assertThat(owner.getInputStream().read()).as("says that it has the lock").isEqualTo('l');
        return owner;
    }

    @Test
    void shouldRefuseWhenThisProcessHasItAndGiveItAfterwards()
    {
        try (EngineLock lock = EngineLock.acquire(file(), false))
        {
            assertThat(lock).isNotNull();
            assertThatThrownBy(() -> EngineLock.acquire(file(), true)).isInstanceOf(SchedulerException.class)
                .hasMessageContaining("this process runs an engine");
        }
        EngineLock.acquire(file(), false).close();
    }

    @Test
    void shouldNameTheOwnerWhenAnotherProcessHasIt() throws IOException
    {
        final Process owner = owner();
        try
        {
            assertThatThrownBy(() -> EngineLock.acquire(file(), false)).isInstanceOf(SchedulerException.class)
                .hasMessage("another scx4j runs with --keep (pid " + owner.pid() +
                "): stop it, or take its place with --take-over");
            assertThat(owner.isAlive()).isTrue();
        }
        finally
        {
            owner.destroyForcibly();
        }
    }

    @Test
    void shouldEndTheOwnerWhenItIsTakenOver() throws Exception
    {
        final Process owner = owner();
        try (EngineLock lock = EngineLock.acquire(file(), true))
        {
            assertThat(lock).isNotNull();
            assertThat(owner.waitFor(10, TimeUnit.SECONDS)).isTrue();
        }
        finally
        {
            owner.destroyForcibly();
        }
    }

    @Test
    void shouldGetItWhenTheOwnerIsDying() throws Exception
    {
        final Process owner = owner();
        owner.destroyForcibly();
        EngineLock.acquire(file(), false).close();
    }

    @Test
    void shouldSayWhichFileWhenThereIsNoFolderForIt()
    {
        final Path nowhere = folder.resolve("none/engine.lock");
        assertThatThrownBy(() -> EngineLock.acquire(nowhere, false)).isInstanceOf(SchedulerException.class)
            .hasMessageContaining("can't lock " + nowhere);
    }
}
