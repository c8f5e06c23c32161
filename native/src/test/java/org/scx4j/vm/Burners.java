// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.scx4j.scheduling.SchedExtClass;

/**
 * A number of processes in the class SCHED_EXT that want all the CPU time they can get, on any CPU.
 */
final class Burners implements AutoCloseable
{
    private final List<Process> burners = new ArrayList<>();

    Burners(final int count) throws IOException
    {
        for (int i = 0; i < count; i++)
        {
            burners.add(new ProcessBuilder("sh", "-c", "while :; do :; done").inheritIO().start());
        }
        new SchedExtClass().enter(burners.stream().map((burner) -> (int)burner.pid()).toList());
    }

    boolean isComplete()
    {
        return burners.stream().allMatch(Process::isAlive);
    }

    @Override
    public void close()
    {
        burners.forEach(Process::destroyForcibly);
        for (final Process burner : burners)
        {
            try
            {
                burner.waitFor();
            }
            catch (final InterruptedException ex)
            {
                Thread.currentThread().interrupt();
            }
        }
    }
}
