// SPDX-License-Identifier: Apache-2.0
package org.scx4j.bench;

/**
 * The C reference of {@link RoundTripBenchmark}, {@code round_trip_reference.c}: reads the queued ring, decides first
 * in, first out, and writes the dispatched ring.
 * <p>
 * Thread safety: {@link #runProgram(int)} is for any thread; of an open reference one thread takes turns at a time, and
 * between {@link #start} and {@link #stop} that is its own.
 */
final class RoundTripReference
{
    static
    {
        ReferenceLibrary.load("round_trip_reference");
    }

    private RoundTripReference()
    {
    }

    /**
     * Maps both rings and the control words, and goes on where they are.
     *
     * @param queuedFd     of the queued ring.
     * @param dispatchedFd of the dispatched ring.
     * @param controlFd    of the control words.
     * @param doorbellFd   of the program that wakes a CPU.
     * @param ringBytes    capacity of each ring.
     * @return a handle, or -errno.
     */
    static native long open(int queuedFd, int dispatchedFd, int controlFd, int doorbellFd, int ringBytes);

    /**
     * Unmaps.
     *
     * @param handle of the reference; not used again.
     */
    static native void close(long handle);

    /**
     * Runs a BPF program once, as both paths do.
     *
     * @param fd of the program.
     * @return what it returned, or -errno.
     */
    static native int runProgram(int fd);

    /**
     * Takes a turn, then runs a BPF program: what Java does by a duty cycle and {@link #runProgram(int)}, and with as
     * many calls into the library.
     *
     * @param handle of the reference.
     * @param fd     of the program.
     * @return what it returned, or -errno.
     */
    static native int turnAndRunProgram(long handle, int fd);

    /**
     * The same again and again, with the turns timed.
     *
     * @param handle of the reference.
     * @param fd     of the program.
     * @param times  address of as many words, which get the nanoseconds of each turn alone.
     * @param count  of turns.
     * @return 0, what the program returned, or -errno.
     */
    static native int timeTurns(long handle, int fd, long times, int count);

    /**
     * Starts a thread that takes turns all the time, until {@link #stop}.
     *
     * @param handle of the reference.
     * @param cpu    to pin it to.
     * @param pauses whether it pauses, as {@link Thread#onSpinWait()} does, when there was nothing to do.
     * @return 0, or -errno.
     */
    static native int start(long handle, int cpu, boolean pauses);

    /**
     * Ends that thread.
     *
     * @param handle of the reference.
     */
    static native void stop(long handle);
}
