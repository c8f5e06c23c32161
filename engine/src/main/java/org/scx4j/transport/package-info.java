// SPDX-License-Identifier: Apache-2.0

/**
 * Kernel I/O: the {@link org.scx4j.transport.KernelTransport} SPI, the mapped rings, and the sched_ext implementation.
 */
package org.scx4j.transport;
