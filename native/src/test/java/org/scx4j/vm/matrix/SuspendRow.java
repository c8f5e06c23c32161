// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm.matrix;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.scx4j.vm.SchedulerProcess;

/**
 * The machine is suspended to idle, and woken by its clock. Where a device refuses, what has happened is that all tasks
 * were frozen and thawed; that is no suspend, so the row is not green then.
 */
final class SuspendRow implements Row
{
    private static final Path STATES = Path.of("/sys/power/state");
    private static final int FULL_COUNT = 3;
    private static final int SLEEP_S = 2;

    SuspendRow()
    {
    }

    @Override
    public String name()
    {
        return "suspend";
    }

    @Override
    public String description(final Form form)
    {
        return "suspend-to-idle, " + form.pick(FULL_COUNT, 1) + " times";
    }

    @Override
    public void run(final Scene scene) throws Exception
    {
        if (!Files.exists(STATES) || !Files.readString(STATES).contains("freeze"))
        {
            scene.notRun("this kernel has no suspend-to-idle");
            return;
        }
        final SchedulerProcess scheduler = scene.schedule();
        scene.survive(scheduler, disturbance(), () ->
        {
            for (int i = 0; i < scene.form().pick(FULL_COUNT, 1); i++)
            {
                suspend(scene);
                Scene.sleepSeconds(SLEEP_S);
            }
            scene.check("enabled".equals(SchedulerProcess.state()), "no longer enabled");
        });
    }

    private static void suspend(final Scene scene) throws IOException, InterruptedException
    {
        final Process suspend =
            scene.shell("exec rtcwake --mode freeze --seconds " + SLEEP_S);
        if (!suspend.waitFor(2, TimeUnit.MINUTES))
        {
            scene.fault("suspended, and did not wake");
        }
        else if (0 != suspend.exitValue())
        {
            scene.notRun("a device of this machine can't suspend (" + refusal(scene) +
                "); all tasks were frozen and thawed, and went on");
        }
    }

    /** The first device that the kernel names. */
    private static String refusal(final Scene scene) throws IOException
    {
        return scene.log().lines().stream()
            .filter((line) -> line.contains("not yet supported") || line.contains("failed to suspend"))
            .map((line) -> line.replaceFirst("^\\[[^]]*] ", "")).findFirst().orElse("the kernel does not say which");
    }
}
