// SPDX-License-Identifier: Apache-2.0
package org.scx4j.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.scx4j.topology.CpuTopology;

/**
 * A machine of some CPUs of which nothing else is known.
 */
public final class UniformTopology
{
    private UniformTopology()
    {
    }

    /**
     * A machine.
     *
     * @param nrCpus 1 to {@link org.scx4j.protocol.SchedAbi#SCHED_MAX_CPUS}.
     * @return its topology: all CPUs are alike.
     */
    public static CpuTopology of(final int nrCpus)
    {
        try
        {
            final Path sysfs = Files.createTempDirectory("uniform-topology");
            final Path devices = sysfs.resolve("devices");
            final Path system = devices.resolve("system");
            final Path cpu = system.resolve("cpu");
            final Path online = cpu.resolve("online");
            Files.createDirectories(cpu);
            Files.writeString(online, "0-" + (nrCpus - 1));
            try
            {
                return CpuTopology.read(sysfs);
            }
            finally
            {
                for (final Path path : new Path[]{online, cpu, system, devices, sysfs})
                {
                    Files.delete(path);
                }
            }
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
    }
}
