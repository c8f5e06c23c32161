// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm.matrix;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.scx4j.vm.Json;
import org.scx4j.vm.SchedulerProcess;

/**
 * The program {@code pauser}: stops a scheduler, or one thread of it after the other, and lets it go on.
 *
 * @param nrPauses     that were made.
 * @param nrLapsed     after which the kernel's side scheduled by itself.
 * @param lapsedP50Ns  half of them at most that long after the stop, nanoseconds.
 * @param lapsedMaxNs  the longest, nanoseconds.
 * @param nrRegained   at whose end the engine had its say again.
 * @param regainedP50Ns half of them at most that long after the end, nanoseconds.
 * @param regainedMaxNs the longest, nanoseconds.
 * @param nrDecided    after whose end a task ran by a decision of user space.
 * @param decidedP50Ns half of them at most that long after the end, nanoseconds.
 * @param decidedMaxNs the longest, nanoseconds.
 */
record Pauser(
    long nrPauses,
    long nrLapsed,
    long lapsedP50Ns,
    long lapsedMaxNs,
    long nrRegained,
    long regainedP50Ns,
    long regainedMaxNs,
    long nrDecided,
    long decidedP50Ns,
    long decidedMaxNs)
{
    private static final double NS_PER_MS = 1e6;

    /**
     * Does it, and returns when it is done.
     *
     * @param threads ids of the threads to stop, {@code count} times each; none for the whole process.
     */
    static Pauser run(
        final Scene scene,
        final SchedulerProcess scheduler,
        final int count,
        final int stopMs,
        final int gapMs,
        final List<String> threads) throws IOException, InterruptedException
    {
        final List<String> command = new ArrayList<>(List.of(
            SchedulerProcess.home().resolve("native/target/vm/pauser").toString(), "-n", Integer.toString(count),
            "-s", Integer.toString(stopMs), "-g", Integer.toString(gapMs), Long.toString(scheduler.pid())));
        command.addAll(threads);
        final Process process = scene.start(new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT));
        final String json = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(1, TimeUnit.MINUTES) || 0 != process.exitValue())
        {
            throw new AssertionError("the scheduler could not be paused: " + json);
        }
        return new Pauser((long)Json.number(json, "nr_pauses"),
            (long)Json.number(json, "nr_lapsed"), (long)Json.number(json, "lapsed_p50_ns"),
            (long)Json.number(json, "lapsed_max_ns"),
            (long)Json.number(json, "nr_regained"), (long)Json.number(json, "regained_p50_ns"),
            (long)Json.number(json, "regained_max_ns"),
            (long)Json.number(json, "nr_decided"), (long)Json.number(json, "decided_p50_ns"),
            (long)Json.number(json, "decided_max_ns"));
    }

    @Override
    public String toString()
    {
        return String.format(
            "%d times; the kernel's side scheduled by itself %.1f ms after the stop (p50; max %.1f); the lease was " +
            "back %.1f ms after the end (max %.1f), and a task ran by a decision %.1f ms after it (max %.1f)",
            nrPauses, lapsedP50Ns / NS_PER_MS, lapsedMaxNs / NS_PER_MS,
            regainedP50Ns / NS_PER_MS, regainedMaxNs / NS_PER_MS,
            decidedP50Ns / NS_PER_MS, decidedMaxNs / NS_PER_MS);
    }
}
