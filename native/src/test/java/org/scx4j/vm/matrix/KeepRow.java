// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm.matrix;

import java.util.List;
import org.scx4j.vm.Load;
import org.scx4j.vm.SchedulerProcess;

/**
 * The JVM is killed, but its scheduler is kept: the kernel's side goes on for longer than the watchdog waits, and then
 * the next JVM adopts it. The books are those of both.
 */
final class KeepRow implements Row
{
    private static final int FULL_COUNT = 3;
    private static final int BEFORE_S = 2;
    private static final int ORPHANED_S = 7;
    private static final int AFTER_S = 2;
    private static final int EXIT_TIMEOUT_S = 60;

    KeepRow()
    {
    }

    @Override
    public String name()
    {
        return "keep";
    }

    @Override
    public String description(final Form form)
    {
        return "SIGKILL with `--keep`, " + ORPHANED_S + " s without a JVM, then the next adopts it, " +
            form.pick(FULL_COUNT, 1) + " times";
    }

    @Override
    public void run(final Scene scene) throws Exception
    {
        scene.own(() -> // whatever becomes of this row, it leaves no scheduler to the next
            SchedulerProcess.start(List.of(SchedulerProcess.home().resolve("bin/scx4j").toString(), "detach"))
                .awaitExit(EXIT_TIMEOUT_S));
        final SchedulerProcess[] running = {scene.schedule("--keep")};
        final Load load = scene.load(disturbance());
        scene.watch(disturbance(), () ->
        {
            for (int i = 0; i < scene.form().pick(FULL_COUNT, 1); i++)
            {
                Scene.sleepSeconds(BEFORE_S);
                running[0].signal("KILL");
                running[0].awaitExit(EXIT_TIMEOUT_S);
                Scene.sleepSeconds(ORPHANED_S);
                scene.check("enabled".equals(SchedulerProcess.state()), "not enabled without a JVM");
                running[0] = scene.schedule("--keep").awaitStderr(" adopted ");
            }
            Scene.sleepSeconds(AFTER_S);
        });
        scene.finish(load);
        scene.endInOrder(running[0]);
        scene.check(running[0].json().contains("\"succession\":\"adopted\""), "not adopted: " + running[0].json());
        scene.note((long)running[0].number("nr_lapsed") + " enqueues without the lease, by the books of all JVMs");
    }
}
