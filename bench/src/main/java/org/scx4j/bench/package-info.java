// SPDX-License-Identifier: Apache-2.0

/**
 * JMH benchmarks of the event path, each with a baseline beside it. They run on plain memory: no kernel, no root.
 */
package org.scx4j.bench;
