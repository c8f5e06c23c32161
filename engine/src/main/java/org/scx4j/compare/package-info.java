// SPDX-License-Identifier: Apache-2.0
/**
 * Several policies on the same workload, side by side: what a page and a trace viewer show of them.
 */
package org.scx4j.compare;
