// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm.matrix;

import java.util.List;
import org.scx4j.vm.SchedulerProcess;

/**
 * A second scheduler is started beside the first: it is refused, and the first goes on.
 */
final class TwoEnginesRow implements Row
{
    private static final int FULL_COUNT = 2;
    private static final int EXIT_ENVIRONMENT = 3;
    private static final int EXIT_TIMEOUT_S = 200;

    TwoEnginesRow()
    {
    }

    @Override
    public String name()
    {
        return "two-engines";
    }

    @Override
    public String description(final Form form)
    {
        return "a second engine started beside the first, " + form.pick(FULL_COUNT, 1) + " times";
    }

    @Override
    public void run(final Scene scene) throws Exception
    {
        final SchedulerProcess first = scene.schedule();
        scene.survive(first, disturbance(), () ->
        {
            for (int i = 0; i < scene.form().pick(FULL_COUNT, 1); i++)
            {
                final SchedulerProcess second = scene.own(SchedulerProcess.start(List.of(
                    SchedulerProcess.home().resolve("bin/scx4j").toString(), "run", "--name", "second",
                    "--duration", "1s")));
                final int status = second.awaitExit(EXIT_TIMEOUT_S);
                scene.check(EXIT_ENVIRONMENT == status &&
                    second.stderr().contains("another scheduler is attached"), "not refused: " + second.describe());
            }
            scene.check("scx4j_fifo".equals(SchedulerProcess.ops()), "the first is gone: " + SchedulerProcess.ops());
        });
    }
}
