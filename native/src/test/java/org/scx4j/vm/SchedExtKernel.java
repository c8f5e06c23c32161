// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * What every test on a real kernel begins and ends with: it needs sched_ext, else it is skipped; and nothing stays
 * behind, neither a scheduler nor a setting, a pinned object or an open one.
 */
final class SchedExtKernel implements BeforeEachCallback, AfterEachCallback
{
    private static final Path COMPACTION = Path.of("/proc/sys/vm/compact_unevictable_allowed");
    private static final Path HUGE_PAGES = Path.of("/sys/kernel/mm/transparent_hugepage/enabled");
    private static final long SETTLE_NS = 2_000_000_000L;

    private String settingsBefore;

    @Override
    public void beforeEach(final ExtensionContext context) throws IOException
    {
        assumeTrue(Files.exists(SchedulerProcess.STATE), "this kernel has no sched_ext: bin/test runs this in a VM");
        assertThat(SchedulerProcess.state()).isEqualTo("disabled");
        settingsBefore = settings();
    }

    @Override
    public void afterEach(final ExtensionContext context) throws Exception
    {
        if (null == settingsBefore)
        {
            return;
        }
        assertThat(SchedulerProcess.state()).isEqualTo("disabled");
        /* After a kill -9 somebody else puts the settings back, a moment later. */
        final long deadlineNs = System.nanoTime() + SETTLE_NS;
        while (!settings().equals(settingsBefore) && System.nanoTime() < deadlineNs)
        {
            Thread.sleep(10);
        }
        assertThat(settings()).isEqualTo(settingsBefore);
        assertThat(pinnedObjects()).isEmpty();
        assertThat(processesWithBpfObjects()).isEmpty();
    }

    private static String settings() throws IOException
    {
        return Files.readString(COMPACTION) + (Files.exists(HUGE_PAGES) ? Files.readString(HUGE_PAGES) : "");
    }

    private static List<Path> pinnedObjects() throws IOException
    {
        try (Stream<Path> entries = Files.list(Path.of("/sys/fs/bpf")))
        {
            return entries.toList();
        }
    }

    /** Maps, programs and links live as long as somebody has them open: nobody may. */
    private static List<Path> processesWithBpfObjects() throws IOException
    {
        try (Stream<Path> processes = Files.list(Path.of("/proc")))
        {
            return processes.filter((process) -> process.getFileName().toString().matches("[0-9]+"))
                .filter(SchedExtKernel::hasBpfObjects).toList();
        }
    }

    private static boolean hasBpfObjects(final Path process)
    {
        try (Stream<Path> descriptors = Files.list(process.resolve("fd")))
        {
            return descriptors.anyMatch(SchedExtKernel::isBpfObject);
        }
        catch (final IOException | RuntimeException ex)
        {
            return false;
        }
    }

    private static boolean isBpfObject(final Path descriptor)
    {
        try
        {
            return Files.readSymbolicLink(descriptor).toString().startsWith("anon_inode:bpf");
        }
        catch (final IOException ex)
        {
            return false;
        }
    }
}
