// SPDX-License-Identifier: Apache-2.0
package org.scx4j.topology;

import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.exceptions.SchedulerException.Category;

/**
 * Sets of CPU numbers in the kernel's list format, such as {@code 0-3,6}.
 * <p>
 * Source of the format: {@code Documentation/admin-guide/cputopology.rst}. Thread safety: stateless.
 */
public final class CpuList
{
    /** Upper bound of CPU numbers, that of the kernel's largest configuration. */
    public static final int MAX_CPUS = 8192;

    private static final Pattern RANGE = Pattern.compile("(\\d{1,9})(?:-(\\d{1,9}))?");

    private CpuList()
    {
    }

    /**
     * Reads a list.
     *
     * @param text such as {@code 0-3,6}, white space around it allowed; empty is no CPU.
     * @return the CPU numbers, in the order of the text, each once.
     * @throws IllegalArgumentException if it is not such a list; the message says where.
     */
    public static int[] parse(final String text)
    {
        final Set<Integer> cpus = new LinkedHashSet<>();
        if (!text.isBlank())
        {
            for (final String range : text.strip().split(",", -1))
            {
                addRange(cpus, range.strip(), text.strip());
            }
        }
        return cpus.stream().mapToInt(Integer::intValue).toArray();
    }

    private static void addRange(final Set<Integer> cpus, final String range, final String text)
    {
        final Matcher matcher = RANGE.matcher(range);
        if (!matcher.matches())
        {
            throw new IllegalArgumentException("not a list of CPUs such as 0-3,6: '" + text + "'");
        }
        final int first = Integer.parseInt(matcher.group(1));
        final int last = null == matcher.group(2) ? first : Integer.parseInt(matcher.group(2));
        if (last < first || last >= MAX_CPUS)
        {
            throw new IllegalArgumentException("not a range of CPUs: '" + range + "' in '" + text + "'");
        }
        for (int cpu = first; cpu <= last; cpu++)
        {
            cpus.add(cpu);
        }
    }

    /**
     * Writes a list.
     *
     * @param cpus CPU numbers in any order.
     * @return such as {@code 0-3,6}, ascending; empty for no CPU.
     */
    public static String format(final int... cpus)
    {
        final TreeSet<Integer> sorted = new TreeSet<>();
        for (final int cpu : cpus)
        {
            sorted.add(cpu);
        }
        final StringJoiner joiner = new StringJoiner(",");
        int first = -1;
        for (final int cpu : sorted)
        {
            first = sorted.contains(cpu - 1) ? first : cpu;
            if (!sorted.contains(cpu + 1))
            {
                joiner.add(first == cpu ? Integer.toString(cpu) : first + "-" + cpu);
            }
        }
        return joiner.toString();
    }

    /**
     * CPUs that are online.
     *
     * @param sysfs where sysfs is mounted, normally {@code /sys}.
     * @return CPU numbers, ascending.
     * @throws SchedulerException with category ENVIRONMENT if the file is missing or holds no such list.
     */
    public static int[] online(final Path sysfs)
    {
        final Path file = sysfs.resolve("devices/system/cpu/online");
        final int[] cpus = SysfsFile.cpus(file);
        if (null == cpus)
        {
            throw new SchedulerException(Category.ENVIRONMENT,
                "can't read which CPUs are online: no " + file + "; is sysfs mounted?");
        }
        return cpus;
    }
}
