// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What all checks found, in their order.
 * <p>
 * Thread safety: none, used by one thread.
 */
final class Findings
{
    private final List<Finding> findings = new ArrayList<>();

    /**
     * Notes that something is as it should be.
     *
     * @param what   the thing.
     * @param detail what was found.
     */
    void ok(final String what, final String detail)
    {
        findings.add(new Finding(Finding.Level.OK, what, detail, ""));
    }

    /**
     * Notes that something makes it worse than it could be.
     *
     * @param what   the thing.
     * @param detail what was found.
     * @param fix    what to do.
     */
    void warn(final String what, final String detail, final String fix)
    {
        findings.add(new Finding(Finding.Level.WARN, what, detail, fix));
    }

    /**
     * Notes that something keeps a scheduler from running.
     *
     * @param what   the thing.
     * @param detail what was found.
     * @param fix    what to do.
     */
    void fail(final String what, final String detail, final String fix)
    {
        findings.add(new Finding(Finding.Level.FAIL, what, detail, fix));
    }

    /**
     * All of them.
     *
     * @return in the order in which they were noted.
     */
    List<Finding> all()
    {
        return Collections.unmodifiableList(findings);
    }

    /**
     * How many are of a level.
     *
     * @param level to count.
     * @return count.
     */
    long count(final Finding.Level level)
    {
        return findings.stream().filter((finding) -> level == finding.level()).count();
    }
}
