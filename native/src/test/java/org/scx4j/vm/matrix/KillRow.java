// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm.matrix;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.scx4j.vm.KernelLog;
import org.scx4j.vm.Load;
import org.scx4j.vm.SchedulerProcess;

/**
 * The JVM dies: by SIGKILL, or by the kernel for want of memory. The machine goes back to the kernel's own scheduler.
 */
final class KillRow implements Row
{
    private static final int BEFORE_S = 2;
    private static final int AFTER_S = 2;
    private static final long WATCHDOG_NS = TimeUnit.SECONDS.toNanos(5);

    private final String name;
    private final String how;
    private final int fullCount;
    private final Killer killer;

    private KillRow(final String name, final String how, final int fullCount, final Killer killer)
    {
        this.name = name;
        this.how = how;
        this.fullCount = fullCount;
        this.killer = killer;
    }

    /** Starts the scheduler, and tells how to kill it. */
    private interface Killer
    {
        Victim start(Scene scene) throws Exception;
    }

    /**
     * Who will die.
     *
     * @param scheduler it.
     * @param kill      kills it.
     */
    private record Victim(SchedulerProcess scheduler, Scene.Act kill)
    {
    }

    static KillRow bySignal()
    {
        return new KillRow("kill", "SIGKILL of the JVM", 3, (scene) ->
        {
            final SchedulerProcess scheduler = scene.schedule();
            return new Victim(scheduler, () -> scheduler.signal("KILL"));
        });
    }

    static KillRow byWantOfMemory()
    {
        return new KillRow("oom", "OOM kill of the JVM in a memory cgroup", 2, (scene) ->
        {
            scene.own(KernelLog.silence()); // the serial line of a report holds up a CPU for tens of milliseconds
            final ControlGroup group = scene.own(new ControlGroup("oom", "memory"));
            final SchedulerProcess scheduler = scene.schedule(
                List.of("sh", "-c", "echo $$ >'" + group.members() + "' && exec \"$@\"", "sh"));
            return new Victim(scheduler, () ->
            {
                group.set("memory.max", "16M"); // less than it has locked
                scene.check(137 == scheduler.awaitExit(30), "not killed by the kernel; " + scheduler.describe());
                scene.check(group.event("memory.events", "oom_kill") > 0, "no OOM kill in the cgroup");
            });
        });
    }

    @Override
    public String name()
    {
        return name;
    }

    @Override
    public String description(final Form form)
    {
        return how + ", " + form.pick(fullCount, 1) + " times";
    }

    @Override
    public void run(final Scene scene) throws Exception
    {
        long longestNs = 0;
        for (int i = 0; i < scene.form().pick(fullCount, 1); i++)
        {
            longestNs = Math.max(longestNs, killOnce(scene));
        }
        scene.note("disabled at most " + TimeUnit.NANOSECONDS.toMillis(longestNs) + " ms after the kill");
        scene.check(longestNs < WATCHDOG_NS, "that is no sooner than the watchdog");
    }

    private long killOnce(final Scene scene) throws Exception
    {
        final Victim victim = killer.start(scene);
        final Load load = scene.load(disturbance());
        final long[] tookNs = new long[1];
        scene.watch(disturbance(), () ->
        {
            Scene.sleepSeconds(BEFORE_S);
            scene.check("enabled".equals(SchedulerProcess.state()), "not enabled before the kill");
            final long beginNs = System.nanoTime();
            victim.kill().run();
            SchedulerProcess.awaitDisabledNs(2 * WATCHDOG_NS);
            tookNs[0] = System.nanoTime() - beginNs;
            Scene.sleepSeconds(AFTER_S);
        });
        scene.finish(load);
        victim.scheduler().close();
        return tookNs[0];
    }
}
