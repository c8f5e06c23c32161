// SPDX-License-Identifier: Apache-2.0
package org.scx4j.protocol;

/**
 * Layout of {@code struct sched_control}: the words of state, each group with the writer it names and two
 * cache lines of its own.
 * <pre>
 *     0  engine's main thread, rarely: engine_tgid, stopping, slice_ns, hot_tids[4], hot_cpus[4]
 *   128  reader: parked (the kernel takes it back)
 *   256  dispatcher: published_bytes
 *   384  kernel: drained_bytes, idle_waiting (the dispatcher takes it back), nr_cpu_ids
 *   512  dispatcher: kick_cpus[16] (ring_doorbell takes the bits)
 *   640  kernel: idle_cpus[16]
 *   768  kernel: lease_lost_at_ns, nr_leases_lost, lease_lost_ns, lease_lost_max_ns, lease_lost_thread
 *   896  each hot thread, by slot: the first of its 16 beats
 *  1408
 * </pre>
 */
public final class ControlDescriptor
{
    /** Offset of the engine's process id, s32, 0 = none. */
    public static final int ENGINE_TGID_OFFSET = 0;
    /** Offset of the word that announces the detach, u32. */
    public static final int STOPPING_OFFSET = 4;
    /** Offset of the default slice, ns, u64. */
    public static final int SLICE_NS_OFFSET = 8;
    /** Offset of the thread ids of the event path, s32[{@link SchedAbi#SCHED_MAX_HOT_THREADS}], 0 = none. */
    public static final int HOT_TIDS_OFFSET = 16;
    /** Offset of the CPUs that spinning threads own, s32[{@link SchedAbi#SCHED_MAX_HOT_THREADS}], -1 = none. */
    public static final int HOT_CPUS_OFFSET = 32;
    /** Offset of padding. */
    public static final int PAD0_OFFSET = 48;
    /** Offset of the word that says that the reader sleeps, u32. */
    public static final int PARKED_OFFSET = 128;
    /** Offset of padding. */
    public static final int PAD1_OFFSET = 132;
    /** Offset of the published producer position of the dispatched ring, u64. */
    public static final int PUBLISHED_BYTES_OFFSET = 256;
    /** Offset of padding. */
    public static final int PAD2_OFFSET = 264;
    /** Offset of the published position as of the last complete drain, u64. */
    public static final int DRAINED_BYTES_OFFSET = 384;
    /** Offset of the word that says that a CPU went idle for want of a decision, u32. */
    public static final int IDLE_WAITING_OFFSET = 392;
    /** Offset of the number of CPUs that the kernel can have, u32. */
    public static final int NR_CPU_IDS_OFFSET = 396;
    /** Offset of padding. */
    public static final int PAD3_OFFSET = 400;
    /** Offset of the mask of CPUs that must give way for a decision, u64[{@link SchedAbi#SCHED_MAX_CPUS} / 64]. */
    public static final int KICK_CPUS_OFFSET = 512;
    /** Offset of the mask of idle CPUs, u64[{@link SchedAbi#SCHED_MAX_CPUS} / 64]. */
    public static final int IDLE_CPUS_OFFSET = 640;
    /** Offset of since when the engine has lost its lease, ns, u64, 0 = it has its say. */
    public static final int LEASE_LOST_AT_NS_OFFSET = 768;
    /** Offset of the number of losses, u64. */
    public static final int NR_LEASES_LOST_OFFSET = 776;
    /** Offset of the time of all losses but a current one, ns, u64. */
    public static final int LEASE_LOST_NS_OFFSET = 784;
    /** Offset of the longest of them, ns, u64. */
    public static final int LEASE_LOST_MAX_NS_OFFSET = 792;
    /** Offset of the id of the thread that was silent at the last loss, s32. */
    public static final int LEASE_LOST_THREAD_OFFSET = 800;
    /** Offset of padding. */
    public static final int PAD4_OFFSET = 804;
    /**
     * Offset of the duty cycles of the hot threads, u64[{@link SchedAbi#SCHED_MAX_HOT_THREADS} x
     * {@link SchedAbi#SCHED_BEAT_WORDS}].
     */
    public static final int BEATS_OFFSET = 896;
    /** Length of the struct. */
    public static final int CONTROL_BYTES = 1408;

    private ControlDescriptor()
    {
    }
}
