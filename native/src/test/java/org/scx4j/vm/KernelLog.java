// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the kernel says of schedulers since a mark.
 */
public final class KernelLog
{
    private static final Path DEVICE = Path.of("/dev/kmsg");
    private static final Path LEVELS = Path.of("/proc/sys/kernel/printk");
    private static final Pattern ENDED = Pattern.compile("sched_ext: BPF scheduler .* disabled \\((.*)\\)");
    private static final Pattern TIME = Pattern.compile("^\\[ *([0-9]+)\\.([0-9]{6})\\]");
    private static final Pattern IN_ORDER = Pattern.compile("unregistered from .*");

    private final String mark;

    /**
     * Marks the log here.
     *
     * @param name of whoever looks at it.
     * @throws IOException if the log can't be written.
     */
    public KernelLog(final String name) throws IOException
    {
        mark = "scx4j: " + name + " " + System.nanoTime();
        say(mark);
    }

    /**
     * Says something in it.
     *
     * @param text one line.
     * @throws IOException if the log can't be written.
     */
    public static void say(final String text) throws IOException
    {
        Files.write(DEVICE, text.getBytes(StandardCharsets.UTF_8), StandardOpenOption.WRITE);
    }

    /**
     * How long after something the last scheduler has ended, by the kernel's own clock: whoever looks from outside
     * needs a CPU for that.
     *
     * @param something part of a line; the last one counts.
     * @return nanoseconds, to the microsecond; negative if it has not ended since.
     * @throws IOException if the log can't be read, or has no such line.
     */
    public long endedAfterNs(final String something) throws IOException
    {
        return endedAfterNs(lines(), something);
    }

    static long endedAfterNs(final List<String> lines, final String something) throws IOException
    {
        long beginNs = -1;
        long endNs = -1;
        for (final String line : lines)
        {
            if (line.contains(something))
            {
                beginNs = timeNs(line);
                endNs = -1;
            }
            else if (ENDED.matcher(line).find())
            {
                endNs = timeNs(line);
            }
        }
        if (beginNs < 0)
        {
            throw new IOException("the kernel's log has no line with: " + something);
        }
        return endNs < 0 ? -1 : endNs - beginNs;
    }

    private static long timeNs(final String line) throws IOException
    {
        final Matcher time = TIME.matcher(line);
        if (!time.find())
        {
            throw new IOException("a line of the kernel's log has no time: " + line);
        }
        return TimeUnit.SECONDS.toNanos(Long.parseLong(time.group(1))) +
            TimeUnit.MICROSECONDS.toNanos(Long.parseLong(time.group(2)));
    }

    /**
     * Keeps it off the console; it is kept all the same.
     *
     * @return to be closed to have it there again.
     * @throws IOException if that can't be set.
     */
    public static AutoCloseable silence() throws IOException
    {
        final String before = Files.readString(LEVELS).split("\\s+")[0];
        Files.writeString(LEVELS, "1");
        return () -> Files.writeString(LEVELS, before);
    }

    /**
     * Reasons for which it threw schedulers out: not that they went, nor that a CPU came or went.
     *
     * @return reasons, the oldest first.
     * @throws IOException if the log can't be read.
     */
    public List<String> evictions() throws IOException
    {
        return evictions(lines());
    }

    /**
     * All that it has said since the mark.
     *
     * @return lines.
     * @throws IOException if the log can't be read.
     */
    public List<String> lines() throws IOException
    {
        final Process process = new ProcessBuilder("dmesg").start();
        final List<String> lines =
            new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        return lines.subList(indexOfMark(lines), lines.size());
    }

    private int indexOfMark(final List<String> lines)
    {
        for (int i = lines.size() - 1; i >= 0; i--)
        {
            if (lines.get(i).contains(mark))
            {
                return i;
            }
        }
        return 0; // the kernel's buffer has turned over since: all of it is later
    }

    static List<String> evictions(final List<String> lines)
    {
        return lines.stream().map(ENDED::matcher).filter((ended) -> ended.find())
            .map((ended) -> ended.group(1)).filter((reason) -> !IN_ORDER.matcher(reason).matches()).toList();
    }
}
