// SPDX-License-Identifier: Apache-2.0
package org.scx4j.policy;

/**
 * The user's text in a message: one line, however long and wild the text is.
 * <p>
 * Thread safety: stateless.
 */
final class OneLine
{
    private static final int MAX_CHARS = 80;

    private OneLine()
    {
    }

    /**
     * Makes text fit for a message.
     *
     * @param text anything.
     * @return the same without control characters, and cut if it is long.
     */
    static String of(final String text)
    {
        final String line = text.replaceAll("\\p{Cntrl}", " ");
        return line.length() <= MAX_CHARS ? line : line.substring(0, MAX_CHARS) + "…";
    }
}
