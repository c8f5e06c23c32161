// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.scx4j.api.Dispatcher;
import org.scx4j.api.QueuedTask;
import org.scx4j.api.SchedulingPolicy;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.exceptions.SchedulerException.Category;
import org.scx4j.policy.Central;
import org.scx4j.policy.Deadline;
import org.scx4j.policy.Edf;
import org.scx4j.policy.Fifo;
import org.scx4j.policy.Stride;
import org.scx4j.policy.Tier;

@Timeout(10)
class PolicyCatalogTest
{
    private final PolicyCatalog catalog = new PolicyCatalog();

    /** A user's policy. */
    public static class Own implements SchedulingPolicy
    {
        @Override
        public void onTask(final QueuedTask task, final Dispatcher out)
        {
            out.dispatch(task).commit();
        }
    }

    /** Needs something. */
    public static final class Needy extends Own
    {
        /**
         * Needs a number.
         *
         * @param number any.
         */
        public Needy(final int number)
        {
            assertThat(number).isNotNull();
        }
    }

    /** Can't be made. */
    public static final class Failing extends Own
    {
        /** Fails. */
        public Failing()
        {
            throw new IllegalStateException("no luck");
        }
    }

    @Test
    void shouldMakeAPolicyWhenItIsShipped()
    {
        assertThat(catalog.names()).containsExactly("central", "deadline", "edf", "fifo", "stride", "tier");
        assertThat(catalog.create("fifo")).isInstanceOf(Fifo.class).isNotSameAs(catalog.create("fifo"));
        assertThat(catalog.create("deadline")).isInstanceOf(Deadline.class);
        assertThat(catalog.create("stride")).isInstanceOf(Stride.class);
        assertThat(catalog.create("central")).isInstanceOf(Central.class);
        assertThat(catalog.create("edf")).isInstanceOf(Edf.class);
        assertThat(catalog.create("tier")).isInstanceOf(Tier.class);
    }

    @Test
    void shouldMakeAPolicyWhenItIsAClassOnTheClassPath()
    {
        assertThat(catalog.create(Own.class.getName())).isInstanceOf(Own.class);
        assertThat(catalog.create("org.scx4j.policy.Fifo")).isInstanceOf(Fifo.class);
    }

    @Test
    void shouldListTheKnownWhenPolicyIsUnknown()
    {
        refused("lottery", "unknown policy 'lottery': known are central, deadline, edf, fifo, stride, tier, or give " +
            "the full name of your class and its jar with --classpath");
        refused("", "unknown policy ''");
        refused("FIFO", "unknown policy 'FIFO'");
    }

    @Test
    void shouldSayWhatIsWrongWhenTheClassIsNoUsablePolicy()
    {
        refused("java.lang.String", "java.lang.String does not implement org.scx4j.api.SchedulingPolicy");
        refused(Needy.class.getName(), "must be public and have a public constructor without parameters");
        refused("org.scx4j.api.SchedulingPolicy", "must be public and have a public constructor without parameters");
        refused(Failing.class.getName(), "threw an exception as it was made: java.lang.IllegalStateException: no luck");
    }

    @Test
    void shouldMakeAPolicyWhenItIsInAJarOfTheUsers(@TempDir final Path folder) throws Exception
    {
        final Path jar = compile(folder, "my.Last", """
            package my;
            public final class Last implements org.scx4j.api.SchedulingPolicy
            {
                public void onTask(final org.scx4j.api.QueuedTask task, final org.scx4j.api.Dispatcher out)
                {
                    out.dispatch(task).vtime(-task.enqueueNs()).commit();
                }
            }
            """);
        final PolicyCatalog own = PolicyCatalog.of(jar.toString());

        assertThat(own.create("my.Last").getClass().getName()).isEqualTo("my.Last");
        assertThat(own.create("last").getClass().getName()).as("announced to ServiceLoader").isEqualTo("my.Last");
        assertThat(own.create("fifo")).isInstanceOf(Fifo.class);
        assertThatThrownBy(() -> catalog.create("my.Last")).hasMessageContaining("unknown policy 'my.Last'");
    }

    @Test
    void shouldNameTheEntryWhenTheClassPathIsWrong()
    {
        assertThatThrownBy(() -> PolicyCatalog.of("/nowhere/my.jar"))
            .isInstanceOf(SchedulerException.class)
            .hasMessage("--classpath: no such jar or folder: '/nowhere/my.jar'");
    }

    /** A jar with one class, announced as a policy. */
    private static Path compile(final Path folder, final String name, final String source) throws IOException
    {
        final Path file = folder.resolve(name.replace('.', '/') + ".java");
        Files.createDirectories(file.getParent());
        Files.writeString(file, source);
        final int status = ToolProvider.getSystemJavaCompiler().run(
            null, null, null, "-cp", System.getProperty("java.class.path"), "--release", "17", file.toString());
        assertThat(status).isZero();

        final Path jar = folder.resolve("policy.jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar)))
        {
            out.putNextEntry(new JarEntry(name.replace('.', '/') + ".class"));
            out.write(Files.readAllBytes(folder.resolve(name.replace('.', '/') + ".class")));
            out.putNextEntry(new JarEntry("META-INF/services/" + SchedulingPolicy.class.getName()));
            out.write(name.getBytes(StandardCharsets.UTF_8));
        }
        return jar;
    }

    private void refused(final String name, final String message)
    {
        assertThatThrownBy(() -> catalog.create(name))
            .isInstanceOf(SchedulerException.class)
            .hasMessageContaining(message)
            .extracting((ex) -> ((SchedulerException)ex).category())
            .isEqualTo(Category.USAGE);
    }
}
