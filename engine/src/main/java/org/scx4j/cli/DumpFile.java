// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The kernel's dump of an evicted scheduler, kept for whoever wants to know why: in the folder that
 * {@code SCX4J_VM_OUT} names, else in the one for temporary files.
 */
final class DumpFile
{
    private static final String FOLDER_VARIABLE = "SCX4J_VM_OUT";

    private final Path folder;

    DumpFile(final Machine machine)
    {
        this.folder = machine.isSet(FOLDER_VARIABLE) ?
            Path.of(machine.environment().get(FOLDER_VARIABLE)) : machine.temporary();
    }

    /**
     * Keeps a dump.
     *
     * @param dump text.
     * @return where it is, or why it is nowhere; half a line.
     */
    String write(final String dump)
    {
        try
        {
            final Path file = Files.createTempFile(folder, "scx4j-dump-", ".txt");
            Files.write(file, dump.getBytes(StandardCharsets.UTF_8));
            return file.toString();
        }
        catch (final IOException ex)
        {
            return "not kept (" + ex + "): run again with --verbose";
        }
    }
}
