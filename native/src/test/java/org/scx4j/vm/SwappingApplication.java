// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.scx4j.Context;
import org.scx4j.SchedulerEngine;
import org.scx4j.cli.PolicyCatalog;
import org.scx4j.protocol.KernelCounter;
import org.scx4j.status.RunReport;

/**
 * A program that replaces the policy of a running scheduler, one after the other.
 */
public final class SwappingApplication
{
    private static final Duration EACH = Duration.ofSeconds(4);

    private SwappingApplication()
    {
    }

    /**
     * Runs, and prints the books.
     *
     * @param args names of policies, each for {@link #EACH}.
     * @throws InterruptedException if interrupted.
     */
    public static void main(final String[] args) throws InterruptedException
    {
        final PolicyCatalog catalog = new PolicyCatalog();
        final SchedulerEngine engine = SchedulerEngine.launch(new Context().policy(catalog.create(args[0]))
            .policyName(args[0]).leaseNs(TimeUnit.MILLISECONDS.toNanos(SchedulerProcess.LEASE_MS)));
        try
        {
            engine.awaitEnd(EACH.toNanos());
            for (int i = 1; i < args.length; i++)
            {
                final long before = engine.report().counter(KernelCounter.NR_DECIDED);
                engine.replacePolicy(catalog.create(args[i]), args[i], Map.of());
                engine.awaitEnd(EACH.toNanos());
                System.err.println(args[i] + ": " + (engine.report().counter(KernelCounter.NR_DECIDED) - before));
            }
        }
        finally
        {
            engine.close();
        }
        final RunReport report = engine.report();
        System.out.println("{\"nr_missing\":" + report.nrLost() +
            ",\"nr_decided\":" + report.counter(KernelCounter.NR_DECIDED) +
            ",\"nr_twice\":" + report.counter(KernelCounter.NR_TWICE) +
            ",\"nr_kernel\":" + report.counter(KernelCounter.NR_KERNEL) +
            ",\"nr_rescued\":" + report.counter(KernelCounter.NR_RESCUED) +
            ",\"nr_policy_swaps\":" + report.policyChanges().nrSwaps() +
            ",\"nr_restarts\":" + report.nrRestarts() +
            ",\"policy_errors\":" + report.nrPolicyErrors() +
            ",\"evicted\":" + report.isEvicted() + ",\"policy\":\"" + report.policy() + "\"}");
    }
}
