// SPDX-License-Identifier: Apache-2.0
package org.scx4j.compare;

import org.scx4j.sim.SimulationReport;

/**
 * How one policy did.
 *
 * @param report   of its simulation.
 * @param recorder that has seen it.
 */
public record PolicyRun(SimulationReport report, RunRecorder recorder)
{
}
