// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads what our own programs print: an object in one line, whose names occur once.
 */
public final class Json
{
    private Json()
    {
    }

    /**
     * A number out of such a line.
     *
     * @param json  the line.
     * @param field name of the number.
     * @return it.
     * @throws AssertionError if there is none of that name.
     */
    public static double number(final String json, final String field)
    {
        final Matcher matcher = Pattern.compile("\"" + field + "\"\\s*:\\s*(-?[0-9.E+]+)").matcher(json);
        if (!matcher.find())
        {
            throw new AssertionError("no number '" + field + "' in: " + json);
        }
        return Double.parseDouble(matcher.group(1));
    }
}
