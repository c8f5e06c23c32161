// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

/**
 * What {@code scx4j doctor} says of one thing.
 *
 * @param level  how bad it is.
 * @param what   the thing.
 * @param detail what was found.
 * @param fix    what to do; empty if nothing has to be done.
 */
record Finding(Level level, String what, String detail, String fix)
{
    /** How bad a finding is. */
    enum Level
    {
        /** As it should be. */
        OK("ok"),
        /** It runs, but worse than it could. */
        WARN("warn"),
        /** It does not run. */
        FAIL("FAIL");

        private final String label;

        Level(final String label)
        {
            this.label = label;
        }

        /**
         * How it is printed.
         *
         * @return at most four characters.
         */
        String label()
        {
            return label;
        }
    }
}
