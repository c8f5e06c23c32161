// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.transport.SchedExtStatus;

/**
 * The native library, the BPF object, and whether the kernel has what the object calls.
 */
final class InstallationCheck implements Check
{
    private static final String REBUILD = "build it: bin/scx4j version, or mvn package";
    private static final String ANOTHER_KERNEL = "boot a kernel from 6.12 on; or try in a VM: bin/scx4j vm run";

    /* Each line: one of them is enough, the first is the best. */
    private static final String[][] ALTERNATIVES =
    {
        {"scx_bpf_dsq_insert___v2", "scx_bpf_dsq_insert", "scx_bpf_dispatch"},
        {"__scx_bpf_dsq_insert_vtime", "scx_bpf_dsq_insert_vtime", "scx_bpf_dispatch_vtime"},
        {"scx_bpf_dsq_move_to_local___v2", "scx_bpf_dsq_move_to_local", "scx_bpf_consume"},
    };
    private static final String[] NEEDED =
    {
        "scx_bpf_create_dsq", "scx_bpf_select_cpu_dfl", "scx_bpf_pick_idle_cpu", "scx_bpf_get_online_cpumask",
        "scx_bpf_put_cpumask", "scx_bpf_kick_cpu", "scx_bpf_nr_cpu_ids", "scx_bpf_task_cpu",
        "scx_bpf_dispatch_nr_slots", "scx_bpf_dispatch_cancel", "scx_bpf_error_bstr", "bpf_task_from_pid",
        "bpf_task_release", "bpf_cpumask_test_cpu"
    };
    private static final String[] FLAGS = {"SCX_OPS_ENQ_EXITING", "SCX_OPS_ENQ_MIGRATION_DISABLED"};

    @Override
    public void examine(final Machine machine, final Findings findings)
    {
        final Installation installation = machine.installation();
        if (installation.hasObject())
        {
            findings.ok("BPF object", "in the class path");
        }
        else
        {
            findings.fail("BPF object", "not in the class path", REBUILD);
        }
        final SchedulerException fault = installation.libraryFault();
        if (null != fault)
        {
            findings.fail("native library", fault.getMessage(), REBUILD);
            return;
        }
        findings.ok("native library", "loaded");
        if (new SchedExtStatus(machine.sys()).isPresent())
        {
            examineFunctions(findings, installation);
            examineFlags(findings, installation);
        }
    }

    private static void examineFunctions(final Findings findings, final Installation installation)
    {
        final List<String> chosen = new ArrayList<>();
        final List<String> missing = Arrays.stream(NEEDED)
            .filter((name) -> !installation.kernelHasFunction(name))
            .collect(Collectors.toCollection(ArrayList::new));
        for (final String[] alternatives : ALTERNATIVES)
        {
            final String found = Arrays.stream(alternatives)
                .filter(installation::kernelHasFunction)
                .findFirst()
                .orElse("");
            (found.isEmpty() ? missing : chosen).add(found.isEmpty() ? String.join(" or ", alternatives) : found);
        }
        if (missing.isEmpty())
        {
            findings.ok("kernel functions", String.join(", ", chosen) + " and " + NEEDED.length + " more");
        }
        else
        {
            findings.fail("kernel functions", "without " + String.join(", ", missing), ANOTHER_KERNEL);
        }
    }

    /* None of them is needed: without one, the kernel does by itself what it stands for. */
    private static void examineFlags(final Findings findings, final Installation installation)
    {
        findings.ok("ops flags", Stream.of(FLAGS)
            .map((flag) -> (installation.kernelHasEnumValue("scx_ops_flags", flag) ? "" : "no ") + flag)
            .collect(Collectors.joining(", ")));
    }
}
