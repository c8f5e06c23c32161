// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.scx4j.journal.Replay;

/**
 * A line on a terminal that says how far a replay is; and the way for a signal to end it.
 * <p>
 * Thread safety: none.
 */
final class ReplayProgress implements Replay.Progress
{
    private static final long INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long PERCENT = 100;

    private final PrintWriter terminal;
    private final StopSignal stop;
    private final long totalBytes;
    private long lastNs = System.nanoTime();
    private boolean isShown;

    /**
     * Shows it.
     *
     * @param files    that are replayed.
     * @param terminal where to, null for nowhere.
     * @param stop     ends the replay early.
     */
    ReplayProgress(final List<Path> files, final PrintWriter terminal, final StopSignal stop)
    {
        this.terminal = terminal;
        this.stop = stop;
        this.totalBytes = files.stream().mapToLong(ReplayProgress::sizeBytes).sum();
    }

    private static long sizeBytes(final Path file)
    {
        try
        {
            return Files.size(file);
        }
        catch (final IOException ex)
        {
            return 0; // whoever opens it will say so
        }
    }

    @Override
    public boolean onProgress(final long readBytes, final long nrEvents)
    {
        final long nowNs = System.nanoTime();
        if (null != terminal && nowNs - lastNs >= INTERVAL_NS)
        {
            lastNs = nowNs;
            isShown = true;
            terminal.print(String.format(Locale.ROOT, "\rscx4j: replay %3d %%, %,d events ",
                PERCENT * readBytes / Math.max(1, totalBytes), nrEvents));
            terminal.flush();
        }
        return !stop.isRequested();
    }

    /** Takes the line away. */
    void end()
    {
        if (isShown)
        {
            terminal.print("\r\u001b[K");
            terminal.flush();
        }
    }
}
