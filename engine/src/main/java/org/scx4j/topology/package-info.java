// SPDX-License-Identifier: Apache-2.0

/**
 * CPUs of this machine: which there are and how they belong together ({@link org.scx4j.topology.CpuTopology}), and sets
 * of them ({@link org.scx4j.topology.CpuMask}, {@link org.scx4j.topology.CpuList}).
 */
package org.scx4j.topology;
