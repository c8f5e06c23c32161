// SPDX-License-Identifier: Apache-2.0

/**
 * What a run can say of itself: counters, latencies, exit information, the report.
 */
package org.scx4j.status;
