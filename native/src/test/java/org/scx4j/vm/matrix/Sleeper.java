// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm.matrix;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.scx4j.vm.SchedulerProcess;

/**
 * The program {@code sleeper}, a process of its own: what a task waits for a CPU, seen from outside the scheduler.
 */
final class Sleeper implements AutoCloseable
{
    private static final int END_TIMEOUT_S = 60;

    private final Process process;
    private final Path out;

    /** @param prefix in front of the command. */
    Sleeper(final List<String> prefix, final String... options) throws IOException
    {
        final List<String> command = new ArrayList<>(prefix);
        command.add(SchedulerProcess.home().resolve("native/target/vm/sleeper").toString());
        command.addAll(List.of(options));
        out = Files.createTempFile("sleeper", ".json");
        process = new ProcessBuilder(command).redirectOutput(out.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }

    /** Ends it, and tells what it has seen. */
    Wait stop() throws IOException, InterruptedException
    {
        process.destroy();
        if (!process.waitFor(END_TIMEOUT_S, TimeUnit.SECONDS))
        {
            throw new AssertionError("the sleeper has not ended " + END_TIMEOUT_S + " s after it was told to");
        }
        return Wait.parse(Files.readString(out));
    }

    @Override
    public void close()
    {
        process.destroyForcibly();
    }
}
