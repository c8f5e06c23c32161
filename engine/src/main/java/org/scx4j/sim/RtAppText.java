// SPDX-License-Identifier: Apache-2.0
package org.scx4j.sim;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.exceptions.SchedulerException.Category;

/**
 * JSON as rt-app's files have it, word by word, so that keys keep their order and may come twice: with comments of C
 * and with commas at the end. Knows where each word is, and to which task and phase it belongs.
 * <p>
 * Thread safety: none.
 */
final class RtAppText
{
    private static final JsonFactory FACTORY = JsonFactory.builder()
        .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
        .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
        .build();
    private static final int SHOWN = 40;
    private static final int MAX_DIGITS = 18;

    private final String name;
    private final JsonParser json;
    private JsonToken token;
    private String owner = "";

    RtAppText(final String name, final String text)
    {
        this.name = name;
        try
        {
            json = FACTORY.createParser(text);
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex); // a String throws none
        }
    }

    /** What messages call the file. */
    String name()
    {
        return name;
    }

    /** Names what all that follows belongs to; empty for the file. */
    void owner(final String what)
    {
        owner = what;
    }

    /** Goes on to the next word. */
    JsonToken next()
    {
        try
        {
            token = json.nextToken();
            return token;
        }
        catch (final JsonProcessingException ex)
        {
            final String what = null == ex.getOriginalMessage() ? "" : ex.getOriginalMessage();
            throw wrong(ex.getLocation(), "no JSON: " + printable(what, Integer.MAX_VALUE));
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex); // a String throws none
        }
    }

    /** Goes on to the next key of an object; null at its end. */
    String nextKey()
    {
        return JsonToken.END_OBJECT == next() ? null : text();
    }

    /** The next word begins an object. */
    void beginObject(final String what)
    {
        next();
        expect(JsonToken.START_OBJECT, "an object with " + what);
    }

    boolean is(final JsonToken expected)
    {
        return expected == token;
    }

    private void expect(final JsonToken expected, final String what)
    {
        if (expected != token)
        {
            throw wrong(what + " expected, found " + shown());
        }
    }

    /** Passes over the value that comes. */
    void skipValue()
    {
        int depth = 0;
        do
        {
            next();
            depth += null == token ? 0 : token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        }
        while (depth > 0);
    }

    /** A whole number, as the next word. */
    long nextWhole(final String what, final long min, final long max)
    {
        next();
        return whole(what, min, max);
    }

    /** A whole number, as the word at hand. */
    long whole(final String what, final long min, final long max)
    {
        final String range = what + " expected, a whole number from " + min + " to " + max;
        if (JsonToken.VALUE_NUMBER_INT != token)
        {
            throw wrong(range + ", found " + shown());
        }
        final String digits = text();
        final long value = digits.length() > MAX_DIGITS ? Long.MIN_VALUE : Long.parseLong(digits);
        if (value < min || value > max)
        {
            throw wrong(range + ", found " + shown());
        }
        return value;
    }

    /** A text, as the next word. */
    String nextString(final String what)
    {
        next();
        expect(JsonToken.VALUE_STRING, what);
        return text();
    }

    String text()
    {
        try
        {
            return json.getText();
        }
        catch (final JsonProcessingException ex)
        {
            throw wrong(ex.getLocation(), "no JSON: " + printable(ex.getOriginalMessage(), Integer.MAX_VALUE));
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex); // a String throws none
        }
    }

    /** The word at hand, for a message. */
    private String shown()
    {
        if (null == token)
        {
            return "the end";
        }
        switch (token)
        {
            case START_OBJECT:
                return "an object";

            case START_ARRAY:
                return "a list";

            default:
                return "'" + printable(text(), SHOWN) + "'";
        }
    }

    /** Without what would break the line. */
    static String printable(final String text, final int length)
    {
        final String line = text.replaceAll("[\\p{Cntrl}\\u2028\\u2029]+", " ");
        return line.length() > length ? line.substring(0, length) + "…" : line;
    }

    /** A name in quotes, for a message. */
    static String quoted(final String text)
    {
        return "'" + printable(text, SHOWN) + "'";
    }

    /** An error at the word at hand. */
    SchedulerException wrong(final String message)
    {
        return wrong(json.currentTokenLocation(), message);
    }

    private SchedulerException wrong(final JsonLocation place, final String message)
    {
        final JsonLocation shown = null == place ? json.currentLocation() : place;
        return new SchedulerException(Category.USAGE, name + ":" + Math.max(1, shown.getLineNr()) + ":" +
            Math.max(1, shown.getColumnNr()) + ": " + (owner.isEmpty() ? "" : owner + ": ") + message);
    }
}
