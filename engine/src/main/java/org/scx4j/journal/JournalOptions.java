// SPDX-License-Identifier: Apache-2.0
package org.scx4j.journal;

import java.nio.file.Path;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.exceptions.SchedulerException.Category;

/**
 * Where and how a run is recorded.
 * <p>
 * Thread safety: immutable.
 *
 * @param file         to write.
 * @param limitBytes   size that a file does not exceed, at least {@link #LIMIT_MIN_BYTES}.
 * @param files        how many files are kept: 1 stops recording when the file is full; with more, a full file gets the
 *                     name {@code FILE.1}, the one before {@code FILE.2}, and so on, and the oldest is deleted.
 * @param isCompressed whether blocks are deflated.
 * @param isForced     whether a file that is there already is overwritten.
 */
public record JournalOptions(Path file, long limitBytes, int files, boolean isCompressed, boolean isForced)
{
    /** Default of the size that a file does not exceed. */
    public static final long LIMIT_DEFAULT_BYTES = 1L << 30;
    /** Smallest such size. */
    public static final long LIMIT_MIN_BYTES = 1L << 20;
    /** Most files that are kept. */
    public static final int FILES_MAX = 1000;

    /**
     * Checks the figures.
     *
     * @param file         see above.
     * @param limitBytes   see above.
     * @param files        see above.
     * @param isCompressed see above.
     * @param isForced     see above.
     * @throws SchedulerException with category USAGE, if one is out of range.
     */
    public JournalOptions
    {
        if (limitBytes < LIMIT_MIN_BYTES)
        {
            throw new SchedulerException(Category.USAGE,
                "size limit of a recording too small: " + limitBytes + " bytes, must be " + LIMIT_MIN_BYTES +
                " or more");
        }
        if (files < 1 || files > FILES_MAX)
        {
            throw new SchedulerException(Category.USAGE,
                "number of files of a recording out of range: " + files + ", must be 1 to " + FILES_MAX);
        }
    }

    /**
     * A recording into one new file, with the defaults.
     *
     * @param file to write.
     * @return options.
     */
    public static JournalOptions to(final Path file)
    {
        return new JournalOptions(file, LIMIT_DEFAULT_BYTES, 1, false, false);
    }
}
