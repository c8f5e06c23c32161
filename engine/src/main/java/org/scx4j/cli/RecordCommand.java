// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import java.nio.file.Path;
import java.util.function.Supplier;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.exceptions.SchedulerException.Category;
import org.scx4j.journal.JournalOptions;
import org.scx4j.transport.KernelTransport;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code scx4j record}: what {@code run} does, and a file with what the policy saw and decided.
 */
@Command(
    name = "record",
    sortOptions = false,
    description = "Schedule this machine as `run` does, by the same options, and record every event that the policy " +
    "sees and every decision that it makes. `replay` shows them to a policy again. A recording that fails, as when " +
    "the disk is full, ends alone: the scheduler goes on, and the summary says so.")
final class RecordCommand extends RunCommand
{
    /** Name of the command. */
    static final String NAME = "record";

    @ArgGroup(validate = false, order = 0, heading = "%nRecording:%n")
    private final Recording recording = new Recording();

    /** Where and how. */
    static final class Recording
    {
        @Option(names = "--output", paramLabel = "FILE", order = 1,
            description = "File to record into; must be given.")
        private Path file;

        @Option(names = "--force", order = 2,
            description = "Overwrite the file if it is there. Default: refuse to start.")
        private boolean isForced;

        @Option(names = "--limit", paramLabel = "SIZE", defaultValue = "1G", converter = FileSizeConverter.class,
            order = 3, description = "Size that a file does not exceed, such as 64M, at least 1M. " +
            "Default: ${DEFAULT-VALUE}.")
        private long limitBytes = JournalOptions.LIMIT_DEFAULT_BYTES;

        @Option(names = "--files", paramLabel = "COUNT", defaultValue = "1", order = 4,
            description = "How many files to keep: with 1, recording stops when the file is full; with more, a full " +
            "file is renamed to FILE.1, the one before to FILE.2 and so on, and the oldest is deleted. " +
            "Default: ${DEFAULT-VALUE}.")
        private int files = 1;

        @Option(names = "--compress", order = 5,
            description = "Deflate what is written: a file of a fraction of the size, for CPU time of a thread " +
            "beside the event path. Default: not.")
        private boolean isCompressed;
    }

    RecordCommand(
        final Machine machine, final Supplier<KernelTransport> transportFactory, final StopSignal stop)
    {
        super(machine, transportFactory, stop);
    }

    @Override
    JournalOptions journal()
    {
        if (null == recording.file)
        {
            throw new SchedulerException(Category.USAGE, "record needs --output FILE (see scx4j record --help)");
        }
        return new JournalOptions(
            recording.file, recording.limitBytes, recording.files, recording.isCompressed, recording.isForced);
    }
}
