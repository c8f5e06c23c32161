// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file of procfs or sysfs: short, and possibly not there.
 * <p>
 * Thread safety: stateless.
 */
final class SmallFile
{
    private SmallFile()
    {
    }

    /**
     * Reads all of it.
     *
     * @param file to read.
     * @return its text without white space around it; empty if it can't be read.
     */
    static String read(final Path file)
    {
        try
        {
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8).strip();
        }
        catch (final IOException ex)
        {
            return "";
        }
    }

    /**
     * Reads the rest of the line that starts with a key.
     *
     * @param file to read.
     * @param key  such as {@code CapEff:}.
     * @return what follows it, without white space around it; empty if there is no such line.
     */
    static String field(final Path file, final String key)
    {
        return read(file).lines()
            .filter((line) -> line.startsWith(key))
            .map((line) -> line.substring(key.length()).strip())
            .findFirst()
            .orElse("");
    }
}
