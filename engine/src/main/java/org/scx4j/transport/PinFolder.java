// SPDX-License-Identifier: Apache-2.0
package org.scx4j.transport;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.exceptions.SchedulerException.Category;
import org.scx4j.jni.LibBpf;

/**
 * Names in the BPF file system, by which a scheduler outlives its process: {@code FOLDER/IDENTITY/NAME}.
 * <p>
 * The identity says which object with which settings it is, so a new engine knows without looking inside whether it
 * speaks the same layout.
 * <p>
 * Thread safety: none; between processes {@link EngineLock} sees to it.
 */
final class PinFolder
{
    /** Name of the link's pin. It is the last to be made and the first to go: without it nothing is kept. */
    static final String LINK = "link";
    /** Maps that an engine uses, and the one with the timer: the kernel stops timers of maps that nobody holds. */
    static final List<String> MAPS = List.of(
        "control", "counters", "cpu_selection", "cpu_states", "dispatched", "exit_record", "heartbeats", "inflight",
        "queued");
    /** Programs that an engine runs. */
    static final List<String> PROGRAMS = List.of(
        "admit_caller", "caller_pid", "caller_tgid", "dismiss_caller", "ring_doorbell", "select_cpus");

    private static final Path BPF_FILE_SYSTEM = Path.of("fs/bpf");
    private static final String NAME = "scx4j";
    private static final String FILE_SYSTEM_TYPE = "bpf";

    private final Path folder;

    /**
     * The folder of scx4j.
     *
     * @param sysfs where sysfs is mounted, normally {@code /sys}.
     */
    PinFolder(final Path sysfs)
    {
        this.folder = sysfs.resolve(BPF_FILE_SYSTEM).resolve(NAME);
    }

    /** Refuses, in one line, where nothing can be pinned. */
    void checkFileSystem()
    {
        final Path root = folder.getParent();
        String type;
        try
        {
            type = Files.getFileStore(root).type();
        }
        catch (final IOException ex)
        {
            type = "";
        }
        if (!FILE_SYSTEM_TYPE.equals(type))
        {
            throw new SchedulerException(Category.ENVIRONMENT, "no BPF file system at " + root +
                ", so nothing can be kept there: mount -t bpf bpf " + root);
        }
    }

    /** Identities of what is there, complete or not. */
    List<String> identities()
    {
        final List<String> identities = new ArrayList<>();
        for (final Path path : list(folder))
        {
            identities.add(path.getFileName().toString());
        }
        return identities;
    }

    Path path(final String identity, final String name)
    {
        return folder.resolve(identity).resolve(name);
    }

    /** Whether a scheduler is kept under this identity; it may have ended nevertheless. */
    boolean hasLink(final String identity)
    {
        return Files.exists(path(identity, LINK));
    }

    void create(final String identity)
    {
        try
        {
            Files.createDirectories(folder.resolve(identity));
        }
        catch (final IOException ex)
        {
            throw new SchedulerException(Category.ENVIRONMENT, "can't create a folder for pins: " + ex, ex);
        }
    }

    void pin(final String identity, final String name, final int fd)
    {
        LibBpf.pin(fd, path(identity, name));
    }

    /** Takes the names away, the link's first; also if not all are there. What is held otherwise lives on. */
    void remove(final String identity)
    {
        delete(path(identity, LINK));
        for (final Path path : list(folder.resolve(identity)))
        {
            delete(path);
        }
        delete(folder.resolve(identity));
        if (identities().isEmpty())
        {
            delete(folder);
        }
    }

    private static List<Path> list(final Path folder)
    {
        final List<Path> paths = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder))
        {
            stream.forEach(paths::add);
        }
        catch (final NoSuchFileException | NotDirectoryException ignore)
        {
            // then there is nothing in it
        }
        catch (final IOException ex)
        {
            throw new SchedulerException(Category.ENVIRONMENT, "can't read the folder of pins: " + ex, ex);
        }
        return paths;
    }

    private static void delete(final Path path)
    {
        try
        {
            Files.deleteIfExists(path);
        }
        catch (final IOException ex)
        {
            throw new SchedulerException(Category.ENVIRONMENT, "can't remove a pin: " + ex, ex);
        }
    }
}
