// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm.bench;

import java.util.List;
import org.scx4j.vm.Json;

/**
 * What is run.
 */
final class Workloads
{
    /** Half of the wake-ups were at most that late. */
    static final Metric P50 = Metric.time("wake-up p50");
    /** 99 of 100 wake-ups were at most that late. */
    static final Metric P99 = Metric.time("wake-up p99");
    /** The latest wake-up. */
    static final Metric MAX = Metric.time("wake-up max");

    private static final int GROUPS = 2;
    private static final int WORKERS = 4;
    private static final int STORM_WORKERS = 16;

    private Workloads()
    {
    }

    /** All of them, in the order in which they are run. */
    static List<Workload> all()
    {
        return List.of(
            new FixedWork("pipe", "two processes hand a byte to and fro", Metric.rate("round trips/s"), false,
                (size) -> pipe(size.pick(8_000, 5_000))),
            new Hackbench(),
            new FixedWork("requests", "2 message threads wake 4 workers each, which compute for 0.3 ms",
                Metric.rate("requests/s"), true, (size) -> requests(size.pick(400, 250))),
            new FixedWork("storm", "16 threads are woken at once, and again when all have run",
                Metric.rate("wake-ups/s"), true, (size) -> storm(size.pick(400, 250))),
            new LateSleepers(),
            new FixedWork("build", "8 jobs at a time, each a fork and exec that computes for 1 ms",
                Metric.rate("jobs/s"), false, (size) -> build(size.pick(130, 80))));
    }

    private static FixedWork.Work pipe(final int roundTrips)
    {
        return FixedWork.Work.of(roundTrips, "pinger", "-n", text(roundTrips));
    }

    private static FixedWork.Work requests(final int perWorker)
    {
        return FixedWork.Work.of(GROUPS * WORKERS * perWorker, "waker", "-m", text(GROUPS), "-w", text(WORKERS),
            "-n", text(perWorker), "-c", text(20_000));
    }

    private static FixedWork.Work storm(final int times)
    {
        return FixedWork.Work.of(STORM_WORKERS * times, "waker", "-w", text(STORM_WORKERS), "-n", text(times), "-a");
    }

    private static FixedWork.Work build(final int jobs)
    {
        return FixedWork.Work.of(jobs, "forker", "-n", text(jobs), "-j", "8", "-c", text(60_000));
    }

    private static String text(final int number)
    {
        return Integer.toString(number);
    }

    /** A whole number out of what a program has printed. */
    static long number(final String text, final String field) throws WorkloadException
    {
        try
        {
            return (long)Json.number(text, field);
        }
        catch (final AssertionError ex)
        {
            throw new WorkloadException(ex.getMessage().replace('\n', ' '), ex);
        }
    }
}
