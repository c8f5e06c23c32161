// SPDX-License-Identifier: Apache-2.0
package org.scx4j.status;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;

/**
 * What the garbage collectors of this JVM have done so far.
 * <p>
 * Thread safety: stateless.
 */
public final class GarbageCollections
{
    private static final List<GarbageCollectorMXBean> COLLECTORS = ManagementFactory.getGarbageCollectorMXBeans();

    private GarbageCollections()
    {
    }

    /**
     * How often they ran.
     *
     * @return count.
     */
    public static long count()
    {
        long count = 0;
        for (final GarbageCollectorMXBean collector : COLLECTORS)
        {
            count += Math.max(0, collector.getCollectionCount());
        }
        return count;
    }

    /**
     * How long they ran.
     *
     * @return milliseconds.
     */
    public static long totalMs()
    {
        long ms = 0;
        for (final GarbageCollectorMXBean collector : COLLECTORS)
        {
            ms += Math.max(0, collector.getCollectionTime());
        }
        return ms;
    }
}
