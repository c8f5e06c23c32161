// SPDX-License-Identifier: Apache-2.0

/**
 * scx4j: Linux CPU schedulers whose policy is plain Java. Start at {@link org.scx4j.SchedulerEngine} and
 * {@link org.scx4j.Context}, its options.
 */
package org.scx4j;
