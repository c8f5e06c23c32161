// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm.matrix;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What one row has found out.
 *
 * @param row            its name.
 * @param description    what was done.
 * @param isLoadFinished whether the load came to its end; null if there was none.
 * @param nrEvictions    how often the kernel threw the scheduler out.
 * @param nrLost         tokens lost; null if the books died with their owner.
 * @param nrTwice        tokens that ran twice; null likewise.
 * @param waited         what a task waited for a CPU; null if that was not measured.
 * @param disturbance    by which name the kernel's own wait is known.
 * @param notes          worth to be known.
 * @param faults         each makes it red.
 * @param delays         what took longer than it may; each makes it red too, but slow.
 * @param notRun         why it could not be done here; null if it could.
 */
record Result(
    String row,
    String description,
    Boolean isLoadFinished,
    int nrEvictions,
    Long nrLost,
    Long nrTwice,
    Wait waited,
    String disturbance,
    List<String> notes,
    List<String> faults,
    List<String> delays,
    String notRun)
{
    /** What a task may wait longer in any case. */
    private static final long ALLOWED_NS = TimeUnit.MILLISECONDS.toNanos(10);

    /** Colour of a row. */
    enum Verdict
    {
        /** All as it must be. */
        GREEN,
        /** Something is not. */
        RED,
        /** Red, but only because something took longer than it may. */
        SLOW,
        /** Could not be done here. */
        NOT_RUN
    }

    /**
     * The verdict. Red beats all: a row that could not be done and broke something is red.
     *
     * @param kernels what a task waits on the kernel's own scheduler under the same.
     */
    Verdict verdict(final Wait kernels)
    {
        if (!broken().isEmpty())
        {
            return Verdict.RED;
        }
        if (!slow(kernels).isEmpty())
        {
            return Verdict.SLOW;
        }
        return null == notRun ? Verdict.GREEN : Verdict.NOT_RUN;
    }

    /** Why it is red; empty if it is not. */
    List<String> reasons(final Wait kernels)
    {
        final List<String> reasons = broken();
        reasons.addAll(slow(kernels));
        return reasons;
    }

    private List<String> broken()
    {
        final List<String> reasons = new ArrayList<>(faults);
        if (Boolean.FALSE.equals(isLoadFinished))
        {
            reasons.add("the load did not come to its end");
        }
        if (null != nrLost && 0 != nrLost)
        {
            reasons.add(nrLost + " tokens lost");
        }
        if (null != nrTwice && 0 != nrTwice)
        {
            reasons.add(nrTwice + " tokens ran twice");
        }
        return reasons;
    }

    private List<String> slow(final Wait kernels)
    {
        final List<String> reasons = new ArrayList<>(delays);
        if (null != waited && null != kernels)
        {
            addWait(reasons, "p99", waited.p99Ns(), kernels.p99Ns());
            addWait(reasons, "max", waited.maxNs(), kernels.maxNs());
        }
        return reasons;
    }

    /** The extra wait: at most 10 ms, and once more what the kernel's own scheduler shows under the same. */
    private static void addWait(final List<String> reasons, final String name, final long ns, final long kernelsNs)
    {
        final long limitNs = 2 * kernelsNs + ALLOWED_NS;
        if (ns > limitNs)
        {
            reasons.add(String.format("wait %s %d ms, at most %d ms allowed", name,
                TimeUnit.NANOSECONDS.toMillis(ns), TimeUnit.NANOSECONDS.toMillis(limitNs)));
        }
    }
}
