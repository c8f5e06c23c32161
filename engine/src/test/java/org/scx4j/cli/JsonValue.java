// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads JSON back: maps, lists, strings, Long, Double, Boolean, null.
 */
final class JsonValue
{
    private JsonValue()
    {
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> object(final String text)
    {
        return (Map<String, Object>)parse(text);
    }

    @SuppressWarnings("unchecked")
    static List<Map<String, Object>> objects(final String text)
    {
        return (List<Map<String, Object>>)parse(text);
    }

    private static Object parse(final String text)
    {
        try (JsonParser parser = new JsonFactory().createParser(text))
        {
            parser.nextToken();
            final Object value = value(parser);
            if (null != parser.nextToken())
            {
                throw new IllegalArgumentException("more than one JSON value: " + text);
            }
            return value;
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(text, ex);
        }
    }

    private static Object value(final JsonParser parser) throws IOException
    {
        switch (parser.currentToken())
        {
            case START_OBJECT:
                final Map<String, Object> members = new LinkedHashMap<>();
                while (JsonToken.END_OBJECT != parser.nextToken())
                {
                    final String name = parser.currentName();
                    parser.nextToken();
                    if (null != members.put(name, value(parser)))
                    {
                        throw new IllegalArgumentException("twice: " + name);
                    }
                }
                return members;

            case START_ARRAY:
                final List<Object> elements = new ArrayList<>();
                while (JsonToken.END_ARRAY != parser.nextToken())
                {
                    elements.add(value(parser));
                }
                return elements;

            case VALUE_NUMBER_INT:
                return parser.getLongValue();

            case VALUE_NUMBER_FLOAT:
                return parser.getDoubleValue();

            case VALUE_TRUE:
            case VALUE_FALSE:
                return parser.getBooleanValue();

            case VALUE_NULL:
                return null;

            default:
                return parser.getText();
        }
    }
}
