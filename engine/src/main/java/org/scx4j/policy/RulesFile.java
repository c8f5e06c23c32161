// SPDX-License-Identifier: Apache-2.0
package org.scx4j.policy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.scx4j.api.EngineContext;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.exceptions.SchedulerException.Category;
import org.scx4j.protocol.NiceWeight;
import org.scx4j.protocol.SchedAbi;

/**
 * Reads {@link TaskRules} from a file: a rule a line, {@code #} starts a comment.
 * <pre>
 *    comm NAME OUTCOME          the task's name, at most 15 bytes; "A NAME" with spaces
 *    comm NAME* OUTCOME         a name that starts so
 *    cgroup /PATH OUTCOME       the task is in this cgroup, not in a child of it
 *    nice -20..-1 OUTCOME       the task's nice value, also a single one
 * </pre>
 * What an outcome is, the policy says.
 * <p>
 * Thread safety: for one thread, once.
 */
final class RulesFile
{
    static final String RULES_OPTION = "rules";
    static final String CGROUP_MOUNT_OPTION = "cgroups";

    private static final String CGROUP_MOUNT_DEFAULT = "/sys/fs/cgroup";
    private static final int MAX_BYTES = 1 << 20;
    private static final int MAX_COMM_BYTES = SchedAbi.SCHED_COMM_BYTES - 1;
    private static final Pattern WORD = Pattern.compile("\"[^\"]*\"\\*?|\\S+");
    private static final Pattern NICE = Pattern.compile("(-?\\d{1,2})(?:\\.\\.(-?\\d{1,2}))?");

    /** What a policy's rules may say. */
    @FunctionalInterface
    interface Outcomes
    {
        /**
         * Reads what a rule says.
         *
         * @param words the rest of the rule's line, one space between two words; empty if there is none.
         * @return the policy's number for it.
         * @throws IllegalArgumentException if it is not one of the policy's; the message says what is.
         */
        long parse(String words);
    }

    private final Path file;
    private final Path cgroupMount;
    private final Outcomes outcomes;
    private final TaskRules rules = new TaskRules();

    private RulesFile(final Path file, final Path cgroupMount, final Outcomes outcomes)
    {
        this.file = file;
        this.cgroupMount = cgroupMount;
        this.outcomes = outcomes;
    }

    /**
     * Reads the file that the option {@value #RULES_OPTION} names.
     *
     * @param context  that has the options.
     * @param outcomes of the policy.
     * @return the rules, or null if the option was not given.
     * @throws SchedulerException with category USAGE: which file and line, what is wrong, what is allowed.
     */
    static TaskRules ofOption(final EngineContext context, final Outcomes outcomes)
    {
        final String file = context.option(RULES_OPTION);
        if (null == file)
        {
            return null;
        }
        final String mount = context.option(CGROUP_MOUNT_OPTION);
        return read(path(RULES_OPTION, file),
            path(CGROUP_MOUNT_OPTION, null == mount ? CGROUP_MOUNT_DEFAULT : mount), outcomes);
    }

    private static Path path(final String option, final String text)
    {
        try
        {
            return Path.of(text);
        }
        catch (final InvalidPathException ex)
        {
            throw new SchedulerException(
                Category.USAGE, "option " + option + ": '" + OneLine.of(text) + "' is no path", ex);
        }
    }

    /**
     * Reads a file.
     *
     * @param file        with rules.
     * @param cgroupMount where cgroup2 is mounted.
     * @param outcomes    of the policy.
     * @return the rules.
     * @throws SchedulerException with category USAGE: which file and line, what is wrong, what is allowed.
     */
    static TaskRules read(final Path file, final Path cgroupMount, final Outcomes outcomes)
    {
        return new RulesFile(file, cgroupMount, outcomes).parse(text(file));
    }

    private static String text(final Path file)
    {
        try (InputStream in = Files.newInputStream(file))
        {
            final byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES)
            {
                throw new SchedulerException(Category.USAGE,
                    "rules file " + file + " is too long: at most " + MAX_BYTES + " bytes");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        }
        catch (final NoSuchFileException ex)
        {
            throw new SchedulerException(Category.USAGE, "rules file " + file + " does not exist", ex);
        }
        catch (final IOException ex)
        {
            throw new SchedulerException(
                Category.USAGE, "rules file " + file + " can't be read: " + OneLine.of(ex.toString()), ex);
        }
    }

    private TaskRules parse(final String text)
    {
        final String[] lines = text.split("\\R", -1);
        for (int i = 0; i < lines.length; i++)
        {
            try
            {
                parseLine(words(lines[i]));
            }
            catch (final IllegalArgumentException ex)
            {
                throw new SchedulerException(Category.USAGE, file + ":" + (i + 1) + ": " + ex.getMessage(), ex);
            }
        }
        return rules;
    }

    private static List<String> words(final String line)
    {
        final List<String> words = new ArrayList<>();
        final Matcher matcher = WORD.matcher(line);
        while (matcher.find() && !matcher.group().startsWith("#"))
        {
            words.add(matcher.group());
        }
        return words;
    }

    private void parseLine(final List<String> words)
    {
        if (words.isEmpty())
        {
            return;
        }
        final String kind = words.get(0);
        if (!List.of("comm", "cgroup", "nice").contains(kind))
        {
            throw new IllegalArgumentException("a rule can't start with '" + OneLine.of(kind) +
                "': allowed are comm, cgroup and nice");
        }
        if (words.size() < 2)
        {
            throw new IllegalArgumentException("nothing follows " + kind + ": give " + form(kind));
        }
        final String what = words.get(1);
        final long outcome = outcomes.parse(String.join(" ", words.subList(2, words.size())));
        switch (kind)
        {
            case "comm" -> addComm(what, outcome);
            case "cgroup" -> rules.addCgroup(cgroupId(what), outcome);
            default -> addNice(what, outcome);
        }
    }

    private static String form(final String kind)
    {
        return switch (kind)
        {
            case "comm" -> "a name, or the start of one and '*'";
            case "cgroup" -> "a path as in /proc/PID/cgroup, such as /system.slice";
            default -> "one or two numbers from -20 to 19, such as 5 or -20..-1";
        };
    }

    private void addComm(final String word, final long outcome)
    {
        final boolean isPrefix = word.endsWith("*");
        final String start = isPrefix ? word.substring(0, word.length() - 1) : word;
        final boolean isQuoted = start.length() > 1 && start.startsWith("\"") && start.endsWith("\"");
        final byte[] name = (isQuoted ? start.substring(1, start.length() - 1) : start)
            .getBytes(StandardCharsets.UTF_8);
        if (name.length > MAX_COMM_BYTES)
        {
            throw new IllegalArgumentException("name '" + OneLine.of(word) + "' has " + name.length +
                " bytes, but the kernel keeps the first " + MAX_COMM_BYTES + ": cut it there");
        }
        if (0 == name.length && !isPrefix || !isQuoted && start.contains("\""))
        {
            throw new IllegalArgumentException("'" + OneLine.of(word) + "' is no name: give " + form("comm") +
                ", between quotation marks if it has spaces");
        }
        rules.addComm(name, isPrefix, outcome);
    }

    private void addNice(final String word, final long outcome)
    {
        final Matcher matcher = NICE.matcher(word);
        if (!matcher.matches())
        {
            throw noNice(word);
        }
        final int lowest = Integer.parseInt(matcher.group(1));
        final int highest = null == matcher.group(2) ? lowest : Integer.parseInt(matcher.group(2));
        if (lowest < NiceWeight.MIN_NICE || highest > NiceWeight.MAX_NICE || lowest > highest)
        {
            throw noNice(word);
        }
        rules.addNice(lowest, highest, outcome);
    }

    private static IllegalArgumentException noNice(final String word)
    {
        return new IllegalArgumentException(
            "'" + OneLine.of(word) + "' is no nice value or range of them: give " + form("nice"));
    }

    /** The id of a cgroup is the inode of its folder. */
    private long cgroupId(final String word)
    {
        if (!word.startsWith("/"))
        {
            throw new IllegalArgumentException("'" + OneLine.of(word) + "' is no cgroup: give " + form("cgroup"));
        }
        try
        {
            final Path folder = cgroupMount.resolve(word.substring(1)).normalize();
            if (folder.startsWith(cgroupMount.normalize()) && Files.isDirectory(folder))
            {
                return ((Number)Files.getAttribute(folder, "unix:ino")).longValue();
            }
        }
        catch (final IOException | InvalidPathException | UnsupportedOperationException ex)
        {
            throw new IllegalArgumentException(
                "cgroup '" + OneLine.of(word) + "' can't be looked up: " + OneLine.of(ex.toString()), ex);
        }
        throw new IllegalArgumentException("there is no cgroup '" + OneLine.of(word) + "' in " + cgroupMount +
            ": it must be there at start; give " + form("cgroup"));
    }
}
