// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm.bench;

import java.util.List;

/**
 * Work that is done under one scheduler after the other, the same each time.
 */
interface Workload
{
    /** A word. */
    String name();

    /** What it does, in a line. */
    String description(Size size);

    /** The figures that it yields, in the order in which they are shown. */
    List<Metric> metrics();

    /**
     * Does it once.
     *
     * @throws WorkloadException    if the work was not done, or not all of it.
     * @throws InterruptedException if interrupted; nothing of it runs any more.
     */
    Sample run(Size size) throws WorkloadException, InterruptedException;
}
