// SPDX-License-Identifier: Apache-2.0
package org.scx4j.transport;

import java.nio.file.Path;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.exceptions.SchedulerException.Category;
import org.scx4j.jni.LibC;
import org.scx4j.jni.NativeLibrary;

/**
 * The scheduler that a {@code run --keep} has left on this machine, if any: to look for, to go on with, or to end.
 * Whoever has one has the right to run its engine, until {@link #close()}; no other process can.
 * <p>
 * Thread safety: none.
 */
public final class KeptScheduler implements AutoCloseable
{
    private final PinFolder pins;
    private final SchedExtStatus status;
    private final EngineLock lock;
    private KeptSchedExt running;

    private KeptScheduler(final Path sysfs, final boolean takeOver)
    {
        this.pins = new PinFolder(sysfs);
        this.status = new SchedExtStatus(sysfs);
        pins.checkFileSystem();
        this.lock = EngineLock.acquire(EngineLock.FILE, takeOver);
        boolean isComplete = false;
        try
        {
            this.running = findRunning();
            isComplete = true;
        }
        finally
        {
            if (!isComplete)
            {
                lock.close();
            }
        }
    }

    /**
     * Makes sure that no engine of a kept scheduler runs, that none will, and looks what there is. What is incomplete
     * or was ended by the kernel is cleared away.
     *
     * @param sysfs    where sysfs is mounted, normally {@code /sys}.
     * @param takeOver true to kill the process of an engine that runs, and wait for its end.
     * @return what there is, to be closed.
     * @throws SchedulerException of category ENVIRONMENT if another engine runs, or nothing can be kept here.
     */
    public static KeptScheduler lock(final Path sysfs, final boolean takeOver)
    {
        NativeLibrary.ensureAvailability();
        if (0 != LibC.effectiveUserId())
        {
            throw new SchedulerException(Category.ENVIRONMENT,
                "not root: a kept scheduler is root's; run again with sudo");
        }
        return new KeptScheduler(sysfs, takeOver);
    }

    /**
     * Whether one seems to be kept, without a look at who runs it. For any user.
     *
     * @param sysfs where sysfs is mounted.
     * @return true if there is one, or the rest of one.
     */
    public static boolean isThere(final Path sysfs)
    {
        try
        {
            return !new PinFolder(sysfs).identities().isEmpty();
        }
        catch (final SchedulerException ex)
        {
            return false;
        }
    }

    private KeptSchedExt findRunning()
    {
        KeptSchedExt found = null;
        for (final String identity : pins.identities())
        {
            final KeptSchedExt kept = new KeptSchedExt(pins, identity);
            if (null == found && kept.isRunning())
            {
                found = kept;
            }
            else
            {
                kept.close();
                pins.remove(identity);
            }
        }
        return found;
    }

    /**
     * Whether a kept scheduler schedules this machine.
     *
     * @return true if one does.
     */
    public boolean isRunning()
    {
        return null != running;
    }

    /**
     * Its name in the kernel.
     *
     * @return name; empty if there is none.
     */
    public String ops()
    {
        return isRunning() ? status.ops() : "";
    }

    /** Ends it, if there is one; from its return on the kernel schedules by itself, and nothing is pinned. */
    public void detach()
    {
        if (null != running)
        {
            running.detach();
            running.close();
            running = null;
        }
    }

    PinFolder pins()
    {
        return pins;
    }

    /** Hands it out if it is the same for an engine; the caller closes it. */
    KeptSchedExt take(final String identity)
    {
        if (null == running || !identity.equals(running.identity()))
        {
            return null;
        }
        final KeptSchedExt taken = running;
        running = null;
        return taken;
    }

    /** Gives the right back; idempotent. A scheduler that is kept goes on. */
    @Override
    public void close()
    {
        if (null != running)
        {
            running.close();
        }
        lock.close();
    }
}
