// SPDX-License-Identifier: Apache-2.0
package org.scx4j.jni;

import org.scx4j.exceptions.SchedulerException;
import org.scx4j.exceptions.SchedulerException.Category;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;

/**
 * Finds and loads {@code libscx4j}, once per class loader, when it is first asked for.
 * <p>
 * It is the file that the system property {@value #PATH_PROP_NAME} names, or else the class-path resource
 * {@code META-INF/native/libscx4j_<architecture>.so}, copied for the moment of loading into {@code java.io.tmpdir}.
 * <p>
 * Thread safety: all methods may be called from any thread; the first call blocks until the library is loaded.
 */
public final class NativeLibrary
{
    /**
     * System property: path of the library file, when it is not to be taken from the class path.
     */
    public static final String PATH_PROP_NAME = "scx4j.native.path";

    /**
     * What the library must answer: grows with every change of a native method's meaning.
     */
    static final int ABI_VERSION = 1;

    private static final byte[] ELF_MAGIC = {0x7f, 'E', 'L', 'F'};
    private static final String BUILD = "build it with `bin/setup build && make -C native`";

    /* Loads when first touched, so that this class itself can always be initialised. */
    private static final class Loaded
    {
        private static final SchedulerException CAUSE = load();
    }

    private NativeLibrary()
    {
    }

    /**
     * Whether the library is loaded and of this build. The first call loads it.
     *
     * @return true when the methods of {@link LibBpf} can be called.
     */
    public static boolean isAvailable()
    {
        return null == Loaded.CAUSE;
    }

    /**
     * Why the library is not available, in one line that says what to do.
     *
     * @return the cause, or null when the library is available.
     */
    public static SchedulerException unavailabilityCause()
    {
        return Loaded.CAUSE;
    }

    /**
     * Does nothing when the library is available.
     *
     * @throws SchedulerException with the message of {@link #unavailabilityCause()} when it is not.
     */
    public static void ensureAvailability()
    {
        final SchedulerException cause = Loaded.CAUSE;
        if (null != cause)
        {
            throw new SchedulerException(cause.category(), cause.getMessage(), cause);
        }
    }

    /**
     * Name of the library file for an architecture.
     *
     * @param osArch value of the system property {@code os.arch}.
     * @return file name, with the architecture as {@code uname -m} says it.
     */
    static String fileName(final String osArch)
    {
        final String architecture = "amd64".equals(osArch) ? "x86_64" : osArch;
        return "libscx4j_" + architecture + ".so";
    }

    private static SchedulerException load()
    {
        final String os = System.getProperty("os.name");
        if (!"Linux".equals(os))
        {
            return unavailable(Category.ENVIRONMENT, "this is " + os + ", and sched_ext is a part of Linux", null);
        }

        final String path = System.getProperty(PATH_PROP_NAME);
        if (null != path && !path.isEmpty())
        {
            return loadFile(path);
        }

        final String resource = "META-INF/native/" + fileName(System.getProperty("os.arch"));
        return loadResource(
            resource, NativeLibrary.class.getClassLoader(), Path.of(System.getProperty("java.io.tmpdir")));
    }

    /**
     * Loads the file that the user named.
     *
     * @param path value of {@value #PATH_PROP_NAME}.
     * @return null, or why it can't be used.
     */
    static SchedulerException loadFile(final String path)
    {
        final String where = PATH_PROP_NAME + "=" + path;
        final Path file = Path.of(path).toAbsolutePath();
        if (!Files.isRegularFile(file))
        {
            return unavailable(
                Category.USAGE, where + " is not a file; name " + fileName(System.getProperty("os.arch")) +
                " or leave the property out", null);
        }
        return loadLibrary(file, where, "; name another file or leave the property out");
    }

    /* The JVM's own answer to other files is two lines of warnings about stack guards. */
    private static boolean isElf(final Path file) throws IOException
    {
        try (InputStream bytes = Files.newInputStream(file))
        {
            return Arrays.equals(ELF_MAGIC, bytes.readNBytes(ELF_MAGIC.length));
        }
    }

    /**
     * Loads the library from the class path.
     *
     * @param resource name of the resource.
     * @param from     where to look for it.
     * @param folder   where to put it for the moment of loading.
     * @return null, or why it can't be used.
     */
    static SchedulerException loadResource(final String resource, final ClassLoader from, final Path folder)
    {
        Path file = null;
        try (InputStream library = from.getResourceAsStream(resource))
        {
            if (null == library)
            {
                return unavailable(
                    Category.ENVIRONMENT, resource + " is not on the class path; add the scx4j-native jar, or " +
                    BUILD + " and give -D" + PATH_PROP_NAME + "=FILE", null);
            }

            // its name need not be a secret, as a file that is there is not opened: random ones take 20 ms of the start
            file = Files.createFile(
                folder.resolve("libscx4j_" + ProcessHandle.current().pid() + "_" + System.nanoTime() + ".so"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Files.copy(library, file, StandardCopyOption.REPLACE_EXISTING);
            return loadLibrary(file, resource, "; " + BUILD);
        }
        catch (final IOException ex)
        {
            return unavailable(
                Category.ENVIRONMENT, "can not write it into java.io.tmpdir=" + folder + " (" + oneLine(ex) +
                "); give a writable folder with -Djava.io.tmpdir=FOLDER", ex);
        }
        finally
        {
            delete(file);
        }
    }

    private static SchedulerException loadLibrary(final Path file, final String where, final String otherwise)
    {
        try
        {
            if (!isElf(file))
            {
                return unavailable(Category.USAGE, where + " is not a library" + otherwise, null);
            }
            System.load(file.toString());
            final int abiVersion = NativeMethods.abiVersion();
            if (ABI_VERSION != abiVersion)
            {
                return unavailable(
                    Category.FATAL, where + " is of another build: native ABI engine=" + ABI_VERSION + ", library=" +
                    abiVersion + "; " + BUILD, null);
            }
            return null;
        }
        catch (final LinkageError | RuntimeException | IOException ex)
        {
            final String reason = oneLine(ex);
            return unavailable(Category.ENVIRONMENT, where + ": " + reason + advice(file, ex, reason, otherwise), ex);
        }
    }

    private static String advice(final Path file, final Throwable ex, final String reason, final String otherwise)
    {
        if (reason.contains("failed to map segment"))
        {
            return "; the folder " + file.getParent() + " is mounted noexec or no memory is left: give another one" +
                " with -Djava.io.tmpdir=FOLDER or -D" + PATH_PROP_NAME + "=FILE";
        }
        if (reason.contains("libelf.so"))
        {
            return "; install libelf: apt-get install libelf1";
        }
        if (reason.contains("GLIBC_"))
        {
            return "; it was built on a newer system: " + BUILD + " on this one";
        }
        if (ex instanceof NoSuchMethodError || reason.contains(NativeMethods.class.getSimpleName()))
        {
            return "; library and engine are of different builds: " + BUILD;
        }
        if (ex instanceof IllegalCallerException)
        {
            return "; start java with --enable-native-access=ALL-UNNAMED";
        }
        return otherwise;
    }

    private static SchedulerException unavailable(final Category category, final String reason, final Throwable cause)
    {
        return new SchedulerException(category, "native library not available: " + reason, cause);
    }

    private static String oneLine(final Throwable ex)
    {
        final String message = ex.getMessage();
        final String name = ex.getClass().getSimpleName();
        return null == message ? name : name + ": " + message.replace('\n', ' ');
    }

    /* The mapping stays when the file goes. A file that can't be deleted does no harm. */
    private static void delete(final Path file)
    {
        if (null != file)
        {
            try
            {
                Files.deleteIfExists(file);
            }
            catch (final IOException ignore)
            {
                file.toFile().deleteOnExit();
            }
        }
    }
}
