// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import java.io.UncheckedIOException;
import java.util.Locale;
import org.scx4j.Context;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.pipeline.PipelineOptions;
import org.scx4j.policy.Fifo;
import org.scx4j.topology.CpuList;

/**
 * How many CPUs there are, and what the engine would do with them.
 */
final class CpuCheck implements Check
{
    @Override
    public void examine(final Machine machine, final Findings findings)
    {
        try
        {
            final int[] online = CpuList.online(machine.sys());
            findings.ok("CPUs", online.length + " online (" + CpuList.format(online) + "), --layout auto takes " +
                chosenByTheEngine(machine));
        }
        catch (final UncheckedIOException | IllegalArgumentException | SchedulerException ex)
        {
            findings.fail("CPUs", ex.getMessage(), "mount sysfs: mount -t sysfs sysfs /sys");
        }
    }

    private static String chosenByTheEngine(final Machine machine)
    {
        final Context context = new Context().policy(new Fifo()).sysfs(machine.sys());
        context.conclude();
        final PipelineOptions options = context.pipelineOptions();
        return RunSummary.threads(options.layout().name().toLowerCase(Locale.ROOT), options.cpus());
    }
}
