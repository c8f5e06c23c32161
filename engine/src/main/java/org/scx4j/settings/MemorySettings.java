// SPDX-License-Identifier: Apache-2.0
package org.scx4j.settings;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.scx4j.jni.LibC;
import org.scx4j.jni.NativeLibrary;

/**
 * Keeps the kernel from moving the memory of the hot threads while they run. Locked pages are not swapped, but:
 * <ul>
 * <li>compaction may move them, and a thread that touches one meanwhile waits in a page fault. So
 * {@code /proc/sys/vm/compact_unevictable_allowed}, a setting of the whole machine, becomes 0;</li>
 * <li>{@code khugepaged} merges them into huge ones and takes the process's mmap lock for it. So this process gets no
 * transparent huge pages.</li>
 * </ul>
 * {@link #close()} sets both back. The first is also set back when the JVM dies without it, even by SIGKILL: by a
 * {@link SettingGuard}, a small process that is started before anything is changed. What can't be changed stays as it
 * is, and {@link #description()} says so; nothing here fails.
 * <p>
 * <b>How to call it.</b> Once per process, before memory is locked and a scheduler attached, as both make starting the
 * guard slower; close it after the detach:
 * <pre>{@code
 * try (MemorySettings settings = MemorySettings.apply(Path.of("/proc")))
 * {
 *     // lock memory, attach, run, detach; settings.description() is for the log or the report
 * }
 * }</pre>
 * <p>
 * Thread safety: all methods from any thread; {@link #close()} counts once, however often it is called.
 */
public final class MemorySettings implements AutoCloseable
{
    private static final String COMPACTION = "sys/vm/compact_unevictable_allowed";
    private static final String NOT_ALLOWED = "0";

    private final Path compaction;
    private final HugePages hugePages;
    private final String description;
    private final String formerCompaction;
    private final SettingGuard guard;
    private final boolean disabledHugePages;
    private boolean isClosed;

    /** Transparent huge pages of this process. Both return -errno when they fail. */
    interface HugePages
    {
        /**
         * Whether they are forbidden.
         *
         * @return 0 if not, positive if they are, or -errno.
         */
        int disabled();

        /**
         * Forbids or allows them.
         *
         * @param disabled true to forbid them.
         * @return 0, or -errno.
         */
        int setDisabled(boolean disabled);
    }

    private enum Linux implements HugePages
    {
        INSTANCE;

        @Override
        public int disabled()
        {
            return NativeLibrary.isAvailable() ? LibC.transparentHugePagesDisabled() : -1;
        }

        @Override
        public int setDisabled(final boolean disabled)
        {
            return LibC.setTransparentHugePagesDisabled(disabled);
        }
    }

    private MemorySettings(final Path proc, final HugePages hugePages)
    {
        this.compaction = proc.toAbsolutePath().resolve(COMPACTION);
        this.hugePages = hugePages;

        final String value = read(compaction);
        SettingGuard started = null;
        String said;
        if (value.isEmpty() || !Files.isWritable(compaction))
        {
            said = "compaction of locked pages left as it is, because " + compaction + " is not writable";
        }
        else if (NOT_ALLOWED.equals(value))
        {
            said = "compaction of locked pages already off";
        }
        else
        {
            started = SettingGuard.start(compaction, NOT_ALLOWED, value);
            said = null == started ? "compaction of locked pages left as it is, because no sh guards the setting" :
                "compaction of locked pages off";
        }
        if (null != started && !write(compaction, NOT_ALLOWED))
        {
            started.close();
            started = null;
            said = "compaction of locked pages left as it is, because " + compaction + " refuses it";
        }
        this.guard = started;
        this.formerCompaction = value;

        final int disabled = hugePages.disabled();
        this.disabledHugePages = 0 == disabled && 0 == hugePages.setDisabled(true);
        final String unchanged = disabled > 0 ? "already off" : "left as they are";
        this.description = said + ", huge pages " + (disabledHugePages ? "off" : unchanged);
    }

    /**
     * Changes the settings.
     *
     * @param proc where procfs is mounted: {@code /proc}.
     * @return what sets them back; never null.
     */
    public static MemorySettings apply(final Path proc)
    {
        return apply(proc, Linux.INSTANCE);
    }

    /**
     * Changes the settings, with other calls for those of the process.
     *
     * @param proc      where procfs is mounted.
     * @param hugePages calls for huge pages.
     * @return what sets them back.
     */
    static MemorySettings apply(final Path proc, final HugePages hugePages)
    {
        return new MemorySettings(Objects.requireNonNull(proc, "proc"), hugePages);
    }

    /**
     * What was changed, and what could not be.
     *
     * @return half a line for a person; the same after {@link #close()}.
     */
    public String description()
    {
        return description;
    }

    /** Sets back what was changed, unless somebody else has changed it meanwhile. */
    @Override
    public synchronized void close()
    {
        if (isClosed)
        {
            return;
        }
        isClosed = true;
        if (null != guard)
        {
            if (NOT_ALLOWED.equals(read(compaction)))
            {
                write(compaction, formerCompaction);
            }
            guard.close();
        }
        if (disabledHugePages)
        {
            hugePages.setDisabled(false);
        }
    }

    private static String read(final Path file)
    {
        try
        {
            return new String(Files.readAllBytes(file), StandardCharsets.US_ASCII).strip();
        }
        catch (final IOException ex)
        {
            return "";
        }
    }

    private static boolean write(final Path file, final String value)
    {
        try
        {
            Files.writeString(file, value);
            return true;
        }
        catch (final IOException ex)
        {
            return false;
        }
    }
}
