// SPDX-License-Identifier: Apache-2.0
package org.scx4j.bench.report;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A part of a JSON file that says where it is when something is missing in it.
 *
 * @param where the file, and the way in it.
 * @param value a map, a list, a text, a number or a boolean.
 */
record JsonNode(String where, Object value)
{
    /**
     * Reads a file.
     *
     * @param file to be read.
     * @return what it holds.
     * @throws IllegalArgumentException if it can't be read or is not JSON, with a line that says so.
     */
    static JsonNode read(final Path file)
    {
        try
        {
            return new JsonNode(file.toString(), JSON.std.anyFrom(Files.readString(file)));
        }
        catch (final NoSuchFileException ex)
        {
            throw new IllegalArgumentException("there is no " + file);
        }
        catch (final IOException ex)
        {
            final String reason = ex.getMessage().lines().findFirst().orElse("");
            throw new IllegalArgumentException(file + " is not JSON: " + reason);
        }
    }

    boolean has(final String name)
    {
        return value instanceof Map && ((Map<?, ?>)value).containsKey(name);
    }

    JsonNode at(final String name)
    {
        if (!has(name))
        {
            throw new IllegalArgumentException(where + " has no \"" + name + "\"");
        }
        return new JsonNode(where + "/" + name, ((Map<?, ?>)value).get(name));
    }

    List<JsonNode> items()
    {
        if (!(value instanceof List))
        {
            throw new IllegalArgumentException(where + " is not a list");
        }
        final List<JsonNode> items = new ArrayList<>();
        for (final Object item : (List<?>)value)
        {
            items.add(new JsonNode(where + "/" + items.size(), item));
        }
        return items;
    }

    Map<?, ?> map()
    {
        if (!(value instanceof Map))
        {
            throw new IllegalArgumentException(where + " is not an object");
        }
        return (Map<?, ?>)value;
    }

    String text(final String name)
    {
        return String.valueOf(at(name).value);
    }

    boolean isTrue(final String name)
    {
        return Boolean.TRUE.equals(at(name).value);
    }

    double number(final String name)
    {
        return at(name).number();
    }

    double number()
    {
        if (!(value instanceof Number))
        {
            throw new IllegalArgumentException(where + " is not a number");
        }
        return ((Number)value).doubleValue();
    }
}
