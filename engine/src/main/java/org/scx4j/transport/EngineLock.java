// SPDX-License-Identifier: Apache-2.0
package org.scx4j.transport;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.exceptions.SchedulerException.Category;

/**
 * The right to run the engine of a scheduler that is kept: a lock on a file, which the kernel takes back when the last
 * thread of the process has left user space for good. So whoever has it may be sure that nobody else still writes into
 * the rings.
 * <p>
 * Thread safety: none, used by one thread at a time.
 */
final class EngineLock implements AutoCloseable
{
    /** Where the lock is. */
    static final Path FILE = Path.of("/run/scx4j.lock");

    private static final Path LOCKS = Path.of("/proc/locks");
    private static final int LOCK_PID_FIELD = 4;
    private static final int LOCK_INODE_FIELD = 5;
    /** For a process that is dying already. */
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(1);
    /** For one that was killed: it has locked memory to give back, on a machine that may be busy. */
    private static final long KILL_PATIENCE_NS = TimeUnit.SECONDS.toNanos(20);
    private static final long LOOK_INTERVAL_MS = 5;

    /** Files that this process has locked: closing any descriptor of such a file would give the lock back. */
    private static final Set<Path> LOCKED = ConcurrentHashMap.newKeySet();

    private final Path file;
    private final FileChannel channel;

    private EngineLock(final Path file, final FileChannel channel)
    {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Takes the lock. If another process has it, waits a second, for it may be dying.
     *
     * @param file     of the lock; created if need be.
     * @param takeOver true to kill a process that has the lock.
     * @return the lock.
     * @throws SchedulerException of category ENVIRONMENT if another process has it, or this one.
     */
    static EngineLock acquire(final Path file, final boolean takeOver)
    {
        if (!LOCKED.add(file))
        {
            throw new SchedulerException(Category.ENVIRONMENT,
                "this process runs an engine that keeps its scheduler already: close that first");
        }
        EngineLock lock = null;
        try
        {
            lock = await(file, takeOver);
            return lock;
        }
        finally
        {
            if (null == lock)
            {
                LOCKED.remove(file);
            }
        }
    }

    private static EngineLock await(final Path file, final boolean takeOver)
    {
        FileChannel channel = null;
        boolean isLocked = false;
        try
        {
            channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            isLocked = null != channel.tryLock();
            if (!isLocked && takeOver)
            {
                kill(ownerOf(file));
            }
            final long endNs = System.nanoTime() + (takeOver ? KILL_PATIENCE_NS : PATIENCE_NS);
            while (!isLocked && System.nanoTime() - endNs < 0)
            {
                Thread.sleep(LOOK_INTERVAL_MS);
                isLocked = null != channel.tryLock();
            }
            if (!isLocked)
            {
                throw new SchedulerException(Category.ENVIRONMENT, refusal(ownerOf(file), takeOver));
            }
            return new EngineLock(file, channel);
        }
        catch (final IOException ex)
        {
            throw new SchedulerException(Category.ENVIRONMENT, "can't lock " + file + ": " + ex, ex);
        }
        catch (final InterruptedException ex)
        {
            Thread.currentThread().interrupt();
            throw new SchedulerException(Category.ENVIRONMENT, "interrupted while waiting for " + file, ex);
        }
        finally
        {
            if (!isLocked && null != channel)
            {
                close(channel);
            }
        }
    }

    private static String refusal(final OptionalLong owner, final boolean takeOver)
    {
        final String who = owner.isPresent() ? " (pid " + owner.getAsLong() + ")" : "";
        return takeOver ? "another scx4j" + who + " was killed and does not end: see its state in /proc" :
            "another scx4j runs with --keep" + who + ": stop it, or take its place with --take-over";
    }

    /** Who has the lock, by the kernel's own list; empty if that does not say. */
    private static OptionalLong ownerOf(final Path file) throws IOException
    {
        final String inode = ":" + Files.getAttribute(file, "unix:ino");
        for (final String line : Files.readAllLines(LOCKS))
        {
            final String[] fields = line.strip().split("\\s+");
            if (fields.length > LOCK_INODE_FIELD && fields[LOCK_INODE_FIELD].endsWith(inode) && !"->".equals(fields[1]))
            {
                return OptionalLong.of(Long.parseLong(fields[LOCK_PID_FIELD]));
            }
        }
        return OptionalLong.empty();
    }

    private static void kill(final OptionalLong owner)
    {
        if (owner.isPresent() && owner.getAsLong() > 0 && owner.getAsLong() != ProcessHandle.current().pid())
        {
            ProcessHandle.of(owner.getAsLong()).ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    /** Gives it back; idempotent. */
    @Override
    public void close()
    {
        if (channel.isOpen())
        {
            close(channel);
            LOCKED.remove(file);
        }
    }

    private static void close(final FileChannel channel)
    {
        try
        {
            channel.close();
        }
        catch (final IOException ex)
        {
            throw new SchedulerException(Category.ENVIRONMENT, "can't close a lock: " + ex, ex);
        }
    }
}
