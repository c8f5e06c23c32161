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
    private static final int POLL_MS = 20;
    private static final int STAY_MS = 100_000;
    private static final long WATCHDOG_NS = TimeUnit.SECONDS.toNanos(5);
    private static final long LIMIT_NS = TimeUnit.SECONDS.toNanos(1);
    /** What the kernel's log says at the moment of the kill: by us, or by itself. */
    private static final String KILL = "scx4j: kill";
    private static final String OUT_OF_MEMORY = "Killed process ";

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

    /** Does something, and maybe notes what a task waits meanwhile. */
    private interface Watch
    {
        void over(Scene.Act act) throws Exception;
    }

    /**
     * Who will die.
     *
     * @param kill  kills it.
     * @param begin what the kernel's log says then.
     * @param end   waits until the process is gone.
     */
    private record Victim(Scene.Act kill, String begin, Scene.Act end)
    {
    }

    static KillRow bySignal()
    {
        return new KillRow("kill", "SIGKILL of the JVM", 3, (scene) ->
        {
            final SchedulerProcess scheduler = scene.schedule();
            return new Victim(() ->
            {
                KernelLog.say(KILL);
                scheduler.kill();
            }, KILL, scheduler::close);
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
            return new Victim(() ->
            {
                group.set("memory.max", "16M"); // less than it has locked
                scene.check(137 == scheduler.awaitExit(30), "not killed by the kernel; " + scheduler.describe());
                scene.check(group.event("memory.events", "oom_kill") > 0, "no OOM kill in the cgroup");
            }, OUT_OF_MEMORY, scheduler::close);
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
        long emptyNs = 0;
        for (int i = 0; i < scene.form().pick(fullCount, 1); i++)
        {
            final Victim victim = killer.start(scene);
            longestNs = Math.max(longestNs, killOnce(scene, victim, (act) -> scene.watch(disturbance(), act)));
            emptyNs = Math.max(emptyNs, killOnce(scene, empty(scene), Scene.Act::run));
        }
        final String took = String.format("disabled at most %d ms after the kill, by the kernel's log; a scheduler " +
            "that does nothing, of a process that does nothing, %d ms",
            TimeUnit.NANOSECONDS.toMillis(longestNs), TimeUnit.NANOSECONDS.toMillis(emptyNs));
        scene.note(took);
        scene.check(longestNs < WATCHDOG_NS, "that is no sooner than the watchdog");
        scene.checkTime(longestNs < LIMIT_NS, "not disabled within a second: " + took);
    }

    private static Victim empty(final Scene scene) throws Exception
    {
        final Process attacher = EmptyScheduler.attach(scene, 1, STAY_MS);
        while (attacher.isAlive() && !"enabled".equals(SchedulerProcess.state()))
        {
            TimeUnit.MILLISECONDS.sleep(POLL_MS);
        }
        return new Victim(() ->
        {
            KernelLog.say(KILL);
            attacher.destroyForcibly();
        }, KILL, attacher::waitFor);
    }

    private long killOnce(final Scene scene, final Victim victim, final Watch watch) throws Exception
    {
        final Load load = scene.load(disturbance());
        watch.over(() ->
        {
            Scene.sleepSeconds(BEFORE_S);
            scene.check("enabled".equals(SchedulerProcess.state()), "not enabled before the kill");
            victim.kill().run();
            SchedulerProcess.awaitDisabledNs(2 * WATCHDOG_NS);
            Scene.sleepSeconds(AFTER_S);
        });
        scene.finish(load);
        victim.end().run();
        final long tookNs = scene.log().endedAfterNs(victim.begin());
        scene.check(tookNs >= 0, "not disabled after the kill");
        return tookNs;
    }
}
