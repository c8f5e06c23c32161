// SPDX-License-Identifier: Apache-2.0
package org.scx4j.jni;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.scx4j.exceptions.SchedulerException;

/**
 * BPF objects, their mapped memory, and waiting for it: libbpf, as far as it is used here. What has nothing to do with
 * BPF is in {@link LibC}.
 * <p>
 * <b>Errors.</b> Methods that return {@code void}, {@code long} or something that is looked up throw
 * {@link SchedulerException}, whose line carries the errno and the end of libbpf's and the verifier's log. Those that
 * say "or -errno" throw nothing. Every method but {@link #epollWait(int, int)} and {@link #runProgram(int, long, int)}
 * starts with {@link NativeLibrary#ensureAvailability()}; for these two the library must be loaded, which it is, since
 * their file descriptors come from here.
 * <p>
 * <b>Handles.</b> An open object or link is a number {@code > 0}. One that was closed is refused with EBADF. Destroy an
 * object's links before the object. Handles and file descriptors that are not closed live as long as the process; the
 * kernel detaches everything when it ends.
 * <p>
 * Thread safety: an object is used by one thread at a time; everything else is safe from any thread. Only
 * {@code epollWait} blocks for a time that the caller chooses; {@code load}, {@code attach…} and {@code destroyLink}
 * may take from milliseconds to a second. Methods with only numbers as arguments do not allocate.
 */
public final class LibBpf
{
    private static final int LOG_BYTES = 4096;
    private static final String REBUILD =
        "BPF object and engine do not belong together: build both again with `mvn clean package`";
    private static final String DOCTOR = "run `bin/scx4j doctor`";
    private static final String BEFORE_LOAD = "set it before load(), to a value of the right kind that fits";

    private LibBpf()
    {
    }

    /**
     * Opens a BPF object. Needs no privilege.
     *
     * @param object the ELF file; copied.
     * @param name   for messages, and the start of its maps' names.
     * @return handle of the object.
     */
    public static long openObject(final byte[] object, final String name)
    {
        NativeLibrary.ensureAvailability();
        return LibBpfFailure.check(
            NativeMethods.openObject(object, name), "bpf object open: object=" + name,
            "the file is not a BPF object of this build: build it again with `make -C bpf`");
    }

    /**
     * Closes an object. Maps and programs go with it unless a link, mapping or other descriptor still holds them.
     *
     * @param handle object.
     */
    public static void closeObject(final long handle)
    {
        NativeLibrary.ensureAvailability();
        LibBpfFailure.check(NativeMethods.closeObject(handle), "bpf object close", "close an object once");
    }

    /**
     * Hash of the layout of structs, from the object's BTF: 64-bit FNV-1a (offset basis {@code 0xcbf29ce484222325},
     * prime {@code 0x100000001b3}) over these bytes, struct by struct in the given order:
     * <ol>
     * <li>the struct's name in UTF-8, one 0 byte, its size in bytes (32 bits, little endian);</li>
     * <li>then for each member in the order of the BTF: its name (empty when anonymous), one 0 byte, its offset in
     * bytes, its size in bytes (each 32 bits, little endian).</li>
     * </ol>
     * A member's size is that of its type after typedef, const and volatile, for an array that of all elements; a
     * struct inside is one member. A struct with a bit field is refused with EINVAL, a missing one with ENOENT.
     *
     * @param handle  object.
     * @param structs names of structs, at least one.
     * @return the hash; any value is possible.
     */
    public static long layoutHash(final long handle, final String[] structs)
    {
        NativeLibrary.ensureAvailability();
        final byte[] hash = new byte[Long.BYTES];
        final int result = NativeMethods.layoutHash(handle, String.join("\n", structs), hash);
        LibBpfFailure.check(result, "bpf layout hash: structs=" + String.join(",", structs), REBUILD);
        return asLong(hash);
    }

    /**
     * Value of an enumerator in the object's BTF.
     *
     * @param handle    object.
     * @param enumName  name of the enum, of 32 or 64 bits.
     * @param valueName name of the enumerator.
     * @return its value; of an unsigned 64-bit enum the same bits.
     */
    public static long enumValue(final long handle, final String enumName, final String valueName)
    {
        NativeLibrary.ensureAvailability();
        final byte[] value = new byte[Long.BYTES];
        LibBpfFailure.check(
            NativeMethods.enumValue(handle, enumName, valueName, value),
            "bpf enum look-up: enum=" + enumName + ", name=" + valueName, REBUILD);
        return asLong(value);
    }

    /**
     * Sets a constant that the program reads ({@code const volatile}, in {@code .rodata}), before load.
     *
     * @param handle   object.
     * @param variable name of an integer, bool or enum variable of 1, 2, 4 or 8 bytes.
     * @param value    value; must fit as a signed or as an unsigned number.
     */
    public static void setRodata(final long handle, final String variable, final long value)
    {
        NativeLibrary.ensureAvailability();
        final int result = NativeMethods.setRodata(handle, variable, value);
        set(result, "bpf rodata set: variable=" + variable + ", value=" + value);
    }

    /**
     * Sets the size of a map, before load.
     *
     * @param handle  object.
     * @param map     name of the map.
     * @param entries number of entries; for ring buffers bytes, a power of two and a multiple of the page size.
     */
    public static void setMapEntries(final long handle, final String map, final int entries)
    {
        NativeLibrary.ensureAvailability();
        final int result = NativeMethods.setMapEntries(handle, map, entries);
        set(result, "bpf map size: map=" + map + ", entries=" + entries);
    }

    /**
     * Chooses whether {@link #load(long)} loads a program.
     *
     * @param handle   object.
     * @param program  name of the program's function.
     * @param autoload true to load it.
     */
    public static void setAutoload(final long handle, final String program, final boolean autoload)
    {
        NativeLibrary.ensureAvailability();
        final int result = NativeMethods.setAutoload(handle, program, autoload);
        set(result, "bpf program choice: program=" + program);
    }

    /**
     * Chooses whether {@link #load(long)} creates a map. The programs of a struct_ops map follow it.
     *
     * @param handle     object.
     * @param map        name of the map.
     * @param autocreate true to create it.
     */
    public static void setAutocreate(final long handle, final String map, final boolean autocreate)
    {
        NativeLibrary.ensureAvailability();
        final int result = NativeMethods.setAutocreate(handle, map, autocreate);
        set(result, "bpf map choice: map=" + map);
    }

    /**
     * Sets a member of a struct_ops map's struct, before load: a number, or a callback to 0, which takes it out. A
     * member that the running kernel does not have must be left 0: see {@link #opsMemberInKernel(String, String)}.
     *
     * @param handle       object.
     * @param structOpsMap name of the map.
     * @param member       name of an integer, bool, enum or callback member.
     * @param value        value; must fit as a signed or as an unsigned number.
     */
    public static void setOpsMember(
        final long handle, final String structOpsMap, final String member, final long value)
    {
        NativeLibrary.ensureAvailability();
        final int result = NativeMethods.setOpsMember(handle, structOpsMap, member, value);
        set(result, "bpf struct_ops set: map=" + structOpsMap + ", member=" + member + ", value=" + value);
    }

    /**
     * Sets the {@code name} of a struct_ops map's struct, before load. A name that would be cut is refused.
     *
     * @param handle       object.
     * @param structOpsMap name of the map.
     * @param name         name; for sched_ext at most 127 bytes: letters, digits, underscore and dot.
     */
    public static void setOpsName(final long handle, final String structOpsMap, final String name)
    {
        NativeLibrary.ensureAvailability();
        final int result = NativeMethods.setOpsName(handle, structOpsMap, name);
        set(result, "bpf struct_ops set: map=" + structOpsMap + ", name=" + name);
    }

    /**
     * Whether a struct of the running kernel has a member. The first question about the kernel reads its BTF (some
     * milliseconds, a few MB that stay).
     *
     * @param struct name of the kernel's struct, for example {@code sched_ext_ops}.
     * @param member name of the member.
     * @return false when the struct or member does not exist, or the kernel has no BTF.
     */
    public static boolean opsMemberInKernel(final String struct, final String member)
    {
        NativeLibrary.ensureAvailability();
        final int result = NativeMethods.kernelMember(struct, member);
        return -Errno.ENOENT != result &&
            0 != LibBpfFailure.check(result, "kernel BTF look-up: struct=" + struct + ", member=" + member, DOCTOR);
    }

    /**
     * Value of an enumerator of the running kernel.
     *
     * @param enumName  name of the kernel's enum, of 32 or 64 bits.
     * @param valueName name of the enumerator.
     * @return its value (of an unsigned 64-bit enum the same bits), or {@code -}{@link Errno#ENOENT} when the enum or
     * the name does not exist or the kernel has no BTF.
     */
    public static long kernelEnumValue(final String enumName, final String valueName)
    {
        NativeLibrary.ensureAvailability();
        final byte[] value = new byte[Long.BYTES];
        final int result = NativeMethods.kernelEnumValue(enumName, valueName, value);
        if (-Errno.ENOENT == result)
        {
            return result;
        }
        LibBpfFailure.check(result, "kernel BTF look-up: enum=" + enumName + ", name=" + valueName, DOCTOR);
        return asLong(value);
    }

    /**
     * Whether the running kernel has a function, for example a kfunc that only newer kernels have.
     *
     * @param name name of the function.
     * @return false when it does not exist, or the kernel has no BTF.
     */
    public static boolean kernelHasFunction(final String name)
    {
        NativeLibrary.ensureAvailability();
        final int result = NativeMethods.kernelFunction(name);
        return -Errno.ENOENT != result &&
            0 != LibBpfFailure.check(result, "kernel BTF look-up: function=" + name, DOCTOR);
    }

    /**
     * Whether the last parameter of a function of the running kernel is a pointer to a struct.
     *
     * @param name   name of the function.
     * @param struct name of the struct.
     * @return false also when the function does not exist, or the kernel has no BTF.
     */
    public static boolean kernelFunctionEndsWith(final String name, final String struct)
    {
        NativeLibrary.ensureAvailability();
        final int result = NativeMethods.kernelFunctionEndsWith(name, struct);
        return -Errno.ENOENT != result &&
            0 != LibBpfFailure.check(result, "kernel BTF look-up: function=" + name, DOCTOR);
    }

    /**
     * Creates the maps and loads the programs into the kernel; nothing runs yet. Once per object, also when it fails.
     *
     * @param handle object.
     */
    public static void load(final long handle)
    {
        NativeLibrary.ensureAvailability();
        LibBpfFailure.check(
            NativeMethods.load(handle), "bpf object load",
            "the kernel refuses the program: " + DOCTOR + ", and report this line with `uname -r`");
    }

    /**
     * Attaches a struct_ops map: for sched_ext, from now on it schedules the machine.
     *
     * @param handle object, loaded.
     * @param map    name of the struct_ops map.
     * @return handle of the link.
     */
    public static long attachStructOps(final long handle, final String map)
    {
        NativeLibrary.ensureAvailability();
        return LibBpfFailure.check(
            NativeMethods.attachStructOps(handle, map), "bpf struct_ops attach: map=" + map,
            "load the object first; see the end of `dmesg`, and " + DOCTOR);
    }

    /**
     * Attaches a program where its section says, for example a tracepoint.
     *
     * @param handle  object, loaded.
     * @param program name of the program's function.
     * @return handle of the link.
     */
    public static long attachProgram(final long handle, final String program)
    {
        NativeLibrary.ensureAvailability();
        return LibBpfFailure.check(
            NativeMethods.attachProgram(handle, program), "bpf program attach: program=" + program,
            "load the object first, with this program chosen; " + DOCTOR);
    }

    /**
     * Detaches. When it returns the kernel is back on what it did before.
     *
     * @param link handle of the link.
     */
    public static void destroyLink(final long link)
    {
        NativeLibrary.ensureAvailability();
        LibBpfFailure.check(NativeMethods.destroyLink(link), "bpf link destroy", "destroy a link once");
    }

    /**
     * File descriptor of a link. The link owns it: do not close it.
     *
     * @param link handle of the link.
     * @return file descriptor.
     */
    public static int linkFd(final long link)
    {
        NativeLibrary.ensureAvailability();
        return (int)LibBpfFailure.check(NativeMethods.linkFd(link), "bpf link look-up", "destroy a link once");
    }

    /**
     * Detaches what a link attaches, whoever else holds the link, and whether or not it is pinned. When it returns the
     * kernel is back on what it did before. The descriptor stays open.
     *
     * @param fd file descriptor of a link.
     */
    public static void detachLink(final int fd)
    {
        NativeLibrary.ensureAvailability();
        LibBpfFailure.check(NativeMethods.detachLink(fd), "bpf link detach: fd=" + fd, DOCTOR);
    }

    /**
     * Gives a map, program or link a name in the BPF file system. It lives as long as the name does, also without a
     * process; deleting the file takes the name away.
     *
     * @param fd   file descriptor.
     * @param path of the new name, in a folder that exists.
     */
    public static void pin(final int fd, final Path path)
    {
        NativeLibrary.ensureAvailability();
        LibBpfFailure.check(NativeMethods.pin(fd, path.toString()), "bpf pin: path=" + path,
            "the folder must be in a BPF file system (mount -t bpf bpf /sys/fs/bpf), and the name free");
    }

    /**
     * Opens what was pinned.
     *
     * @param path of the name.
     * @return file descriptor; to be closed with {@link #closeFd(int)}.
     */
    public static int openPinned(final Path path)
    {
        NativeLibrary.ensureAvailability();
        return (int)LibBpfFailure.check(NativeMethods.openPinned(path.toString()), "bpf pin open: path=" + path,
            "there is no such name, or it is not of a BPF file system");
    }

    /**
     * File descriptor of a map. The object owns it: do not close it.
     *
     * @param handle object, loaded.
     * @param map    name of the map.
     * @return file descriptor.
     */
    public static int mapFd(final long handle, final String map)
    {
        NativeLibrary.ensureAvailability();
        return lookUp(NativeMethods.mapFd(handle, map), "bpf map look-up: map=", map);
    }

    /**
     * Size of one value of a map.
     *
     * @param handle object.
     * @param map    name of the map.
     * @return bytes; 0 for ring buffers.
     */
    public static int mapValueBytes(final long handle, final String map)
    {
        NativeLibrary.ensureAvailability();
        return lookUp(NativeMethods.mapValueBytes(handle, map), "bpf map look-up: map=", map);
    }

    /**
     * Number of entries of a map.
     *
     * @param handle object.
     * @param map    name of the map.
     * @return entries; bytes for ring buffers.
     */
    public static int mapEntries(final long handle, final String map)
    {
        NativeLibrary.ensureAvailability();
        return lookUp(NativeMethods.mapEntries(handle, map), "bpf map look-up: map=", map);
    }

    /**
     * File descriptor of a program. The object owns it.
     *
     * @param handle  object, loaded.
     * @param program name of the program's function.
     * @return file descriptor.
     */
    public static int programFd(final long handle, final String program)
    {
        NativeLibrary.ensureAvailability();
        return lookUp(NativeMethods.programFd(handle, program), "bpf program look-up: program=", program);
    }

    /**
     * Maps memory of a map, shared with the kernel. The mapping outlives the descriptor.
     *
     * @param fd          file descriptor of a mappable map.
     * @param offset      bytes, a multiple of the page size.
     * @param lengthBytes bytes; the last page is mapped whole.
     * @param writable    whether it is mapped for writing too.
     * @return address.
     */
    public static long mmap(final int fd, final long offset, final long lengthBytes, final boolean writable)
    {
        NativeLibrary.ensureAvailability();
        return LibBpfFailure.check(
            NativeMethods.mmap(fd, offset, lengthBytes, writable),
            "mmap: fd=" + fd + ", offset=" + offset + ", lengthBytes=" + lengthBytes + ", writable=" + writable,
            "offset and length must be inside of a map that can be mapped, and writable only where it allows it");
    }

    /**
     * Unmaps. Whoever still reads or writes there kills the process: stop them first.
     *
     * @param address     what {@link #mmap(int, long, long, boolean)} returned.
     * @param lengthBytes as it was mapped.
     */
    public static void munmap(final long address, final long lengthBytes)
    {
        NativeLibrary.ensureAvailability();
        final int result = NativeMethods.munmap(address, lengthBytes);
        LibBpfFailure.check(result, "munmap: lengthBytes=" + lengthBytes, "unmap what mmap returned, once");
    }

    /**
     * An epoll instance that waits for one descriptor to become readable, for example a ring buffer map.
     *
     * @param fd file descriptor to wait for.
     * @return file descriptor of the epoll instance; to be closed with {@link #closeFd(int)}.
     */
    public static int epollCreate(final int fd)
    {
        NativeLibrary.ensureAvailability();
        return (int) LibBpfFailure.check(
            NativeMethods.epollCreate(fd), "epoll create: fd=" + fd, "give an open descriptor that can be polled");
    }

    /**
     * Blocks until the descriptor is readable. Does not allocate.
     *
     * @param epollFd   what {@link #epollCreate(int)} returned.
     * @param timeoutMs longest wait in milliseconds; 0 returns at once, a negative one waits without end.
     * @return 1 when readable, 0 after the timeout or when a signal came, or -errno.
     */
    public static int epollWait(final int epollFd, final int timeoutMs)
    {
        return NativeMethods.epollWait(epollFd, timeoutMs);
    }

    /**
     * Closes a descriptor that the caller owns.
     *
     * @param fd file descriptor.
     */
    public static void closeFd(final int fd)
    {
        NativeLibrary.ensureAvailability();
        LibBpfFailure.check(NativeMethods.closeFd(fd), "close: fd=" + fd, "close a descriptor once");
    }

    /**
     * Runs a {@code SEC("syscall")} program once, on the calling thread. Does not allocate; one system call.
     *
     * @param programFd      what {@link #programFd(long, String)} returned.
     * @param contextAddress memory that the program gets as its context, and may write into.
     * @param contextBytes   its size; at least what the program reads.
     * @return what the program returned, or -errno when it could not be run; a program's own negative result looks the
     * same.
     */
    public static int runProgram(final int programFd, final long contextAddress, final int contextBytes)
    {
        return NativeMethods.runProgram(programFd, contextAddress, contextBytes);
    }

    /**
     * Takes what libbpf warned about on the calling thread since the last call, or since the last open, load or attach,
     * which start afresh. An exception has taken it already. Of a verifier log only the last lines are kept.
     *
     * @return the newest at most 4 KiB, lines ended by newlines; empty when there is nothing.
     */
    public static String takeLog()
    {
        NativeLibrary.ensureAvailability();
        final byte[] text = new byte[LOG_BYTES];
        return new String(text, 0, NativeMethods.takeLog(text), StandardCharsets.US_ASCII);
    }

    /**
     * Chooses whether libbpf's messages, also the debug ones, go to stderr as well. For the whole process.
     *
     * @param verbose true to print them.
     */
    public static void setVerbose(final boolean verbose)
    {
        NativeLibrary.ensureAvailability();
        NativeMethods.setVerbose(verbose);
    }

    private static void set(final int result, final String what)
    {
        LibBpfFailure.check(result, what, -Errno.ENOENT == result ? REBUILD : BEFORE_LOAD);
    }

    private static int lookUp(final int result, final String what, final String name)
    {
        final String advice = -Errno.EINVAL == result ? "load the object first, with this part chosen" : REBUILD;
        return (int) LibBpfFailure.check(result, what + name, advice);
    }

    private static long asLong(final byte[] value)
    {
        return ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN).getLong();
    }
}
