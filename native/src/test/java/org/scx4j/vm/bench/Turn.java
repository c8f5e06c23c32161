// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.scx4j.vm.SchedulerProcess;

/**
 * The time in which one scheduler has the machine: one of ours, attached at the begin and detached at the end, or the
 * kernel's own.
 * <p>
 * Thread safety: for one thread.
 */
final class Turn implements AutoCloseable
{
    /** Name of the kernel's own scheduler. */
    static final String KERNELS_OWN = "eevdf";

    /** What the kernel counts each attachment in. */
    private static final Path ENABLE_SEQ = Path.of("/sys/kernel/sched_ext/enable_seq");
    private static final int EXIT_TIMEOUT_S = 60;
    private static final int SETTLE_MS = 500;
    /** The books, by the names that {@code scx4j run --json} has for them. */
    private static final List<String> BOOKS = List.of("nr_queued", "nr_decided", "nr_exited", "nr_kernel", "nr_held",
        "nr_lost", "nr_twice", "nr_rescued", "nr_leases_lost", "doorbells", "parks", "nr_restarts");

    private final SchedulerProcess process;
    private final String enableSeq;
    private final Map<String, Long> books = new LinkedHashMap<>();

    /**
     * Attaches it.
     *
     * @param scheduler name of a policy, or {@link #KERNELS_OWN}.
     * @throws AssertionError if it does not attach.
     */
    Turn(final String scheduler) throws IOException, InterruptedException
    {
        if (!"disabled".equals(SchedulerProcess.state()))
        {
            throw new AssertionError("a scheduler is attached already: " + SchedulerProcess.ops());
        }
        process = KERNELS_OWN.equals(scheduler) ? null :
            SchedulerProcess.start("run", "--policy", scheduler, "--json");
        if (null != process)
        {
            awaitEnabled();
        }
        TimeUnit.MILLISECONDS.sleep(SETTLE_MS);
        enableSeq = enableSeq();
    }

    private void awaitEnabled() throws InterruptedException
    {
        boolean isEnabled = false;
        try
        {
            process.awaitEnabled();
            isEnabled = true;
        }
        finally
        {
            if (!isEnabled)
            {
                process.close();
            }
        }
    }

    private static String enableSeq() throws IOException
    {
        return Files.readString(ENABLE_SEQ).strip();
    }

    /** What shows that not this scheduler alone has had the machine since the begin; empty if it has. */
    List<String> intruders() throws IOException
    {
        final List<String> found = new ArrayList<>();
        final String wanted = null == process ? "disabled" : "enabled";
        if (!wanted.equals(SchedulerProcess.state()))
        {
            found.add("sched_ext is " + SchedulerProcess.state() + " instead of " + wanted);
        }
        if (!enableSeq.equals(enableSeq()))
        {
            found.add("a scheduler was attached meanwhile");
        }
        if (null != process && !process.isAlive())
        {
            found.add("the scheduler has ended: " + oneLine(process.stderr()));
        }
        return found;
    }

    /** Ends it in order, and returns what is wrong with its books; empty if nothing is. */
    List<String> end() throws IOException, InterruptedException
    {
        final List<String> faults = new ArrayList<>();
        if (null == process)
        {
            return faults;
        }
        process.signal("TERM");
        final int status = process.awaitExit(EXIT_TIMEOUT_S);
        if (0 != status)
        {
            faults.add("exit status " + status + ": " + oneLine(process.stderr()));
        }
        for (final String name : BOOKS)
        {
            books.put(name, (long)process.number(name));
        }
        faults.addAll(faults(books));
        if (!process.json().contains("\"evicted\":false"))
        {
            faults.add("the kernel threw it out: " + oneLine(process.stderr()));
        }
        SchedulerProcess.awaitDisabledNs(TimeUnit.SECONDS.toNanos(EXIT_TIMEOUT_S));
        return faults;
    }

    /** What is wrong with some books. */
    static List<String> faults(final Map<String, Long> books)
    {
        final List<String> faults = new ArrayList<>();
        for (final String mustBeNone : List.of("nr_lost", "nr_twice", "nr_restarts"))
        {
            if (0 != books.get(mustBeNone))
            {
                faults.add(mustBeNone + " is " + books.get(mustBeNone));
            }
        }
        final long accounted =
            books.get("nr_decided") + books.get("nr_exited") + books.get("nr_kernel") + books.get("nr_held");
        if (0 == books.get("nr_queued") || books.get("nr_queued") != accounted)
        {
            faults.add("of " + books.get("nr_queued") + " queued tasks " + accounted + " are accounted for");
        }
        return faults;
    }

    /** The books; empty before the end, and for the kernel's own scheduler. */
    Map<String, Long> books()
    {
        return books;
    }

    private static String oneLine(final String text)
    {
        return text.strip().replace('\n', ' ');
    }

    @Override
    public void close()
    {
        if (null != process)
        {
            process.close();
        }
    }
}
