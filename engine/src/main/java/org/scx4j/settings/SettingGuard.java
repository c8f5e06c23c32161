// SPDX-License-Identifier: Apache-2.0
package org.scx4j.settings;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * A shell that sets a value of procfs back when this process has ended, however it ended: it waits for the end of a
 * pipe from this process, which the kernel closes at the latest. It ignores the signals that end a process group
 * (Ctrl-C, SIGTERM, SIGHUP), and holds no other descriptor of this process. Only a SIGKILL to both at once prevents it.
 * <p>
 * Thread safety: none, used by one thread at a time.
 */
final class SettingGuard implements AutoCloseable
{
    private static final long PATIENCE_S = 5;

    /*
     * $1 file, $2 the value that is set meanwhile, $3 the former. Says that it ignores signals, then waits. The file is
     * read by cat, at once: procfs has an end after the first part that is read, and a shell's read takes one byte.
     */
    private static final String SCRIPT = String.join("\n",
        "trap '' INT TERM HUP",
        "echo ready",
        "exec >/dev/null",
        "while read -r line; do :; done",
        "[ \"$(cat \"$1\")\" = \"$2\" ] && echo \"$3\" >\"$1\"");

    private final Process process;

    private SettingGuard(final Process process)
    {
        this.process = process;
    }

    /**
     * Starts one. When this returns it is on guard.
     *
     * @param file      the setting.
     * @param meanwhile value that will be set; any other at the end is somebody else's, and stays.
     * @param former    value to set back.
     * @return the guard, or null if none can be started.
     */
    static SettingGuard start(final Path file, final String meanwhile, final String former)
    {
        final ProcessBuilder builder = new ProcessBuilder(
            "sh", "-c", SCRIPT, "scx4j-guard", file.toAbsolutePath().toString(), meanwhile, former)
            .directory(new File("/"))
            .redirectError(ProcessBuilder.Redirect.DISCARD);
        try
        {
            final SettingGuard guard = new SettingGuard(builder.start());
            final boolean isReady = guard.process.getInputStream().read() >= 0;
            guard.process.getInputStream().close();
            if (!isReady)
            {
                guard.close();
            }
            return isReady ? guard : null;
        }
        catch (final IOException ex)
        {
            return null;
        }
    }

    /** Ends it, and waits for that: it sets the value back if nobody has. */
    @Override
    public void close()
    {
        try
        {
            process.getOutputStream().close();
            if (!process.waitFor(PATIENCE_S, TimeUnit.SECONDS))
            {
                process.destroyForcibly();
            }
        }
        catch (final IOException ex)
        {
            process.destroyForcibly();
        }
        catch (final InterruptedException ex)
        {
            Thread.currentThread().interrupt();
        }
    }
}
