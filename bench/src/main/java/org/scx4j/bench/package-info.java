// SPDX-License-Identifier: Apache-2.0

/**
 * JMH benchmarks of the event path, each with a baseline beside it. Most run on plain memory: no kernel, no root. Those
 * that need this machine's kernel, or two of its CPUs, say so.
 */
package org.scx4j.bench;
