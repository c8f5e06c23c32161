// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import org.scx4j.SchedulerEngine;
import picocli.CommandLine.IVersionProvider;

/**
 * Version of this build.
 * <p>
 * Thread safety: stateless.
 */
final class ProjectVersion implements IVersionProvider
{
    private static final String RESOURCE = "version.properties";

    /**
     * The version.
     *
     * @return such as {@code 0.1.0}.
     */
    static String version()
    {
        try (InputStream in = SchedulerEngine.class.getResourceAsStream(RESOURCE))
        {
            final Properties properties = new Properties();
            if (null != in)
            {
                properties.load(in);
            }
            return properties.getProperty("version", "unknown");
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException("can't read " + RESOURCE + ": " + ex.getMessage(), ex);
        }
    }

    @Override
    public String[] getVersion()
    {
        return new String[]{"scx4j " + version()};
    }
}
