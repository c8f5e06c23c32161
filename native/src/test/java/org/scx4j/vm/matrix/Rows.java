// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm.matrix;

import java.util.List;
import org.scx4j.vm.SchedulerProcess;

/**
 * All rows, in the order of the table. A new one is a class, or a line here.
 */
final class Rows
{
    private Rows()
    {
    }

    static List<Row> all()
    {
        return List.of(
            new StopRow("stop", 20, 2, 2_000, 2_000),
            new StopRow("stop-long", 1, 1, 60_000, 10_000),
            KillRow.bySignal(),
            KillRow.byWantOfMemory(),
            new KeepRow(),
            new GcStormRow(),
            new PauseThreadRow("pause-thread", "inline", 1, Disturbance.NONE),
            new PauseThreadRow("pause-threads", "pipelined", 3, new Spinners()),
            new DisturbedRow("a fork bomb under a pids limit of 64", new ForkBomb(), (scene, scheduler) -> { }),
            new DisturbedRow("wake-ups of 96 threads at once, a ring of 32 records", new WakeUpBursts(),
                Rows::sawAFullRing, "--ring-bytes", "4K"),
            new DisturbedRow("tasks change the CPUs that they may use", new AffinityStorm(), Rows::sawNewAffinity),
            new DisturbedRow("the engine's CPU goes and comes", new HotplugLoop(), Rows::sawRestarts),
            new DisturbedRow("a real-time task takes the engine's CPU", new RealTimeHog(), Rows::wasOnTheHogsCpu),
            new AttachRow(),
            new TwoEnginesRow(),
            new SuspendRow());
    }

    private static void sawAFullRing(final Scene scene, final SchedulerProcess scheduler)
    {
        scene.note((long)scheduler.number("nr_congested") + " enqueues found the ring full");
        scene.check(scheduler.number("nr_congested") > 0, "the ring was never full");
    }

    private static void sawNewAffinity(final Scene scene, final SchedulerProcess scheduler)
    {
        scene.note((long)scheduler.number("nr_exited") + " tasks left before their decision");
        scene.check(scheduler.number("nr_exited") > 0, "no queued task changed its CPUs");
    }

    private static void sawRestarts(final Scene scene, final SchedulerProcess scheduler)
    {
        final long nrRestarts = (long)scheduler.number("nr_restarts");
        scene.note(nrRestarts + " restarts in the same JVM");
        scene.check(nrRestarts > 0, "no restart");
    }

    private static void wasOnTheHogsCpu(final Scene scene, final SchedulerProcess scheduler)
    {
        scene.note((long)scheduler.number("nr_leases_lost") + " leases lost, the longest for " +
            (long)(scheduler.number("lease_lost_max_ns") / 1e6) + " ms");
        scene.check(scheduler.json().contains("\"cpus\":[" + RealTimeHog.cpu() + "]"),
            "the engine was not on the hog's CPU: " + scheduler.json());
    }
}
