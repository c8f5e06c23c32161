// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A user's policy is compiled again while it schedules, in another JVM that gets real signals.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // reading a pipe can't be interrupted
class ReloadSignalTest
{
    @TempDir
    private Path root;
    @TempDir
    private Path classes;
    private Process process;
    private BufferedReader err;

    @AfterEach
    void close() throws IOException
    {
        if (null != process)
        {
            process.destroyForcibly();
            err.close();
        }
    }

    private void compile(final String version, final String inStart) throws IOException
    {
        final Path source = Files.createDirectories(classes.resolve("my")).resolve("Own.java");
        Files.writeString(source, """
            package my;
            public final class Own implements org.scx4j.api.SchedulingPolicy
            {
                public void onStart(final org.scx4j.api.EngineContext context)
                {
                    System.err.println("%s starts with " + context.option("depth"));
                    %s
                }

                public void onTask(final org.scx4j.api.QueuedTask task, final org.scx4j.api.Dispatcher out)
                {
                    out.dispatch(task).commit();
                }

                public void onClose()
                {
                    System.err.println("%s ends");
                }
            }
            """.formatted(version, inStart, version));
        assertThat(ToolProvider.getSystemJavaCompiler().run(
            null, null, null, "-cp", System.getProperty("java.class.path"), "--release", "17", source.toString()))
            .isZero();
    }

    private void start(final String... args) throws IOException
    {
        final List<String> command = new ArrayList<>(List.of(
            "env", "--default-signal=HUP", // or a JVM below nohup would not hear of it
            Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx128m", "-XX:+UseSerialGC",
            "--add-opens", "java.base/jdk.internal.misc=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
            StopSignalTest.Child.class.getName(), root.toString()));
        command.addAll(List.of(args));
        process = new ProcessBuilder(command).start();
        err = process.errorReader(StandardCharsets.UTF_8);
    }

    private void hangUp() throws IOException, InterruptedException
    {
        new ProcessBuilder("kill", "-HUP", Long.toString(process.pid())).inheritIO().start().waitFor();
    }

    @Test
    void shouldGoOnWithTheNewClassAndWithTheOldOneWhenTheNewOneIsBroken() throws Exception
    {
        compile("A", "");
        start("run", "--json", "--policy", "my.Own", "--classpath", classes.toString(), "--option", "depth=3");
        assertThat(err.readLine()).isEqualTo("A starts with 3");
        assertThat(err.readLine()).startsWith("scx4j: scx4j_test attached");

        compile("B", "");
        hangUp();
        assertThat(List.of(err.readLine(), err.readLine())).containsExactly("B starts with 3", "A ends");
        assertThat(err.readLine()).matches("scx4j: policy own loaded anew and replaced in \\d+ ms");

        compile("C", "if (true) throw new IllegalStateException(\"bad\\nluck\");");
        hangUp();
        assertThat(err.readLine()).isEqualTo("C starts with 3");
        assertThat(err.readLine()).isEqualTo(
            "scx4j: policy not replaced, the old one goes on: java.lang.IllegalStateException: bad luck");

        Files.writeString(classes.resolve("my/Own.class"), "no class");
        hangUp();
        assertThat(err.readLine()).startsWith("scx4j: policy not replaced, the old one goes on: policy class my.Own " +
            "can't be loaded: java.lang.ClassFormatError");

        Files.delete(classes.resolve("my/Own.class"));
        hangUp();
        assertThat(err.readLine()).startsWith(
            "scx4j: policy not replaced, the old one goes on: unknown policy 'my.Own': known are central");

        process.toHandle().destroy();
        assertThat(err.readLine()).isEqualTo("B ends");
        assertThat(process.waitFor()).isZero();
        final String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(JsonValue.object(out.strip()))
            .containsEntry("policy", "own").containsEntry("nr_policy_swaps", 1L).containsEntry("nr_lost", 0L)
            .containsEntry("policy_errors", 0L);
    }

    @Test
    void shouldAskOnceForEachSignal()
    {
        final ReloadSignal reload = new StopSignal().reload();
        assertThat(reload.take()).isFalse();
        reload.request();
        reload.request();

        assertThat(reload.take()).isTrue();
        assertThat(reload.take()).isFalse();
    }
}
