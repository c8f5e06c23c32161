// SPDX-License-Identifier: Apache-2.0
package org.scx4j.journal;

import java.nio.file.Path;
import java.util.Map;
import org.agrona.concurrent.UnsafeBuffer;
import org.scx4j.protocol.QueuedTaskDescriptor;
import org.scx4j.protocol.SchedAbi;
import org.scx4j.transport.CpuStatesImage;

/**
 * Records tasks until it is killed.
 */
final class RecordingProgram
{
    private RecordingProgram()
    {
    }

    public static void main(final String[] args) throws InterruptedException
    {
        final Recorder recorder = new Recorder(JournalOptions.to(Path.of(args[0])));
        final JournalTap tap = recorder.tap(
            new CpuStatesImage(RecordedRun.NR_CPUS).view(RecordedRun.topology()), RecordedRun.topology(),
            RecordedRun.NR_CPUS);
        recorder.begin(tap, new JournalSession(0, RecordedRun.NR_CPUS, 5_000_000, 0, System.nanoTime(), 0, 64,
            RecordedRun.topology(), Map.of(JournalSession.POLICY, "fifo")));
        recorder.start();
        final UnsafeBuffer event = new UnsafeBuffer(new byte[QueuedTaskDescriptor.RECORD_BYTES]);
        event.putInt(QueuedTaskDescriptor.KIND_OFFSET, SchedAbi.SCHED_EVENT_QUEUED);
        for (long token = 1; true; token++)
        {
            event.putLong(QueuedTaskDescriptor.TOKEN_OFFSET, token);
            tap.onCycle(System.nanoTime());
            tap.onEvent(event, 0);
            if (0 == token % 1000)
            {
                Thread.sleep(1);
            }
        }
    }
}
