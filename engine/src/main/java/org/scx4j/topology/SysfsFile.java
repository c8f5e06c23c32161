// SPDX-License-Identifier: Apache-2.0
package org.scx4j.topology;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.exceptions.SchedulerException.Category;

/**
 * A file of sysfs: one value, and possibly not there, which is no error. What is there must make sense.
 * <p>
 * Thread safety: stateless.
 */
final class SysfsFile
{
    private static final int SHOWN_MAX_CHARS = 80;

    private SysfsFile()
    {
    }

    /** Its text without white space around it, or null if it is not there. */
    static String text(final Path file)
    {
        try
        {
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8).strip();
        }
        catch (final NoSuchFileException ex)
        {
            return null;
        }
        catch (final IOException ex)
        {
            throw new SchedulerException(Category.ENVIRONMENT, "can't read " + file + ": " + ex.getMessage(), ex);
        }
    }

    /** Its number, or what stands for a file that is not there. */
    static int number(final Path file, final int missing)
    {
        final String text = text(file);
        try
        {
            return null == text ? missing : Integer.parseInt(text);
        }
        catch (final NumberFormatException ex)
        {
            throw broken(file, "not a number", text);
        }
    }

    /** Its list of CPUs, or null if it is not there. */
    static int[] cpus(final Path file)
    {
        final String text = text(file);
        try
        {
            return null == text ? null : CpuList.parse(text);
        }
        catch (final IllegalArgumentException ex)
        {
            throw broken(file, "not a list of CPUs such as 0-3,6", text);
        }
    }

    /** What to throw if its text makes no sense: one line, however long and wild the text is. */
    static SchedulerException broken(final Path file, final String what, final String text)
    {
        final String line = text.replaceAll("\\p{Cntrl}", " ");
        final String shown = line.length() <= SHOWN_MAX_CHARS ? line : line.substring(0, SHOWN_MAX_CHARS) + "…";
        return new SchedulerException(Category.ENVIRONMENT, "can't use " + file + ": " + what + ": '" + shown + "'");
    }
}
