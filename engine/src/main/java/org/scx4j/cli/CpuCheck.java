// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import java.io.UncheckedIOException;
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
                ThreadPlacement.of(null, new int[0], online));
        }
        catch (final UncheckedIOException | IllegalArgumentException ex)
        {
            findings.fail("CPUs", ex.getMessage(), "mount sysfs: mount -t sysfs sysfs /sys");
        }
    }
}
