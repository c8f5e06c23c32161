// SPDX-License-Identifier: Apache-2.0
package org.scx4j.bench;

import org.HdrHistogram.Histogram;

/**
 * What one round has measured of one path.
 *
 * @param oneCpu             round trips one at a time, all on one CPU, nanoseconds.
 * @param twoCpus            the same with the kernel's side on another CPU; null if it was not measured.
 * @param turnNsPerTask      what user space needs for a task, in bursts, nanoseconds: of the median burst.
 * @param oneCpuTasksPerSec  whole round trips a second, in bursts, all on one CPU.
 * @param twoCpusTasksPerSec the same with the kernel's side on another CPU; 0 if it was not measured.
 * @param allocatedBytes     on the heap, by the thread that took the turns, while it was measured.
 * @param nrTasks            that were measured.
 */
record RoundTripFigures(
    Histogram oneCpu,
    Histogram twoCpus,
    double turnNsPerTask,
    double oneCpuTasksPerSec,
    double twoCpusTasksPerSec,
    long allocatedBytes,
    long nrTasks)
{
}
