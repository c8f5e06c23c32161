// SPDX-License-Identifier: Apache-2.0

/**
 * Which tasks a scheduler gets that takes only those of the class SCHED_EXT.
 */
package org.scx4j.scheduling;
