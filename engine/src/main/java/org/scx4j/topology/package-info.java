// SPDX-License-Identifier: Apache-2.0

/**
 * CPUs of this machine.
 */
package org.scx4j.topology;
