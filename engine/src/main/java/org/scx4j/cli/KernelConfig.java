// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/**
 * How the running kernel was configured: what it says itself in {@code /proc/config.gz}, else what its package put into
 * {@code /boot}.
 * <p>
 * Thread safety: immutable.
 */
final class KernelConfig
{
    private static final String PREFIX = "CONFIG_";

    private final Map<String, String> values = new HashMap<>();
    private final String source;

    private KernelConfig(final String source, final String text)
    {
        this.source = source;
        text.lines().filter((line) -> line.startsWith(PREFIX) && line.contains("=")).forEach((line) ->
            values.put(line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1)));
    }

    /**
     * Reads it.
     *
     * @param machine where to look.
     * @return the configuration; if there is none that can be read, one that is not known.
     */
    static KernelConfig of(final Machine machine)
    {
        final Path own = machine.proc().resolve("config.gz");
        final Path packaged = machine.boot().resolve("config-" + machine.kernelRelease());
        try
        {
            if (Files.isReadable(own))
            {
                return new KernelConfig(own.toString(), unzipped(own));
            }
            if (Files.isReadable(packaged))
            {
                return new KernelConfig(packaged.toString(), SmallFile.read(packaged));
            }
        }
        catch (final IOException ex)
        {
            return new KernelConfig("", "");
        }
        return new KernelConfig("", "");
    }

    private static String unzipped(final Path file) throws IOException
    {
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(Files.readAllBytes(file))))
        {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /**
     * Whether the configuration could be read.
     *
     * @return false if nothing is known.
     */
    boolean isKnown()
    {
        return !source.isEmpty();
    }

    /**
     * Where it was read.
     *
     * @return file, empty if nowhere.
     */
    String source()
    {
        return source;
    }

    /**
     * Whether an option is built in.
     *
     * @param option with its {@code CONFIG_}.
     * @return true if it is {@code y}.
     */
    boolean isBuiltIn(final String option)
    {
        return "y".equals(values.get(option));
    }
}
