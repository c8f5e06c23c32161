// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.scx4j.Context;
import org.scx4j.SchedulerEngine;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.exceptions.SchedulerException.Category;
import org.scx4j.journal.JournalOptions;
import org.scx4j.status.Restart;
import org.scx4j.status.RunReport;

/**
 * The life of one scheduler, from launch to report.
 */
final class EngineRun
{
    private static final long LOOK_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(20);

    private final Context context;
    private final JournalOptions journal;
    private final StopSignal stop;
    private final long durationNs;
    private final LiveStatistics live;
    private final Consumer<SchedulerEngine> onStart;
    private final Consumer<Restart> onRestart;
    private final Consumer<String> onPolicyFailure;
    private final PolicyReload reload;
    private Restart lastRestart;
    private String lastPolicyFailure = "";
    private String restartFailure;

    /**
     * Prepares it.
     *
     * @param context         for the launch.
     * @param journal         where it is recorded, null for nowhere.
     * @param stop            ends it early.
     * @param durationNs      ends it; {@link Long#MAX_VALUE} for never.
     * @param live            printed meanwhile.
     * @param onStart         called once it schedules.
     * @param onRestart       called after each restart.
     * @param onPolicyFailure called when the policy has failed, with what was done about it.
     * @param reload          loads the policy anew when wanted.
     */
    EngineRun(
        final Context context,
        final JournalOptions journal,
        final StopSignal stop,
        final long durationNs,
        final LiveStatistics live,
        final Consumer<SchedulerEngine> onStart,
        final Consumer<Restart> onRestart,
        final Consumer<String> onPolicyFailure,
        final PolicyReload reload)
    {
        this.context = context;
        this.journal = journal;
        this.stop = stop;
        this.durationNs = durationNs;
        this.live = live;
        this.onStart = onStart;
        this.onRestart = onRestart;
        this.onPolicyFailure = onPolicyFailure;
        this.reload = reload;
    }

    /**
     * Runs until the time is up, a stop is requested or the kernel ends it. Detached when this returns or throws.
     *
     * @return what happened; evicted if a restart was wanted and failed, see {@link #restartFailure()}.
     * @throws InterruptedException if the calling thread is interrupted.
     */
    RunReport execute() throws InterruptedException
    {
        final SchedulerEngine engine = SchedulerEngine.launch(context, journal);
        final long beginNs = System.nanoTime();
        try
        {
            live.start();
            onStart.accept(engine);
            awaitEnd(engine, beginNs);
        }
        finally
        {
            engine.close();
        }
        if (isEviction(engine.failure()))
        {
            restartFailure = engine.failure().getMessage();
        }
        else if (null != engine.failure())
        {
            throw new SchedulerException(Category.FATAL, "the event path broke, and the kernel schedules by itself: " +
                engine.failure(), engine.failure());
        }
        return engine.report();
    }

    private static boolean isEviction(final Throwable failure)
    {
        return failure instanceof SchedulerException &&
            Category.EVICTED == ((SchedulerException)failure).category();
    }

    /**
     * Why the scheduler is not attached any more though the kernel asked for a restart.
     *
     * @return null if it did not, or the restart succeeded.
     */
    String restartFailure()
    {
        return restartFailure;
    }

    private void awaitEnd(final SchedulerEngine engine, final long beginNs) throws InterruptedException
    {
        long leftNs = durationNs - (System.nanoTime() - beginNs);
        while (leftNs > 0 && !stop.isRequested() && !engine.awaitEnd(Math.min(leftNs, LOOK_INTERVAL_NS)))
        {
            leftNs = durationNs - (System.nanoTime() - beginNs);
            tellRestart(engine.lastRestart());
            tellPolicyFailure(engine.policyChanges().failure());
            if (leftNs > 0)
            {
                reload.look(engine);
                live.look(engine);
            }
        }
        tellRestart(engine.lastRestart());
        tellPolicyFailure(engine.policyChanges().failure());
    }

    private void tellRestart(final Restart restart)
    {
        if (restart != lastRestart)
        {
            lastRestart = restart;
            onRestart.accept(restart);
        }
    }

    private void tellPolicyFailure(final String failure)
    {
        if (!failure.equals(lastPolicyFailure))
        {
            lastPolicyFailure = failure;
            onPolicyFailure.accept(failure);
        }
    }
}
