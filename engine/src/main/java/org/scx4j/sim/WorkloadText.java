// SPDX-License-Identifier: Apache-2.0
package org.scx4j.sim;

import org.scx4j.exceptions.SchedulerException;
import org.scx4j.exceptions.SchedulerException.Category;

/**
 * A workload's text as words: one of <code>{ } : ; =</code>, or whatever stands between them, white space and
 * comments. Knows where each is.
 * <p>
 * Thread safety: none.
 */
final class WorkloadText
{
    private static final String SIGNS = "{}:;=";
    private static final int SHOWN = 40;

    private final String name;
    private final String text;
    private int next;
    private int begin;
    private String word;

    WorkloadText(final String name, final String text)
    {
        this.name = name;
        this.text = text;
        advance();
    }

    /** The word at hand; empty at the end. */
    String word()
    {
        return word;
    }

    boolean is(final String expected)
    {
        return word.equals(expected);
    }

    boolean isEnd()
    {
        return word.isEmpty();
    }

    /** Where the word at hand begins, for {@link #wrong(int, String)}. */
    int place()
    {
        return begin;
    }

    /** Goes on to the next word, and returns the one that was at hand. */
    String take()
    {
        final String taken = word;
        advance();
        return taken;
    }

    void expect(final String expected, final String whatToDo)
    {
        if (!is(expected))
        {
            throw wrong("'" + expected + "' expected, found " + shown() + "; " + whatToDo);
        }
        advance();
    }

    private void advance()
    {
        while (next < text.length() && (Character.isWhitespace(text.charAt(next)) || '#' == text.charAt(next)))
        {
            if ('#' == text.charAt(next))
            {
                final int end = text.indexOf('\n', next);
                next = end < 0 ? text.length() : end;
            }
            else
            {
                next++;
            }
        }
        begin = next;
        if (next < text.length() && SIGNS.indexOf(text.charAt(next)) >= 0)
        {
            next++;
        }
        else
        {
            while (next < text.length() && !isEnd(text.charAt(next)))
            {
                next++;
            }
        }
        word = text.substring(begin, next);
    }

    private static boolean isEnd(final char letter)
    {
        return Character.isWhitespace(letter) || '#' == letter || SIGNS.indexOf(letter) >= 0;
    }

    /** The word at hand, for a message. */
    String shown()
    {
        return isEnd() ? "the end" :
            "'" + (word.length() > SHOWN ? word.substring(0, SHOWN) + "…" : word).replaceAll("\\p{Cntrl}", "?") + "'";
    }

    /** An error at the word at hand. */
    SchedulerException wrong(final String message)
    {
        return wrong(begin, message);
    }

    /** An error somewhere. */
    SchedulerException wrong(final int place, final String message)
    {
        int line = 1;
        int lineBegin = 0;
        for (int i = 0; i < place; i++)
        {
            if ('\n' == text.charAt(i))
            {
                line++;
                lineBegin = i + 1;
            }
        }
        return new SchedulerException(
            Category.USAGE, name + ":" + line + ":" + (place - lineBegin + 1) + ": " + message);
    }
}
