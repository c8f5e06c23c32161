// SPDX-License-Identifier: Apache-2.0
package org.scx4j.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Loads what benchmarks compare with in C: a library for each file in {@code src/main/c}, built into the class path.
 */
final class ReferenceLibrary
{
    private ReferenceLibrary()
    {
    }

    /**
     * Loads a library for the class loader of this class.
     *
     * @param name of its C file, without the suffix.
     * @throws IllegalStateException if it has not been built.
     */
    static void load(final String name)
    {
        final String osArch = System.getProperty("os.arch");
        final String architecture = "amd64".equals(osArch) ? "x86_64" : osArch;
        final String resource = "META-INF/native/lib" + name + "_" + architecture + ".so";
        try (InputStream library = ReferenceLibrary.class.getClassLoader().getResourceAsStream(resource))
        {
            if (null == library)
            {
                throw new IllegalStateException(resource + " is not on the class path: build it with " +
                    "`mvn -pl bench -am package`");
            }
            final Path file = Files.createTempFile("lib" + name, ".so");
            try
            {
                Files.copy(library, file, StandardCopyOption.REPLACE_EXISTING);
                System.load(file.toString());
            }
            finally
            {
                Files.delete(file); // the mapping stays
            }
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException("can't write " + resource + " into java.io.tmpdir", ex);
        }
    }
}
