// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm.matrix;

import java.util.List;
import org.scx4j.vm.SchedulerProcess;

/**
 * The collector runs all the time, in a small heap: every collection stops the hot threads.
 */
final class GcStormRow implements Row
{
    private final Disturbance disturbance = new CollectingJvm();

    GcStormRow()
    {
    }

    @Override
    public String name()
    {
        return disturbance.name();
    }

    @Override
    public String description(final Form form)
    {
        return "System.gc() in a loop, heap of " + CollectingJvm.HEAP;
    }

    @Override
    public Disturbance disturbance()
    {
        return disturbance;
    }

    @Override
    public void run(final Scene scene) throws Exception
    {
        final String options = String.join(" ", CollectingJvm.heap());
        final SchedulerProcess scheduler = scene.schedule(List.of("env", "SCX4J_JAVA_OPTS=" + options),
            "--policy", GcStorm.class.getName(), "--classpath", SchedulerProcess.testClasses());
        scene.survive(scheduler, disturbance, () -> Scene.sleepSeconds(CollectingJvm.seconds(scene.form())));
        final long nrCollections = scheduler.stderr().lines().filter((line) -> line.startsWith(GcStorm.SAYS))
            .mapToLong((line) -> Long.parseLong(line.substring(GcStorm.SAYS.length()))).sum();
        scene.note(nrCollections + " collections; leases lost " + (long)scheduler.number("nr_leases_lost"));
        scene.check(nrCollections > 0, "no collection");
    }
}
