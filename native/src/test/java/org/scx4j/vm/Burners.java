// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A number of processes that want all the CPU time they can get, on any CPU.
 */
final class Burners implements AutoCloseable
{
    private final List<Burner> burners = new ArrayList<>();

    Burners(final int count) throws IOException
    {
        for (int i = 0; i < count; i++)
        {
            burners.add(Burner.anywhere(0));
        }
    }

    boolean isComplete()
    {
        return burners.stream().allMatch(Burner::isAlive);
    }

    @Override
    public void close()
    {
        burners.forEach(Burner::close);
    }
}
