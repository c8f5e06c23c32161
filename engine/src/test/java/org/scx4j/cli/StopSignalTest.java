// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A JVM of its own for each test, because a signal ends it.
 */
@Timeout(60)
class StopSignalTest
{
    @TempDir
    private Path root;

    /** The other JVM: runs on a fake machine until a signal comes. */
    public static final class Child
    {
        private Child()
        {
        }

        /**
         * As {@link Main#main(String[])}.
         *
         * @param args folder of the machine, then the command line.
         */
        public static void main(final String[] args)
        {
            final StopSignal stop = new StopSignal();
            stop.install();
            final Machine machine = new MachineFixture(Path.of(args[0])).machine();
            final List<String> command = List.of(args).subList(1, args.length);
            stop.exit(new Main(machine, FakeKernel::new, stop).execute(command.toArray(new String[0])));
        }
    }

    private Process start(final String... args) throws IOException
    {
        final List<String> command = new ArrayList<>(List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx128m", "-XX:+UseSerialGC",
            "--add-opens", "java.base/jdk.internal.misc=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
            Child.class.getName(), root.toString()));
        Collections.addAll(command, args);
        return new ProcessBuilder(command).start();
    }

    private static String text(final Process process) throws IOException
    {
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void shouldReportOnceAndReturnZeroWhenTerminated() throws IOException, InterruptedException
    {
        final Process process = start("run", "--json");
        try (BufferedReader err = process.errorReader(StandardCharsets.UTF_8))
        {
            assertThat(err.readLine()).startsWith("scx4j: scx4j_test attached");
            process.toHandle().destroy();
            process.toHandle().destroy();

            assertThat(process.waitFor()).isZero();
            assertThat(err.lines()).isEmpty();
        }
        final List<String> lines = text(process).lines().toList();
        assertThat(lines).hasSize(1);
        assertThat(JsonValue.object(lines.get(0))).containsEntry("nr_lost", 0L).containsEntry("evicted", false);
    }

    @Test
    void shouldReturnTheCommandsStatusWhenItEndsByItself() throws IOException, InterruptedException
    {
        final Process process = start("run", "--json", "--duration", "50ms");
        final String out = text(process);

        assertThat(process.waitFor()).isZero();
        assertThat(out.lines()).hasSize(1);
        assertThat(start("run", "--policy", "none").waitFor()).isEqualTo(2);
    }

    @Test
    void shouldStayRequestedWhenRequestedTwice()
    {
        final StopSignal stop = new StopSignal();
        assertThat(stop.isRequested()).isFalse();

        stop.request();
        stop.request();

        assertThat(stop.isRequested()).isTrue();
    }
}
