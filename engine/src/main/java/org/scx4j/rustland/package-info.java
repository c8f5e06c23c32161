// SPDX-License-Identifier: Apache-2.0

/**
 * The event path for a caller that pulls: tasks are taken and decisions given on the caller's own thread, by the calls
 * of scx_rustland_core. See {@link org.scx4j.rustland.BpfScheduler}.
 */
package org.scx4j.rustland;
