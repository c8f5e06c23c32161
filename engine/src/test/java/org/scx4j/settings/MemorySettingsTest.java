// SPDX-License-Identifier: Apache-2.0
package org.scx4j.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * On a folder that stands for procfs; the guards are real.
 */
@Timeout(30)
class MemorySettingsTest
{
    private static final int EPERM = 1;

    @TempDir
    private Path proc;
    private Path compaction;
    private final FakeHugePages hugePages = new FakeHugePages();

    /** A process that may have transparent huge pages. */
    private static final class FakeHugePages implements MemorySettings.HugePages
    {
        private final List<Boolean> calls = new ArrayList<>();
        private int disabled;
        private int result;

        @Override
        public int disabled()
        {
            return disabled;
        }

        @Override
        public int setDisabled(final boolean isDisabled)
        {
            calls.add(isDisabled);
            return result;
        }
    }

    /** A JVM that changes the settings and then waits to be killed. */
    static final class Victim
    {
        private Victim()
        {
        }

        public static void main(final String[] arguments) throws InterruptedException
        {
            System.out.println(MemorySettings.apply(Path.of(arguments[0])).description());
            Thread.sleep(Long.MAX_VALUE);
        }
    }

    @BeforeEach
    void before() throws IOException
    {
        compaction = proc.resolve("sys/vm/compact_unevictable_allowed");
        Files.createDirectories(compaction.getParent());
        set("1");
    }

    private void set(final String value) throws IOException
    {
        Files.writeString(compaction, value + "\n");
    }

    private static List<ProcessHandle> guards(final ProcessHandle parent)
    {
        return parent.children().filter(ProcessHandle::isAlive).collect(Collectors.toList());
    }

    @Test
    void shouldChangeBothAndSetThemBackWhenClosed()
    {
        final List<ProcessHandle> before = guards(ProcessHandle.current());
        final MemorySettings settings = MemorySettings.apply(proc, hugePages);
        assertThat(compaction).content().isEqualToIgnoringNewLines("0");
        assertThat(hugePages.calls).containsExactly(true);
        assertThat(settings.description()).isEqualTo("compaction of locked pages off, huge pages off");
        assertThat(guards(ProcessHandle.current())).hasSize(before.size() + 1);

        settings.close();
        assertThat(compaction).content().isEqualToIgnoringNewLines("1");
        assertThat(hugePages.calls).containsExactly(true, false);
        assertThat(guards(ProcessHandle.current())).hasSameSizeAs(before);
    }

    @Test
    void shouldDoNothingMoreWhenClosedAgain() throws IOException
    {
        final MemorySettings settings = MemorySettings.apply(proc, hugePages);
        settings.close();
        set("0");
        settings.close();

        assertThat(compaction).content().isEqualToIgnoringNewLines("0");
        assertThat(hugePages.calls).containsExactly(true, false);
    }

    @Test
    void shouldLeaveItWhenSomebodyElseHasChangedItMeanwhile() throws IOException
    {
        final MemorySettings settings = MemorySettings.apply(proc, hugePages);
        set("2");
        settings.close();

        assertThat(compaction).content().isEqualToIgnoringNewLines("2");
    }

    @Test
    void shouldStartNoGuardWhenThereIsNothingToChange() throws IOException
    {
        set("0");
        hugePages.disabled = 1;
        final List<ProcessHandle> before = guards(ProcessHandle.current());
        final MemorySettings settings = MemorySettings.apply(proc, hugePages);

        assertThat(settings.description()).isEqualTo("compaction of locked pages already off, huge pages already off");
        assertThat(guards(ProcessHandle.current())).hasSameSizeAs(before);
        settings.close();
        assertThat(compaction).content().isEqualToIgnoringNewLines("0");
        assertThat(hugePages.calls).isEmpty();
    }

    @Test
    void shouldOnlySaySoWhenThereIsNoSuchSetting() throws IOException
    {
        Files.delete(compaction);
        hugePages.disabled = -EPERM;
        try (MemorySettings settings = MemorySettings.apply(proc, hugePages))
        {
            assertThat(settings.description()).isEqualTo("compaction of locked pages left as it is, because " +
                compaction + " is not writable, huge pages left as they are");
        }
        assertThat(compaction).doesNotExist();
        assertThat(hugePages.calls).isEmpty();
    }

    @Test
    void shouldSetBackOnlyWhatItHasChanged()
    {
        hugePages.result = -EPERM;
        try (MemorySettings settings = MemorySettings.apply(proc, hugePages))
        {
            assertThat(settings.description()).isEqualTo(
                "compaction of locked pages off, huge pages left as they are");
        }
        assertThat(hugePages.calls).containsExactly(true);
    }

    @Test
    void shouldLeaveHugePagesWhenThereIsNoNativeLibrary()
    {
        try (MemorySettings settings = MemorySettings.apply(proc))
        {
            assertThat(settings.description()).isEqualTo(
                "compaction of locked pages off, huge pages left as they are");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM", "HUP"})
    void shouldStayOnGuardWhenASignalGoesToTheProcessGroup(final String signal) throws Exception
    {
        final List<ProcessHandle> before = guards(ProcessHandle.current());
        try (MemorySettings settings = MemorySettings.apply(proc, hugePages))
        {
            final List<ProcessHandle> guards = guards(ProcessHandle.current());
            guards.removeAll(before);
            assertThat(guards).hasSize(1);
            assertThat(kill(signal, guards.get(0).pid())).isZero();
            Thread.sleep(200);
            assertThat(guards.get(0).isAlive()).as(settings.description()).isTrue();
        }
        assertThat(compaction).content().isEqualToIgnoringNewLines("1");
    }

    @Test
    void shouldSetItBackAndEndThePipesWhenTheJvmIsKilled() throws Exception
    {
        final Process jvm = victim();
        final BufferedReader out = jvm.inputReader(StandardCharsets.UTF_8);
        assertThat(out.readLine()).startsWith("compaction of locked pages off");
        assertThat(compaction).content().isEqualToIgnoringNewLines("0");
        final List<ProcessHandle> guards = guards(jvm.toHandle());
        assertThat(guards).hasSize(1);

        assertThat(kill("KILL", jvm.pid())).isZero();
        assertThat(out.readLine()).as("nobody else holds the pipe").isNull();
        assertThat(jvm.waitFor(10, TimeUnit.SECONDS)).isTrue();
        guards.get(0).onExit().get(10, TimeUnit.SECONDS);
        assertThat(compaction).content().isEqualToIgnoringNewLines("1");
    }

    @Test
    void shouldKeepTheValueOfSomebodyElseWhenTheJvmIsKilled() throws Exception
    {
        final Process jvm = victim();
        assertThat(jvm.inputReader(StandardCharsets.UTF_8).readLine()).startsWith("compaction of locked pages off");
        final List<ProcessHandle> guards = guards(jvm.toHandle());
        set("2");

        assertThat(kill("KILL", jvm.pid())).isZero();
        guards.get(0).onExit().get(10, TimeUnit.SECONDS);
        assertThat(compaction).content().isEqualToIgnoringNewLines("2");
    }

    private Process victim() throws IOException
    {
        return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC", "-Xmx32m",
            "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"), Victim.class.getName(),
            proc.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    }

    private static int kill(final String signal, final long pid) throws IOException, InterruptedException
    {
        return new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).inheritIO().start().waitFor();
    }
}
