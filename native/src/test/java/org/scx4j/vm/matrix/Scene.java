// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm.matrix;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.scx4j.vm.KernelLog;
import org.scx4j.vm.Load;
import org.scx4j.vm.SchedulerProcess;

/**
 * One row while it runs: what belongs to it, which ends with it, and what it has found out.
 */
final class Scene implements AutoCloseable
{
    private static final int SETTLE_S = 1;
    private static final int FINISH_TIMEOUT_S = 120;
    private static final int EXIT_TIMEOUT_S = 60;

    private final Form form;
    private final Wait kernels;
    private final KernelLog log;
    private final List<AutoCloseable> owned = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();
    private final List<String> delays = new ArrayList<>();
    private Boolean isLoadFinished;
    private Wait wait;
    private Long nrLost;
    private Long nrTwice;
    private String notRun;

    /**
     * Begins.
     *
     * @param name    of the row, for the kernel's log.
     * @param form    how much of it.
     * @param kernels what a task waits on the kernel's own scheduler under the same; null if that is what is measured.
     */
    Scene(final String name, final Form form, final Wait kernels) throws IOException
    {
        this.form = form;
        this.kernels = kernels;
        log = new KernelLog(name);
    }

    Form form()
    {
        return form;
    }

    Wait kernels()
    {
        return kernels;
    }

    // ---------------------------------------------------------------- what belongs to it

    /** Ends it with the row, the last first. */
    <T extends AutoCloseable> T own(final T resource)
    {
        owned.add(resource);
        return resource;
    }

    /** Starts a process that is killed, with all that it has started, with the row. */
    Process start(final ProcessBuilder builder) throws IOException
    {
        final Process process = builder.start();
        owned.add(() ->
        {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor(EXIT_TIMEOUT_S, TimeUnit.SECONDS);
        });
        return process;
    }

    /** Starts a shell that does this, silently. */
    Process shell(final String script) throws IOException
    {
        return start(new ProcessBuilder("sh", "-c", script).redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD));
    }

    /** Starts {@code scx4j run} as users do, by its defaults but for some options, and waits until it schedules. */
    SchedulerProcess schedule(final String... options) throws IOException, InterruptedException
    {
        return schedule(List.of(), options);
    }

    /** The same, with something in front of the command that becomes it. */
    SchedulerProcess schedule(final List<String> prefix, final String... options)
        throws IOException, InterruptedException
    {
        final List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of(SchedulerProcess.home().resolve("bin/scx4j").toString(), "run", "--json"));
        command.addAll(List.of(options));
        return own(SchedulerProcess.start(command)).awaitEnabled();
    }

    /** Starts the load that belongs to it, and gives it a moment. */
    Load load(final Disturbance disturbance) throws IOException, InterruptedException
    {
        final Load load = own(new Load(disturbance.nrBurners(), disturbance.prefix().toArray(new String[0])));
        sleepSeconds(SETTLE_S);
        return load;
    }

    static void sleepSeconds(final int seconds) throws InterruptedException
    {
        TimeUnit.SECONDS.sleep(seconds);
    }

    // ---------------------------------------------------------------- what it finds out

    /** Notes what a task waits for a CPU while this is done. */
    void watch(final Disturbance disturbance, final Act act) throws Exception
    {
        try (Sleeper sleeper = new Sleeper(disturbance.prefix()))
        {
            act.run();
            wait = sleeper.stop().worst(wait);
        }
    }

    /** Something that takes its time. */
    interface Act
    {
        /** Does it. */
        void run() throws Exception;
    }

    /** Lets the load come to its end. */
    void finish(final Load load) throws IOException, InterruptedException
    {
        final boolean isFinished = load.finish(FINISH_TIMEOUT_S);
        isLoadFinished = isFinished && !Boolean.FALSE.equals(isLoadFinished);
        check(isFinished, load.describe());
        load.close();
    }

    /** A load, something that happens under it, and the end of both and of the scheduler, in order. */
    void survive(final SchedulerProcess scheduler, final Disturbance disturbance, final Act act) throws Exception
    {
        final Load load = load(disturbance);
        watch(disturbance, act);
        finish(load);
        endInOrder(scheduler);
    }

    /** Ends a scheduler by a signal, and takes over its books. */
    void endInOrder(final SchedulerProcess scheduler) throws IOException, InterruptedException
    {
        scheduler.signal("TERM");
        final int status = scheduler.awaitExit(EXIT_TIMEOUT_S);
        if (0 != status)
        {
            fault("exit status " + status + ": " + scheduler.stderr().strip().replace('\n', ' '));
        }
        account((long)scheduler.number("nr_lost"), (long)scheduler.number("nr_twice"));
        System.err.println("matrix: " + scheduler.json());
    }

    /** Adds to the books. */
    void account(final long lost, final long twice)
    {
        nrLost = (null == nrLost ? 0 : nrLost) + lost;
        nrTwice = (null == nrTwice ? 0 : nrTwice) + twice;
    }

    /** Worth to be known. */
    void note(final String text)
    {
        notes.add(text);
    }

    /** Makes the row red. */
    void fault(final String text)
    {
        faults.add(text);
    }

    /** Makes the row red if it is not so. */
    void check(final boolean isSo, final String otherwise)
    {
        if (!isSo)
        {
            fault(otherwise);
        }
    }

    /** Makes the row red, but slow, if it is not so. */
    void checkTime(final boolean isSo, final String otherwise)
    {
        if (!isSo)
        {
            delays.add(otherwise);
        }
    }

    /** What the row is about could not be done here. */
    void notRun(final String reason)
    {
        notRun = reason;
    }

    /** All that is known, once everything has ended. */
    Result result(final Row row) throws IOException
    {
        final List<String> evictions = log.evictions();
        evictions.forEach((reason) -> fault("evicted: " + reason));
        return new Result(row.name(), row.description(form), isLoadFinished, evictions.size(), nrLost, nrTwice, wait,
            row.disturbance().name(), List.copyOf(notes), List.copyOf(faults), List.copyOf(delays), notRun);
    }

    KernelLog log()
    {
        return log;
    }

    Wait waited()
    {
        return wait;
    }

    @Override
    public void close()
    {
        for (int i = owned.size() - 1; i >= 0; i--)
        {
            final AutoCloseable resource = owned.get(i);
            attempt(() ->
            {
                resource.close();
                return null;
            });
        }
        owned.clear();
        attempt(() ->
        {
            SchedulerProcess.awaitDisabledNs(TimeUnit.SECONDS.toNanos(EXIT_TIMEOUT_S));
            return null;
        });
        check("disabled".equals(SchedulerProcess.state()), "a scheduler is still attached: " + SchedulerProcess.ops());
    }

    private void attempt(final Callable<Void> cleanUp)
    {
        try
        {
            cleanUp.call();
        }
        catch (final InterruptedException ex)
        {
            Thread.currentThread().interrupt();
        }
        catch (final Exception ex)
        {
            fault("not cleaned up: " + ex);
        }
    }
}
