// SPDX-License-Identifier: Apache-2.0
/**
 * The one exception of the engine and what a host has to do about it.
 */
package org.scx4j.exceptions;
