// SPDX-License-Identifier: Apache-2.0

/**
 * The policies that ship with scx4j.
 */
package org.scx4j.policy;
