// SPDX-License-Identifier: Apache-2.0
package org.scx4j.pipeline;

/**
 * How an event path is built. Values are checked by {@code SchedulerEngine.Context.conclude()}.
 *
 * @param layout    of threads.
 * @param cpus      one for each hot thread: reader, policy, dispatcher.
 * @param waitMode  of hot threads that have nothing to do.
 * @param ringSize  entries of the Disruptor ring, a power of two.
 * @param logSize   entries of the decision log, a power of two and more than 128.
 * @param spinNs    idle time before a parking thread sleeps, nanoseconds.
 * @param parkMs    the longest sleep of a parking thread, milliseconds.
 */
public record PipelineOptions(
    ThreadLayout layout, int[] cpus, WaitMode waitMode, int ringSize, int logSize, long spinNs, int parkMs)
{
}
