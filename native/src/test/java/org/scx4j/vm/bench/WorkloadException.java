// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm.bench;

/**
 * A workload has not done its work.
 */
final class WorkloadException extends Exception
{
    private static final long serialVersionUID = 1;

    /** @param message what is wrong, in one line. */
    WorkloadException(final String message)
    {
        super(message);
    }

    /**
     * With what led to it.
     *
     * @param message what is wrong, in one line.
     */
    WorkloadException(final String message, final Throwable cause)
    {
        super(message, cause);
    }
}
