// SPDX-License-Identifier: Apache-2.0
package org.scx4j.scheduling;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.exceptions.SchedulerException.Category;
import org.scx4j.jni.Errno;
import org.scx4j.jni.LibC;

/**
 * Puts tasks into the class SCHED_EXT and takes them out of it. A scheduler that runs in partial mode
 * ({@code SCX_OPS_SWITCH_PARTIAL}) schedules these tasks only; any other scheduler schedules them with all the others;
 * and while none is attached, the kernel treats them as ordinary ones. What a task in the class starts is in it too.
 * <p>
 * Only ordinary threads (SCHED_OTHER, SCHED_BATCH, SCHED_IDLE) are put in; those with a real-time priority or a
 * deadline stay what they are. A call that fails leaves every thread as it was.
 * <p>
 * Errors: {@link SchedulerException}, of the category {@code USAGE} for a process that does not exist or a command that
 * can't be run, {@code ENVIRONMENT} for a kernel without SCHED_EXT, a missing privilege or a missing native library.
 * <p>
 * Thread safety: stateless, safe from any thread; two calls for the same process at the same time may undo each other.
 */
public final class SchedExtClass
{
    private static final int PASSES = 100;
    private static final String ROOT = "run as root, or as the process's owner";

    private final Path proc;
    private final Calls calls;

    /** The calls of the kernel that this needs; another implementation stands for the kernel in tests. */
    public interface Calls
    {
        /**
         * The policy of a thread.
         *
         * @param tid thread id.
         * @return policy, or -errno.
         */
        int policy(int tid);

        /**
         * Changes it.
         *
         * @param tid    thread id, 0 for the calling thread.
         * @param policy to give it.
         * @return 0, or -errno.
         */
        int setPolicy(int tid, int policy);
    }

    private enum Linux implements Calls
    {
        INSTANCE;

        @Override
        public int policy(final int tid)
        {
            return LibC.schedulerPolicy(tid);
        }

        @Override
        public int setPolicy(final int tid, final int policy)
        {
            return LibC.setSchedulerClass(tid, policy);
        }
    }

    /** The class, on this machine. */
    public SchedExtClass()
    {
        this(Path.of("/proc"), Linux.INSTANCE);
    }

    /**
     * The class, of another kernel than the running one.
     *
     * @param proc  where procfs is mounted.
     * @param calls the kernel.
     */
    public SchedExtClass(final Path proc, final Calls calls)
    {
        this.proc = Objects.requireNonNull(proc, "proc");
        this.calls = Objects.requireNonNull(calls, "calls");
    }

    /**
     * Puts all ordinary threads of processes into the class, also those that start meanwhile.
     *
     * @param processIds of the processes, each {@code > 0}.
     * @return for each process, how many of its threads are in the class now; in the order of the argument.
     * @throws SchedulerException see the class.
     */
    public Map<Integer, Integer> enter(final List<Integer> processIds)
    {
        return change(processIds, true);
    }

    /**
     * Takes all threads of processes that are in the class out of it; they become SCHED_OTHER.
     *
     * @param processIds of the processes, each {@code > 0}.
     * @return for each process, how many of its threads were taken out; in the order of the argument.
     * @throws SchedulerException see the class.
     */
    public Map<Integer, Integer> leave(final List<Integer> processIds)
    {
        return change(processIds, false);
    }

    private Map<Integer, Integer> change(final List<Integer> processIds, final boolean enters)
    {
        final Map<Integer, Integer> former = new LinkedHashMap<>();
        final Map<Integer, Integer> counts = new LinkedHashMap<>();
        processIds.forEach(this::ensureExistence);
        try
        {
            for (final int processId : processIds)
            {
                counts.put(processId, changeProcess(processId, enters, former));
            }
            return counts;
        }
        catch (final SchedulerException ex)
        {
            former.forEach(calls::setPolicy);
            throw ex;
        }
    }

    private void ensureExistence(final int processId)
    {
        if (processId <= 0 || threads(processId).isEmpty())
        {
            throw new SchedulerException(
                Category.USAGE, "no process " + processId + ": give the id of one that runs (ps -e)");
        }
    }

    /* A thread that is not in the class yet may start another: until all that a pass sees were seen before. */
    private int changeProcess(final int processId, final boolean enters, final Map<Integer, Integer> former)
    {
        final Map<Integer, Boolean> seen = new LinkedHashMap<>();
        boolean isAnyNew = true;
        for (int pass = 0; isAnyNew && pass < PASSES; pass++)
        {
            isAnyNew = false;
            for (final int tid : threads(processId))
            {
                if (!seen.containsKey(tid))
                {
                    isAnyNew = true;
                    seen.put(tid, changeThread(processId, tid, enters, former));
                }
            }
        }
        return (int)seen.values().stream().filter((isChanged) -> isChanged).count();
    }

    /* Whether it is on the side where it should be; a thread that has ended is on none. */
    private boolean changeThread(
        final int processId, final int tid, final boolean enters, final Map<Integer, Integer> former)
    {
        final int policy = calls.policy(tid);
        if (-Errno.ESRCH == policy || policy >= 0 && !isConcerned(policy, enters))
        {
            return enters && LibC.SCHED_EXT == policy;
        }
        final int result = policy < 0 ? policy : calls.setPolicy(tid, enters ? LibC.SCHED_EXT : LibC.SCHED_OTHER);
        if (result < 0 && -Errno.ESRCH != result)
        {
            throw failure(-result, "process " + processId + ", thread " + tid);
        }
        if (0 == result)
        {
            former.put(tid, policy);
        }
        return 0 == result;
    }

    private static boolean isConcerned(final int policy, final boolean enters)
    {
        return enters ? LibC.SCHED_OTHER == policy || LibC.SCHED_BATCH == policy || LibC.SCHED_IDLE == policy :
            LibC.SCHED_EXT == policy;
    }

    /**
     * Starts a command in the class: it and all that it starts. The calling thread and the JVM's others stay what they
     * are.
     *
     * @param command what to start.
     * @return the process; its {@code waitFor()} and {@code destroy()} are those of any other.
     * @throws SchedulerException see the class.
     */
    public Process start(final ProcessBuilder command)
    {
        final Start start = new Start(command);
        final Thread thread = new Thread(start, "scx4j-ext-start");
        final List<Integer> before = own(LibC.SCHED_EXT);
        thread.start();
        boolean isInterrupted = false;
        while (thread.isAlive())
        {
            try
            {
                thread.join();
            }
            catch (final InterruptedException ex)
            {
                isInterrupted = true;
            }
        }
        if (isInterrupted)
        {
            Thread.currentThread().interrupt();
        }
        // the JVM's thread that waits for the process was started by ours, and so is in the class as well
        own(LibC.SCHED_EXT).stream()
            .filter((tid) -> !before.contains(tid))
            .forEach((tid) -> calls.setPolicy(tid, LibC.SCHED_OTHER));
        return start.process();
    }

    private List<Integer> own(final int policy)
    {
        return threads((int)ProcessHandle.current().pid()).stream()
            .filter((tid) -> policy == calls.policy(tid))
            .collect(Collectors.toList());
    }

    /* Those of a process that is not there are none. */
    private List<Integer> threads(final int processId)
    {
        final List<Integer> threads = new ArrayList<>();
        try (Stream<Path> entries = Files.list(proc.resolve(processId + "/task")))
        {
            entries.forEach((entry) -> threads.add(Integer.parseInt(entry.getFileName().toString())));
        }
        catch (final IOException | UncheckedIOException ex)
        {
            return threads;
        }
        return threads;
    }

    private static SchedulerException failure(final int errno, final String who)
    {
        final String why = switch (errno)
        {
            case Errno.EINVAL -> "this kernel has no SCHED_EXT: boot Linux 6.12 or newer with " +
                "CONFIG_SCHED_CLASS_EXT=y, or try in a VM: bin/scx4j vm";
            case Errno.EPERM -> "not permitted to change the class of " + who + ": " + ROOT;
            case Errno.EACCES -> "the scheduler that is attached does not take " + who +
                ": leave it out, or attach another";
            default -> "can't change the class of " + who + ": errno=" + Errno.describe(errno) +
                "; see `bin/scx4j doctor`";
        };
        return new SchedulerException(Category.ENVIRONMENT, why);
    }

    /** A thread of its own starts the process: it enters the class, hands it down, and ends. */
    private final class Start implements Runnable
    {
        private final ProcessBuilder command;
        private Process process;
        private RuntimeException failure;

        Start(final ProcessBuilder command)
        {
            this.command = command;
        }

        @Override
        public void run()
        {
            try
            {
                final int result = calls.setPolicy(0, LibC.SCHED_EXT);
                if (result < 0)
                {
                    throw failure(-result, "this process");
                }
                process = command.start();
            }
            catch (final IOException ex)
            {
                final String reason = (null == ex.getCause() ? ex : ex.getCause()).getMessage()
                    .replaceFirst("^error=[0-9]+, ", "");
                failure = new SchedulerException(Category.USAGE,
                    "can't run '" + command.command().get(0) + "': " + reason + "; check its name and PATH", ex);
            }
            catch (final RuntimeException ex)
            {
                failure = ex;
            }
        }

        Process process()
        {
            if (null != failure)
            {
                throw failure;
            }
            return process;
        }
    }
}
