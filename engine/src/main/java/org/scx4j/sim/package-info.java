// SPDX-License-Identifier: Apache-2.0

/**
 * A machine in virtual time that a policy schedules through the engine's own event path: {@link
 * org.scx4j.sim.Simulation}.
 */
package org.scx4j.sim;
