// SPDX-License-Identifier: Apache-2.0
package org.scx4j.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * libbpf's own reader and writer of the two rings, in C: what {@link MappedRingBenchmark} compares with. One call does
 * a whole batch.
 * <p>
 * Thread safety: one thread for each handle.
 */
final class RingReference
{
    private static final String ARCHITECTURE =
        "amd64".equals(System.getProperty("os.arch")) ? "x86_64" : System.getProperty("os.arch");

    static
    {
        load("META-INF/native/libring_reference_" + ARCHITECTURE + ".so");
    }

    private RingReference()
    {
    }

    private static void load(final String resource)
    {
        try (InputStream library = RingReference.class.getClassLoader().getResourceAsStream(resource))
        {
            if (null == library)
            {
                throw new IllegalStateException(resource + " is not on the class path: build it with " +
                    "`mvn -pl bench -am package`");
            }
            final Path file = Files.createTempFile("libring_reference", ".so");
            try
            {
                Files.copy(library, file, StandardCopyOption.REPLACE_EXISTING);
                System.load(file.toString());
            }
            finally
            {
                Files.delete(file); // the mapping stays
            }
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException("can't write " + resource + " into java.io.tmpdir", ex);
        }
    }

    /**
     * {@code ring_buffer__new}, with a callback that copies the record.
     *
     * @param mapFd of a BPF ring.
     * @return handle, or -errno.
     */
    static native long openReader(int mapFd);

    /**
     * {@code ring_buffer__consume}: takes all records that are there.
     *
     * @param handle of the reader.
     * @return records, or -errno.
     */
    static native int consume(long handle);

    static native void closeReader(long handle);

    /**
     * {@code user_ring_buffer__new}.
     *
     * @param mapFd of a user ring.
     * @return handle, or -errno.
     */
    static native long openWriter(int mapFd);

    /**
     * {@code user_ring_buffer__reserve}, copy, {@code user_ring_buffer__submit}; again and again.
     *
     * @param handle  of the writer.
     * @param address of the record to be copied.
     * @param bytes   of the record.
     * @param count   of records to be written.
     * @return how many had room.
     */
    static native int write(long handle, long address, int bytes, int count);

    static native void closeWriter(long handle);
}
