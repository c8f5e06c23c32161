// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.scx4j.transport.SchedExtStatus;

/**
 * Whether this kernel's sched_ext has the functions that the BPF object calls (those that {@code kernel.bpf.h} of the
 * module bpf declares), describes them as they are, and has the flags that are asked for. Needs the library.
 */
final class KernelFunctionCheck implements Check
{
    private static final String ANOTHER_KERNEL = "boot a kernel from 6.12 on; or try in a VM: bin/scx4j vm run";
    private static final String ANOTHER_BUILD = "boot another build: 7.0, or 7.2.13 and later; or try in a VM: " +
        "bin/scx4j vm run";

    /* What follows a name in the twin that has the parameter which the verifier fills in. */
    private static final String TWIN = "_impl";
    private static final String FILLED_IN = "bpf_prog_aux";

    private static final String[] NEEDED =
    {
        "scx_bpf_create_dsq", "scx_bpf_dsq_nr_queued", "scx_bpf_select_cpu_dfl", "scx_bpf_pick_idle_cpu",
        "scx_bpf_get_online_cpumask", "scx_bpf_put_cpumask", "scx_bpf_kick_cpu", "scx_bpf_nr_cpu_ids",
        "scx_bpf_task_cpu", "scx_bpf_dispatch_nr_slots", "scx_bpf_dispatch_cancel", "scx_bpf_error_bstr",
        "scx_bpf_exit_bstr",
        "scx_bpf_test_and_clear_cpu_idle", "bpf_task_from_pid", "bpf_task_release", "bpf_cpumask_test_cpu",
        "bpf_cpumask_weight", "bpf_rcu_read_lock", "bpf_rcu_read_unlock"
    };
    /** Without one, the scheduler writes the task's member itself, as older kernels allow. */
    private static final String[] SETTERS = {"scx_bpf_task_set_slice"};
    private static final String[] FLAGS =
    {
        "SCX_OPS_SWITCH_PARTIAL", "SCX_OPS_KEEP_BUILTIN_IDLE", "SCX_OPS_ENQ_LAST", "SCX_OPS_ENQ_EXITING",
        "SCX_OPS_ENQ_MIGRATION_DISABLED"
    };

    /** What exists under several names, the newest first: the first that is there is called. */
    private enum Variants
    {
        INSERT("insert", "scx_bpf_dsq_insert___v2", "scx_bpf_dsq_insert", "scx_bpf_dispatch"),
        INSERT_VTIME("insert by vtime", "__scx_bpf_dsq_insert_vtime", "scx_bpf_dsq_insert_vtime",
            "scx_bpf_dispatch_vtime"),
        MOVE("move to local", "scx_bpf_dsq_move_to_local___v2", "scx_bpf_dsq_move_to_local", "scx_bpf_consume");

        private final String what;
        private final List<String> names;

        Variants(final String what, final String... names)
        {
            this.what = what;
            this.names = List.of(names);
        }
    }

    /** Every function that this knows of. */
    static Set<String> names()
    {
        final Set<String> names = new TreeSet<>(List.of(NEEDED));
        names.addAll(List.of(SETTERS));
        for (final Variants variants : Variants.values())
        {
            names.addAll(variants.names);
        }
        return names;
    }

    @Override
    public void examine(final Machine machine, final Findings findings)
    {
        final Installation installation = machine.installation();
        if (null == installation.libraryFault() && new SchedExtStatus(machine.sys()).isPresent())
        {
            for (final Variants variants : Variants.values())
            {
                examineVariants(findings, installation, variants);
            }
            examineNeeded(findings, installation);
            findings.ok("setters", presence(List.of(SETTERS), installation::kernelHasFunction));
            examineTypes(machine, findings, installation);
            examineFlags(findings, installation);
        }
    }

    private static void examineVariants(
        final Findings findings, final Installation installation, final Variants variants)
    {
        if (variants.names.stream().anyMatch(installation::kernelHasFunction))
        {
            findings.ok(variants.what, presence(variants.names, installation::kernelHasFunction));
        }
        else
        {
            findings.fail(variants.what, "without " + String.join(", ", variants.names), ANOTHER_KERNEL);
        }
    }

    private static void examineNeeded(final Findings findings, final Installation installation)
    {
        final String missing = Arrays.stream(NEEDED)
            .filter((name) -> !installation.kernelHasFunction(name))
            .collect(Collectors.joining(", "));
        if (missing.isEmpty())
        {
            findings.ok("kernel functions", "the other " + NEEDED.length + " are there");
        }
        else
        {
            findings.fail("kernel functions", "without " + missing, ANOTHER_KERNEL);
        }
    }

    /*
     * From 7.1 on many functions take a parameter that the verifier fills in. The kernel's build describes each twice:
     * NAME without it, which programs call, and NAME_impl with it. Some builds did so for a part of them only; then no
     * program fits, whatever it declares.
     */
    private static void examineTypes(
        final Machine machine, final Findings findings, final Installation installation)
    {
        final List<String> malformed = Stream.concat(
            Arrays.stream(Variants.values()).flatMap((variants) -> variants.names.stream()),
            Stream.concat(Arrays.stream(NEEDED), Arrays.stream(SETTERS)))
            .filter((name) -> installation.kernelFunctionEndsWith(name, FILLED_IN))
            .filter((name) -> !installation.kernelHasFunction(name + TWIN))
            .collect(Collectors.toCollection(ArrayList::new));
        if (malformed.isEmpty())
        {
            findings.ok("function types", "well-formed");
        }
        else
        {
            findings.fail("function types", "the build of " + machine.kernelRelease() + " describes wrongly: " +
                String.join(", ", malformed), ANOTHER_BUILD);
        }
    }

    /* None of them is needed: without one, the kernel does by itself what it stands for. */
    private static void examineFlags(final Findings findings, final Installation installation)
    {
        findings.ok("ops flags", presence(
            List.of(FLAGS), (flag) -> installation.kernelHasEnumValue("scx_ops_flags", flag)));
    }

    private static String presence(final List<String> names, final Predicate<String> isThere)
    {
        return names.stream()
            .map((name) -> (isThere.test(name) ? "" : "no ") + name)
            .collect(Collectors.joining(", "));
    }
}
