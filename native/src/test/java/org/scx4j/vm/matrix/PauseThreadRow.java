// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm.matrix;

import java.util.List;
import org.scx4j.vm.SchedulerProcess;

/**
 * A debugger stops one hot thread at a time, while the rest of the JVM goes on.
 */
final class PauseThreadRow implements Row
{
    private static final int STOP_MS = 2000;
    private static final int GAP_MS = 1000;
    private static final int FULL_COUNT = 4;

    private final String name;
    private final String layout;
    private final Disturbance disturbance;
    private final int nrThreads;

    PauseThreadRow(final String name, final String layout, final int nrThreads, final Disturbance disturbance)
    {
        this.name = name;
        this.layout = layout;
        this.nrThreads = nrThreads;
        this.disturbance = disturbance;
    }

    @Override
    public String name()
    {
        return name;
    }

    @Override
    public String description(final Form form)
    {
        return String.format("a debugger stops each hot thread (%s: %d) for 2 s, %d times", layout, nrThreads,
            form.pick(FULL_COUNT, 1));
    }

    @Override
    public Disturbance disturbance()
    {
        return disturbance;
    }

    @Override
    public void run(final Scene scene) throws Exception
    {
        final SchedulerProcess scheduler = scene.schedule("--layout", layout);
        final List<String> threads = scheduler.hotThreadIds();
        scene.check(nrThreads == threads.size(), "hot threads found: " + threads);
        scene.survive(scheduler, disturbance, () -> StopRow.judge(scene,
            Pauser.run(scene, scheduler, scene.form().pick(FULL_COUNT, 1), STOP_MS, GAP_MS, threads)));
    }
}
