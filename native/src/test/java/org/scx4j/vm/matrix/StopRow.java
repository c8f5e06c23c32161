// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm.matrix;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.scx4j.vm.SchedulerProcess;

/**
 * The whole JVM is stopped by SIGSTOP, and goes on.
 */
final class StopRow implements Row
{
    private static final int GAP_MS = 1000;
    private static final long BACK_NS = TimeUnit.MILLISECONDS.toNanos(10);

    private final String name;
    private final int fullCount;
    private final int shortCount;
    private final int fullMs;
    private final int shortMs;

    StopRow(final String name, final int fullCount, final int shortCount, final int fullMs, final int shortMs)
    {
        this.name = name;
        this.fullCount = fullCount;
        this.shortCount = shortCount;
        this.fullMs = fullMs;
        this.shortMs = shortMs;
    }

    @Override
    public String name()
    {
        return name;
    }

    @Override
    public String description(final Form form)
    {
        return String.format("SIGSTOP of the JVM for %d s, %d times", form.pick(fullMs, shortMs) / 1000,
            form.pick(fullCount, shortCount));
    }

    @Override
    public void run(final Scene scene) throws Exception
    {
        final SchedulerProcess scheduler = scene.schedule();
        scene.survive(scheduler, disturbance(), () -> judge(scene, Pauser.run(scene, scheduler,
            scene.form().pick(fullCount, shortCount), scene.form().pick(fullMs, shortMs), GAP_MS, List.of())));
    }

    /**
     * What must follow a pause. The thread that goes on needs a CPU like anybody, so that on a machine where a task
     * waits for that, a single pause may take as long: the half of all may not.
     */
    static void judge(final Scene scene, final Pauser pauser)
    {
        scene.note(pauser.toString());
        scene.check(pauser.nrLapsed() == pauser.nrPauses(), "the lease was not lost in each pause: " + pauser);
        scene.check(pauser.nrRegained() == pauser.nrPauses(), "the lease did not come back after each: " + pauser);
        scene.check(pauser.nrDecided() == pauser.nrPauses(), "no decision ran after each: " + pauser);
        scene.checkTime(pauser.regainedP50Ns() <= BACK_NS, "the lease took more than 10 ms to come back: " + pauser);
        scene.checkTime(pauser.decidedMaxNs() <= BACK_NS + scene.kernels().maxNs(),
            "the first decision came later than 10 ms after the longest wait of the kernel's own: " + pauser);
    }
}
