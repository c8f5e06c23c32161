// SPDX-License-Identifier: Apache-2.0
package org.scx4j.exceptions;

import java.util.Objects;

/**
 * What went wrong while a scheduler was set up or run. The message is one line for a person: what failed, where, and
 * what to do about it; the {@link Category} is the same for a program.
 * <p>
 * Thread safety: immutable apart from what every {@link Throwable} has.
 */
public class SchedulerException extends RuntimeException
{
    private static final long serialVersionUID = 1L;

    /**
     * Who has to do something.
     */
    public enum Category
    {
        /**
         * The caller asked for something that does not exist or does not fit: ask differently.
         */
        USAGE,

        /**
         * This machine lacks something (kernel feature, privilege, file, free scheduler): change the machine.
         */
        ENVIRONMENT,

        /**
         * The kernel took the scheduler out, and is back on its own: look at the exit record before trying again.
         */
        EVICTED,

        /**
         * A fault of this build, or of parts of different builds put together: nothing to repair at run time.
         */
        FATAL
    }

    private final Category category;

    /**
     * Creates an exception.
     *
     * @param category who has to do something.
     * @param message  one line: what failed, where, and what to do.
     */
    public SchedulerException(final Category category, final String message)
    {
        this(category, message, null);
    }

    /**
     * Creates an exception that has a cause.
     *
     * @param category who has to do something.
     * @param message  one line: what failed, where, and what to do.
     * @param cause    what was caught, or null.
     */
    public SchedulerException(final Category category, final String message, final Throwable cause)
    {
        super(message, cause);
        this.category = Objects.requireNonNull(category, "category");
    }

    /**
     * Who has to do something.
     *
     * @return the category, never null.
     */
    public Category category()
    {
        return category;
    }
}
