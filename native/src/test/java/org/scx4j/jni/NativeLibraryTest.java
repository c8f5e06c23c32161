// SPDX-License-Identifier: Apache-2.0
package org.scx4j.jni;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.exceptions.SchedulerException.Category;

@Timeout(30)
class NativeLibraryTest
{
    private static final String FILE = NativeLibrary.fileName(System.getProperty("os.arch"));
    private static final String RESOURCE = "META-INF/native/" + FILE;

    @TempDir
    private Path folder;

    @Test
    void shouldBeAvailableWhenTheLibraryIsOnTheClassPath()
    {
        assertThat(NativeLibrary.unavailabilityCause()).isNull();
        assertThat(NativeLibrary.isAvailable()).isTrue();
        assertThatCode(NativeLibrary::ensureAvailability).doesNotThrowAnyException();
        assertThat(NativeMethods.abiVersion()).isEqualTo(NativeLibrary.ABI_VERSION);
    }

    @Test
    void shouldNameTheArchitectureAsTheKernelDoes()
    {
        assertThat(NativeLibrary.fileName("amd64")).isEqualTo("libscx4j_x86_64.so");
        assertThat(NativeLibrary.fileName("aarch64")).isEqualTo("libscx4j_aarch64.so");
    }

    @Test
    void shouldLeaveNoFileBehindWhenLoadedFromTheClassPath() throws IOException
    {
        final SchedulerException cause = NativeLibrary.loadResource(RESOURCE, loader(), folder);

        assertThat(cause).isNull();
        try (Stream<Path> files = Files.list(folder))
        {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void shouldLoadTheFileWhenThePathIsGiven() throws IOException
    {
        final Path file = folder.resolve("mine.so");
        try (InputStream library = loader().getResourceAsStream(RESOURCE))
        {
            Files.copy(library, file);
        }

        assertThat(NativeLibrary.loadFile(file.toString())).isNull();
    }

    @Test
    void shouldSayWhatToDoWhenThePathIsNotAFile()
    {
        final SchedulerException cause = NativeLibrary.loadFile("/no/such/file.so");

        assertThat(cause.category()).isEqualTo(Category.USAGE);
        assertThat(cause).hasMessage(
            "native library not available: scx4j.native.path=/no/such/file.so is not a file; name " + FILE +
            " or leave the property out");
    }

    @Test
    void shouldSayWhatToDoWhenTheFileIsNoLibrary() throws IOException
    {
        final Path file = Files.writeString(folder.resolve("text.so"), "text");

        final SchedulerException cause = NativeLibrary.loadFile(file.toString());

        assertThat(cause.category()).isEqualTo(Category.USAGE);
        assertThat(cause).hasMessage(
            "native library not available: scx4j.native.path=" + file +
            " is not a library; name another file or leave the property out");
    }

    @Test
    void shouldSayWhatToDoWhenTheFileIsAnotherLibrary() throws Exception
    {
        final Path other = Path.of(System.getProperty("java.home"), "lib", "libzip.so");
        final Path file = Files.copy(other, folder.resolve("other.so"));
        System.setProperty(NativeLibrary.PATH_PROP_NAME, file.toString());
        try (URLClassLoader alone = engineAlone())
        {
            final Class<?> library = alone.loadClass(NativeLibrary.class.getName());

            assertThat(library.getMethod("unavailabilityCause").invoke(null).toString())
                .contains(NativeLibrary.PATH_PROP_NAME + "=" + file + ": UnsatisfiedLinkError")
                .contains("; library and engine are of different builds: build it with `bin/setup build");
        }
        finally
        {
            System.clearProperty(NativeLibrary.PATH_PROP_NAME);
        }
    }

    @Test
    void shouldSayWhatToDoWhenTheResourceIsMissing()
    {
        final SchedulerException cause = NativeLibrary.loadResource("META-INF/native/none.so", loader(), folder);

        assertThat(cause.category()).isEqualTo(Category.ENVIRONMENT);
        assertThat(cause.getMessage())
            .contains("META-INF/native/none.so is not on the class path; add the scx4j-native jar")
            .contains("-Dscx4j.native.path=FILE");
    }

    @Test
    void shouldSayWhatToDoWhenTheTemporaryFolderDoesNotExist()
    {
        final Path nowhere = folder.resolve("nowhere");

        final SchedulerException cause = NativeLibrary.loadResource(RESOURCE, loader(), nowhere);

        assertThat(cause.category()).isEqualTo(Category.ENVIRONMENT);
        assertThat(cause.getMessage())
            .contains("can not write it into java.io.tmpdir=" + nowhere)
            .endsWith("give a writable folder with -Djava.io.tmpdir=FOLDER");
    }

    @Test
    void shouldBeUnavailableWithoutFailingWhenAnotherLoaderHasNoLibrary() throws Exception
    {
        try (URLClassLoader alone = engineAlone())
        {
            final Class<?> library = alone.loadClass(NativeLibrary.class.getName());

            assertThat(library.getMethod("isAvailable").invoke(null)).isEqualTo(false);
            assertThat(library.getMethod("unavailabilityCause").invoke(null).toString())
                .contains(RESOURCE + " is not on the class path");
        }
    }

    /* The engine's classes once more, and nothing else: their library is loaded anew, or not. */
    private static URLClassLoader engineAlone()
    {
        final URL classes = NativeLibrary.class.getProtectionDomain().getCodeSource().getLocation();
        return new URLClassLoader(new URL[]{classes}, ClassLoader.getPlatformClassLoader());
    }

    private static ClassLoader loader()
    {
        return NativeLibraryTest.class.getClassLoader();
    }
}
