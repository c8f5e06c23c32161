// SPDX-License-Identifier: Apache-2.0

/**
 * The event path in user space: reader, Disruptor ring, policy handler, dispatch handler, and their threads.
 */
package org.scx4j.pipeline;
