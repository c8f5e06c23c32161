// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Everything around a command that it may look at.
 *
 * @param proc         where procfs is mounted.
 * @param sys          where sysfs is mounted.
 * @param boot         where kernels and their configurations are kept.
 * @param temporary    folder for files that nobody has to keep.
 * @param environment  variables.
 * @param installation the parts that are not Java.
 * @param java         the JVM.
 */
record Machine(
    Path proc,
    Path sys,
    Path boot,
    Path temporary,
    Map<String, String> environment,
    Installation installation,
    JavaRuntime java)
{
    /**
     * The machine that executes this.
     *
     * @return its usual places.
     */
    static Machine current()
    {
        return new Machine(
            Path.of("/proc"),
            Path.of("/sys"),
            Path.of("/boot"),
            Path.of(System.getProperty("java.io.tmpdir")),
            System.getenv(),
            new ClassPathInstallation(),
            JavaRuntime.current());
    }

    /**
     * The running kernel, as {@code uname -r} says it.
     *
     * @return release, or {@code unknown}.
     */
    String kernelRelease()
    {
        final String release = SmallFile.read(proc.resolve("sys/kernel/osrelease"));
        return release.isEmpty() ? "unknown" : release;
    }

    /**
     * Whether somebody reads standard error as it is written.
     *
     * @return true if it is a terminal.
     */
    boolean isErrTerminal()
    {
        try
        {
            final String target = Files.readSymbolicLink(proc.resolve("self/fd/2")).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        }
        catch (final IOException | UnsupportedOperationException ex)
        {
            return false;
        }
    }

    /**
     * Whether a variable is set to something.
     *
     * @param name of the variable.
     * @return false if it is unset or empty.
     */
    boolean isSet(final String name)
    {
        return !environment.getOrDefault(name, "").isEmpty();
    }
}
