// SPDX-License-Identifier: Apache-2.0

/**
 * What a policy is written against: {@link org.scx4j.api.SchedulingPolicy} and what it is handed.
 */
package org.scx4j.api;
