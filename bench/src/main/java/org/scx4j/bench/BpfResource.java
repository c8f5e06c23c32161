// SPDX-License-Identifier: Apache-2.0
package org.scx4j.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.scx4j.jni.LibC;
import org.scx4j.jni.NativeLibrary;

/**
 * BPF objects of the class path, which benchmarks load into this machine's kernel.
 * <p>
 * Thread safety: stateless.
 */
public final class BpfResource
{
    private static final Path TYPES = Path.of("/sys/kernel/btf/vmlinux");

    private BpfResource()
    {
    }

    /**
     * What keeps this process from loading BPF programs here.
     *
     * @return one line that says what to do, null if nothing does.
     */
    public static String obstacle()
    {
        if (!NativeLibrary.isAvailable())
        {
            return NativeLibrary.unavailabilityCause().getMessage();
        }
        if (0 != LibC.effectiveUserId())
        {
            return "not root: loading BPF programs needs it; run again with sudo";
        }
        if (!Files.isReadable(TYPES))
        {
            return "this kernel has no type information, no " + TYPES + ": boot one with CONFIG_DEBUG_INFO_BTF=y";
        }
        return null;
    }

    /**
     * Reads an object.
     *
     * @param resource of the class path.
     * @return its bytes.
     * @throws IllegalStateException if it has not been built.
     */
    static byte[] read(final String resource)
    {
        try (InputStream in = BpfResource.class.getClassLoader().getResourceAsStream(resource))
        {
            if (null == in)
            {
                throw new IllegalStateException("no " + resource + " on the class path: build the bpf module");
            }
            return in.readAllBytes();
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException("can't read " + resource, ex);
        }
    }
}
