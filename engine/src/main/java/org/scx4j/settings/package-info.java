// SPDX-License-Identifier: Apache-2.0

/**
 * Settings of the machine that are other ones while a scheduler runs.
 */
package org.scx4j.settings;
