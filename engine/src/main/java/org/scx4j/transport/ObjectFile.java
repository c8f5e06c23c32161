// SPDX-License-Identifier: Apache-2.0
package org.scx4j.transport;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.exceptions.SchedulerException.Category;
import org.scx4j.jni.LibBpf;
import org.scx4j.protocol.SchedAbi;

/**
 * A BPF object before it is loaded.
 * <p>
 * Thread safety: stateless.
 */
final class ObjectFile
{
    private ObjectFile()
    {
    }

    /**
     * Reads a BPF object.
     *
     * @param file     or null for the one in the class path.
     * @param resource its name there.
     * @return its bytes.
     */
    static byte[] read(final Path file, final String resource)
    {
        try
        {
            if (null != file)
            {
                return Files.readAllBytes(file);
            }
            try (InputStream in = ObjectFile.class.getClassLoader().getResourceAsStream(resource))
            {
                if (null == in)
                {
                    throw new SchedulerException(Category.FATAL, "no BPF object in the class path: " + resource +
                        "; put the scx4j-bpf jar there, or name the file with --object");
                }
                return in.readAllBytes();
            }
        }
        catch (final IOException ex)
        {
            throw new SchedulerException(Category.USAGE, "can't read the BPF object: " + ex, ex);
        }
    }

    /**
     * Refuses an object whose shared memory is laid out in another way than this engine's.
     *
     * @param object  handle.
     * @param structs that both sides share.
     * @param hash    of them, as this engine has them.
     */
    static void checkAbi(final long object, final String[] structs, final long hash)
    {
        final long version = LibBpf.enumValue(object, "sched_abi", "SCHED_ABI_VERSION");
        final long objectHash = LibBpf.layoutHash(object, structs);
        if (version != SchedAbi.SCHED_ABI_VERSION || objectHash != hash)
        {
            throw new SchedulerException(Category.FATAL, String.format(
                "BPF object and engine are of different builds: object=%d/%016x, engine=%d/%016x; " +
                "build both from one tree", version, objectHash, SchedAbi.SCHED_ABI_VERSION, hash));
        }
    }
}
