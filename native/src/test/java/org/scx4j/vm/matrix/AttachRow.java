// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm.matrix;

import java.util.concurrent.TimeUnit;
import org.scx4j.vm.Load;
import org.scx4j.vm.SchedulerProcess;

/**
 * One JVM attaches and detaches again and again, while a load runs; beside it stands a scheduler that does nothing,
 * attached and detached as often.
 */
final class AttachRow implements Row
{
    private final Disturbance disturbance = new EmptyScheduler();
    private static final int START_TIMEOUT_S = 60;

    AttachRow()
    {
    }

    @Override
    public String name()
    {
        return "attach";
    }

    @Override
    public String description(final Form form)
    {
        return "attach and detach, " + EmptyScheduler.count(form) + " times in one JVM";
    }

    @Override
    public Disturbance disturbance()
    {
        return disturbance;
    }

    @Override
    public int limitSeconds(final Form form)
    {
        return form.pick(3600, 300);
    }

    @Override
    public void run(final Scene scene) throws Exception
    {
        final int count = EmptyScheduler.count(scene.form());
        final SchedulerProcess loop =
            scene.own(SchedulerProcess.startMain(AttachLoop.class, Integer.toString(count)));
        awaitStart(loop);
        final Load load = scene.load(disturbance());
        scene.watch(disturbance(), () ->
        {
            AttachLoop.begin();
            final int status = loop.awaitExit(limitSeconds(scene.form()));
            scene.check(0 == status, "exit status " + status + "; " + loop.describe());
        });
        scene.finish(load);
        scene.account((long)loop.number("nr_lost"), (long)loop.number("nr_twice"));
        scene.check(count == (long)loop.number("nr_attached"), "attached " + (long)loop.number("nr_attached"));
        scene.check(0 == loop.number("nr_evicted"), "evicted " + (long)loop.number("nr_evicted") + " times");
        scene.note(String.format("%d tasks; an attach took %d ms at most", (long)loop.number("nr_queued"),
            TimeUnit.NANOSECONDS.toMillis((long)loop.number("attach_max_ns"))));
    }

    private static void awaitStart(final SchedulerProcess loop) throws InterruptedException
    {
        for (int i = 0; i < START_TIMEOUT_S * 10 && loop.isAlive() && !loop.stderr().contains(AttachLoop.READY); i++)
        {
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }
}
