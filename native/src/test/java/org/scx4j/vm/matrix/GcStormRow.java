// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm.matrix;

import java.util.List;
import org.scx4j.vm.SchedulerProcess;

/**
 * The collector runs all the time, in a small heap: every collection stops the hot threads.
 */
final class GcStormRow implements Row
{
    private static final String HEAP = "24m";
    private static final int FULL_S = 30;
    private static final int SHORT_S = 8;

    GcStormRow()
    {
    }

    @Override
    public String name()
    {
        return "gc-storm";
    }

    @Override
    public String description(final Form form)
    {
        return "System.gc() in a loop, heap of " + HEAP;
    }

    @Override
    public void run(final Scene scene) throws Exception
    {
        final SchedulerProcess scheduler = scene.schedule(
            List.of("env", "SCX4J_JAVA_OPTS=-Xms" + HEAP + " -Xmx" + HEAP), "--policy", GcStorm.class.getName(),
            "--classpath", SchedulerProcess.testClasses());
        scene.survive(scheduler, disturbance(), () -> Scene.sleepSeconds(scene.form().pick(FULL_S, SHORT_S)));
        final long nrCollections = scheduler.stderr().lines().filter((line) -> line.startsWith(GcStorm.SAYS))
            .mapToLong((line) -> Long.parseLong(line.substring(GcStorm.SAYS.length()))).sum();
        scene.note(nrCollections + " collections; leases lost " + (long)scheduler.number("nr_leases_lost"));
        scene.check(nrCollections > 0, "no collection");
    }
}
