// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm.bench;

import java.util.Map;

/**
 * What a workload has yielded once.
 *
 * @param figures   by the metric: per second, or nanoseconds.
 * @param elapsedNs how long its work took, as it says itself, nanoseconds.
 * @param processNs the same seen from outside, with the start and end of its processes, nanoseconds.
 */
record Sample(Map<Metric, Double> figures, long elapsedNs, long processNs)
{
}
