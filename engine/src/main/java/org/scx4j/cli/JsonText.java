// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;

/**
 * One JSON value on one line.
 * <p>
 * Thread safety: stateless.
 */
final class JsonText
{
    private static final JsonFactory FACTORY = new JsonFactory();

    /** Writes the value. */
    @FunctionalInterface
    interface Content
    {
        /**
         * Writes one object or array, with its start and end.
         *
         * @param json where to.
         * @throws IOException as the generator does.
         */
        void writeTo(JsonGenerator json) throws IOException;
    }

    private JsonText()
    {
    }

    /**
     * Makes the text.
     *
     * @param content what to write.
     * @return the text without a newline.
     */
    static String of(final Content content)
    {
        final StringWriter text = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(text))
        {
            content.writeTo(json);
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex); // a StringWriter throws none
        }
        return text.toString();
    }
}
