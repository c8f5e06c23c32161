// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.scx4j.pipeline.PathWarmUp;

/**
 * What {@code bin/scx4j} has a JVM do once after each build, to write its classes into an archive (class data sharing),
 * from which later ones start faster.
 * <p>
 * Runs simulations and the path on plain memory, since these need no privileges and change nothing on the machine, and
 * loads what only a kernel needs. Prints nothing but errors.
 */
public final class ArchiveTraining
{
    private static final String CLASS_SUFFIX = ".class";
    private static final String PACKAGE_PREFIX = "org/scx4j/";

    private ArchiveTraining()
    {
    }

    /**
     * Trains.
     *
     * @param args none.
     * @throws IOException        if the jar can't be read.
     * @throws URISyntaxException if it has no path.
     */
    public static void main(final String[] args) throws IOException, URISyntaxException
    {
        simulate("--policy", "fifo");
        simulate("--policy", "deadline", "--json");
        PathWarmUp.run();
        loadClasses(Path.of(Main.class.getProtectionDomain().getCodeSource().getLocation().toURI()));
    }

    private static void simulate(final String... options)
    {
        final List<String> arguments = new ArrayList<>(List.of("run", "--backend", "sim", "--duration", "20ms"));
        arguments.addAll(List.of(options));
        final PrintWriter out = new PrintWriter(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        new Main(Machine.current(), null, new StopSignal()).print(out, out).execute(arguments.toArray(new String[0]));
    }

    private static void loadClasses(final Path jarPath) throws IOException
    {
        try (JarFile jar = new JarFile(jarPath.toFile()))
        {
            for (final JarEntry entry : (Iterable<JarEntry>)jar.stream()::iterator)
            {
                final String name = entry.getName();
                if (name.startsWith(PACKAGE_PREFIX) && name.endsWith(CLASS_SUFFIX))
                {
                    load(name.substring(0, name.length() - CLASS_SUFFIX.length()).replace('/', '.'));
                }
            }
        }
    }

    private static void load(final String name)
    {
        try
        {
            Class.forName(name, false, ArchiveTraining.class.getClassLoader());
        }
        catch (final ClassNotFoundException | LinkageError ex)
        {
            System.err.println("scx4j: " + ex); // the archive is made without it
        }
    }
}
