// SPDX-License-Identifier: Apache-2.0
package org.scx4j.sim;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.exceptions.SchedulerException.Category;
import org.scx4j.journal.RecordingScan;

/**
 * What the tasks of a simulated machine do, as a text says it. The format is described in {@code docs/simulation.md}.
 * <p>
 * Thread safety: immutable.
 */
public final class Workload
{
    private static final List<String> BUILT_IN = List.of("build", "burners+sleepers", "forkstorm", "pipe", "server");
    private static final int MAX_BYTES = 1 << 20;

    private final String name;
    private final List<TaskClass> classes;
    private final long durationNs;
    private final MachineShape shape;
    private final List<RecordedTask> recorded;
    private final RecordingSummary recording;

    Workload(final String name, final List<TaskClass> classes)
    {
        this(name, classes, 0);
    }

    Workload(final String name, final List<TaskClass> classes, final long durationNs)
    {
        this(name, classes, durationNs, null, List.of(), null);
    }

    Workload(
        final String name,
        final List<TaskClass> classes,
        final long durationNs,
        final MachineShape shape,
        final List<RecordedTask> recorded,
        final RecordingSummary recording)
    {
        this.name = name;
        this.classes = List.copyOf(classes);
        this.durationNs = durationNs;
        this.shape = shape;
        this.recorded = List.copyOf(recorded);
        this.recording = recording;
    }

    /**
     * Reads a text: of scx4j's own format, or JSON as rt-app has it.
     *
     * @param name of it, for messages; JSON if it ends in {@code .json}.
     * @param text of the workload; JSON if it begins with a brace or a comment of JSON.
     * @return the workload.
     * @throws SchedulerException with category USAGE if it is none; the message is one line with its place.
     */
    public static Workload parse(final String name, final String text)
    {
        return RtAppParser.isJson(name, text) ?
            new RtAppParser(name, text).parse() : new WorkloadParser(name, text).parse();
    }

    /**
     * Makes one of a recording: each of its tasks computes and sleeps as it did there.
     *
     * @param file           of a recording.
     * @param limitNs        how much of its beginning is read, nanoseconds.
     * @param isDamagePassed whether a damaged file is read as far as it is whole, rather than refused.
     * @return the workload.
     * @throws SchedulerException if it is no recording that can be read, is damaged, has no task, or is too large for
     *                            the memory; the message is one line.
     */
    public static Workload ofRecording(final Path file, final long limitNs, final boolean isDamagePassed)
    {
        return RecordedWorkload.read(file, limitNs, isDamagePassed, Runtime.getRuntime().maxMemory() / 2);
    }

    /**
     * Takes one that is built in, or reads a file.
     *
     * @param nameOrFile one of {@link #builtInNames()}, else the name of a file: a text, or a recording.
     * @return the workload.
     * @throws SchedulerException with category USAGE if there is none, or it is wrong.
     */
    public static Workload of(final String nameOrFile)
    {
        if (BUILT_IN.contains(nameOrFile))
        {
            return parse(nameOrFile, builtInText(nameOrFile));
        }
        final Path file = Path.of(nameOrFile);
        if (!Files.isRegularFile(file))
        {
            throw new SchedulerException(Category.USAGE, "no workload '" + nameOrFile + "': built in are " +
                String.join(", ", BUILT_IN) + "; or give the name of a file that is there");
        }
        if (RecordingScan.isRecording(file))
        {
            return ofRecording(file, Long.MAX_VALUE, false);
        }
        try
        {
            if (Files.size(file) > MAX_BYTES)
            {
                throw new SchedulerException(Category.USAGE,
                    "workload " + file + " is larger than " + MAX_BYTES + " bytes: is it the right file?");
            }
            return parse(nameOrFile, Files.readString(file));
        }
        catch (final IOException ex)
        {
            throw new SchedulerException(Category.USAGE, "can't read workload " + file + ": " + ex.getMessage() +
                "; it must be a readable text in UTF-8", ex);
        }
    }

    /**
     * Names of those that are built in.
     *
     * @return in alphabetical order.
     */
    public static List<String> builtInNames()
    {
        return BUILT_IN;
    }

    /**
     * The text of one that is built in, to start one's own from.
     *
     * @param name one of {@link #builtInNames()}.
     * @return the text.
     */
    public static String builtInText(final String name)
    {
        try (InputStream in = Workload.class.getResourceAsStream(name + ".workload"))
        {
            if (null == in)
            {
                throw new SchedulerException(Category.FATAL, "this build lacks its workload '" + name + "'");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
    }

    /**
     * What it is called.
     *
     * @return a name or a file.
     */
    public String name()
    {
        return name;
    }

    /**
     * Its classes of tasks, in the order of the text; of a recording, those that computed most first.
     *
     * @return one at least.
     */
    public List<TaskClass> classes()
    {
        return classes;
    }

    /**
     * How long it is meant to be simulated.
     *
     * @return nanoseconds; 0 if it does not say.
     */
    public long durationNs()
    {
        return durationNs;
    }

    /**
     * The machine that it was recorded on.
     *
     * @return null if it was not recorded.
     */
    public MachineShape shape()
    {
        return shape;
    }

    /**
     * What it was recorded of.
     *
     * @return null if it was not recorded.
     */
    public RecordingSummary recording()
    {
        return recording;
    }

    /** Tasks of a recording, in the order in which they come. */
    List<RecordedTask> recorded()
    {
        return recorded;
    }
}
