// SPDX-License-Identifier: Apache-2.0
package org.scx4j.jni;

/**
 * The native methods, as {@code native/src/main/c/sched_jni.c} registers them. Each returns a value {@code >= 0}, an
 * address or a handle, or a negative errno; none throws, calls back into Java or keeps a reference. {@link LibBpf} and
 * {@link LibC} say what they do.
 * <p>
 * Thread safety: as the method of these two. An {@link UnsatisfiedLinkError} when the library is not loaded.
 */
final class NativeMethods
{
    private NativeMethods()
    {
    }

    static native int abiVersion();

    static native long openObject(byte[] object, String name);

    static native int closeObject(long handle);

    /* Struct names separated by newlines; the result is written into a byte[8], little endian. */
    static native int layoutHash(long handle, String structs, byte[] result);

    static native int enumValue(long handle, String enumName, String valueName, byte[] result);

    static native int setRodata(long handle, String variable, long value);

    static native int setMapEntries(long handle, String map, int entries);

    static native int setAutoload(long handle, String program, boolean autoload);

    static native int setAutocreate(long handle, String map, boolean autocreate);

    static native int setOpsMember(long handle, String map, String member, long value);

    static native int setOpsName(long handle, String map, String name);

    static native int kernelMember(String struct, String member);

    static native int kernelEnumValue(String enumName, String valueName, byte[] result);

    static native int kernelFunction(String name);

    static native int kernelFunctionEndsWith(String name, String struct);

    static native int load(long handle);

    static native long attachStructOps(long handle, String map);

    static native long attachProgram(long handle, String program);

    static native int destroyLink(long link);

    static native int linkFd(long link);

    static native int detachLink(int fd);

    static native int pin(int fd, String path);

    static native int openPinned(String path);

    static native int mapFd(long handle, String map);

    static native int mapValueBytes(long handle, String map);

    static native int mapEntries(long handle, String map);

    static native int programFd(long handle, String program);

    static native long mmap(int fd, long offset, long lengthBytes, boolean writable);

    static native int munmap(long address, long lengthBytes);

    static native int pageBytes();

    static native int epollCreate(int fd);

    static native int epollWait(int epollFd, int timeoutMs);

    static native int closeFd(int fd);

    static native int runProgram(int programFd, long contextAddress, int contextBytes);

    static native int pinThread(int tid, long maskAddress, int maskBytes);

    static native int threadAffinity(long maskAddress, int maskBytes);

    static native int effectiveUserId();

    static native int lockMemory();

    static native int unlockMemory();

    static native int raiseMemlockLimit();

    static native int threadFaults(long address);

    static native int schedulerPolicy(int tid);

    static native int setSchedulerClass(int tid, int policy);

    static native int threadPriority(int tid);

    static native int setThreadNice(int tid, int nice);

    static native int setTransparentHugePagesDisabled(boolean disabled);

    static native int transparentHugePagesDisabled();

    /* ASCII; the number of bytes written. */
    static native int takeLog(byte[] into);

    static native int setVerbose(boolean verbose);
}
