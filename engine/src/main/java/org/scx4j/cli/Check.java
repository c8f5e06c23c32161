// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

/**
 * Looks whether one side of a machine is fit for a scheduler. Changes nothing, and throws nothing for what is missing.
 */
@FunctionalInterface
interface Check
{
    /**
     * Looks.
     *
     * @param machine  at what.
     * @param findings where it notes what it saw.
     */
    void examine(Machine machine, Findings findings);
}
