// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.exceptions.SchedulerException.Category;

@Timeout(10)
class DoctorCommandTest
{
    @TempDir
    private Path root;
    private MachineFixture machine;

    @BeforeEach
    void before()
    {
        machine = new MachineFixture(root);
    }

    private Session examine(final int status)
    {
        final Session session = new Session(machine, null);
        assertThat(session.execute("doctor")).isEqualTo(status);
        assertThat(session.err()).isEmpty();
        return session;
    }

    /* The finding's line, and the next if it is a fix. */
    private static String finding(final Session session, final String what)
    {
        final List<String> lines = session.outLines();
        for (int i = 0; i < lines.size(); i++)
        {
            if (lines.get(i).matches("(ok|warn|FAIL) +" + what + "  .*"))
            {
                final String next = lines.get(i + 1);
                return lines.get(i) + (next.startsWith("        fix: ") ? "\n" + next : "");
            }
        }
        return "no finding: " + what;
    }

    @Test
    void shouldFindNothingWhenTheMachineIsFresh()
    {
        final Session session = examine(0);

        assertThat(session.outLines()).filteredOn((line) -> !line.startsWith("ok    "))
            .containsExactly("sched_ext can run here");
        assertThat(finding(session, "kernel")).contains("6.18.0-test, configuration from ", "proc/config.gz");
        assertThat(finding(session, "CPUs"))
            .endsWith("4 online (0-3), --layout auto takes inline on CPU 3");
        assertThat(finding(session, "insert")).endsWith(
            "  scx_bpf_dsq_insert___v2, scx_bpf_dsq_insert, scx_bpf_dispatch");
        assertThat(finding(session, "insert by vtime")).endsWith(
            "  __scx_bpf_dsq_insert_vtime, scx_bpf_dsq_insert_vtime, scx_bpf_dispatch_vtime");
        assertThat(finding(session, "move to local")).endsWith(
            "  scx_bpf_dsq_move_to_local___v2, scx_bpf_dsq_move_to_local, scx_bpf_consume");
        assertThat(finding(session, "kernel functions")).endsWith("the other 20 are there");
        assertThat(finding(session, "function types")).endsWith("well-formed");
        assertThat(finding(session, "ops flags")).endsWith("  SCX_OPS_SWITCH_PARTIAL, SCX_OPS_KEEP_BUILTIN_IDLE, " +
            "SCX_OPS_ENQ_LAST, SCX_OPS_ENQ_EXITING, SCX_OPS_ENQ_MIGRATION_DISABLED");
        assertThat(finding(session, "memlock")).endsWith("8388608 bytes, but CAP_IPC_LOCK lifts it");
    }

    @Test
    void shouldFailWhenThereIsNoSchedExt()
    {
        machine.withoutSchedExt();
        final Session session = examine(3);

        assertThat(finding(session, "sched_ext")).startsWith("FAIL").contains("not in this kernel (6.18.0-test)\n",
            "fix: boot a kernel with CONFIG_SCHED_CLASS_EXT=y", "bin/scx4j vm run");
        assertThat(finding(session, "CONFIG_SCHED_CLASS_EXT")).startsWith("FAIL").contains("not set\n", "fix: ");
        assertThat(finding(session, "other scheduler")).startsWith("no finding");
        assertThat(finding(session, "kernel functions")).startsWith("no finding");
        assertThat(session.out()).endsWith("sched_ext can't run here: 2 thing(s) to fix\n");
    }

    @Test
    void shouldNameItWhenAnotherSchedulerIsAttached()
    {
        machine.attached("scx_lavd_1.0.9");

        assertThat(finding(examine(3), "other scheduler")).isEqualTo(
            "FAIL  other scheduler         'scx_lavd_1.0.9' is attached (state enabled)\n" +
            "        fix: stop it: systemctl stop scx.service scx_loader.service, or end its process");
    }

    @Test
    void shouldSayHowToGoOnWhenASchedulerIsKept()
    {
        machine.attached("scx4j_fifo");
        machine.write("sys/fs/bpf/scx4j/0123456789abcdef/link", "");

        assertThat(finding(examine(3), "other scheduler")).isEqualTo(
            "FAIL  other scheduler         'scx4j_fifo' is attached (state enabled)\n" +
            "        fix: it may be kept from an earlier run: go on with it by `scx4j run --keep`, or end it: " +
            "scx4j detach");
    }

    @Test
    void shouldFailWhenNotRoot()
    {
        machine.user(1000, "0000000000000000");
        final Session session = examine(3);

        assertThat(finding(session, "user")).isEqualTo(
            "FAIL  user                    not root (user id 1000)\n        fix: run again with sudo");
        assertThat(finding(session, "capabilities")).startsWith("FAIL").contains(
            "without CAP_SYS_ADMIN, CAP_BPF, CAP_PERFMON, CAP_SYS_NICE\n", "fix: ");
        assertThat(finding(session, "memlock")).startsWith("warn").contains("limited to 8388608", "fix: ulimit -l");
    }

    @Test
    void shouldTellCapabilitiesApartWhenSomeAreMissing()
    {
        machine.user(0, Long.toHexString(1L << 39 | 1L << 38));
        assertThat(finding(examine(0), "capabilities")).startsWith("warn")
            .contains("without CAP_SYS_ADMIN, CAP_SYS_NICE\n");

        machine.user(0, Long.toHexString(1L << 39));
        assertThat(finding(examine(3), "capabilities")).startsWith("FAIL");
    }

    @Test
    void shouldFailWhenTheBpfJitIsOff()
    {
        machine.write("proc/sys/net/core/bpf_jit_enable", "0\n");

        assertThat(finding(examine(3), "BPF JIT")).isEqualTo(
            "FAIL  BPF JIT                 off, and schedulers need it\n" +
            "        fix: sysctl net.core.bpf_jit_enable=1");
    }

    @Test
    void shouldOnlyWarnWhenTheBpfJitCanNotBeSeen()
    {
        machine.remove("proc/sys/net/core/bpf_jit_enable");

        assertThat(finding(examine(0), "BPF JIT")).startsWith("warn").contains("fix: ");
    }

    @Test
    void shouldFailWhenThereIsNoBtf()
    {
        machine.remove("sys/kernel/btf/vmlinux");
        final Session session = examine(3);

        assertThat(finding(session, "BTF")).startsWith("FAIL")
            .contains("fix: boot a kernel with CONFIG_DEBUG_INFO_BTF");
    }

    @Test
    void shouldReadTheConfigurationInBootWhenTheKernelDoesNotShowIt()
    {
        machine.remove("proc/config.gz").write("boot/config-6.18.0-test", MachineFixture.CONFIG);

        assertThat(finding(examine(0), "kernel")).contains("boot/config-6.18.0-test");
    }

    @Test
    void shouldDeriveTheConfigurationWhenThereIsNone()
    {
        machine.remove("proc/config.gz");
        final Session session = examine(0);

        assertThat(finding(session, "kernel")).contains("configuration not readable");
        assertThat(finding(session, "CONFIG_SCHED_CLASS_EXT")).startsWith("ok").contains("y, because there is ");

        machine.remove("sys/kernel/btf/vmlinux");
        assertThat(finding(examine(3), "CONFIG_DEBUG_INFO_BTF")).startsWith("FAIL").contains("because there is no ");
    }

    @Test
    void shouldPassOnTheReasonWhenTheLibraryOrObjectIsMissing()
    {
        machine.installation.fault = new SchedulerException(Category.ENVIRONMENT, "native library not available: why");
        machine.installation.hasObject = false;
        final Session session = examine(3);

        assertThat(finding(session, "native library")).startsWith("FAIL").contains("why\n", "fix: build it");
        assertThat(finding(session, "BPF object")).startsWith("FAIL").contains("fix: build it");
        assertThat(finding(session, "kernel functions")).startsWith("no finding");
        assertThat(finding(session, "function types")).startsWith("no finding");
    }

    @Test
    void shouldSayWhatTheEngineTakesWhenThereAreOtherCpus()
    {
        machine.cpus("0-7");
        assertThat(finding(examine(0), "CPUs"))
            .endsWith("8 online (0-7), --layout auto takes pipelined on CPU 7,6,5");

        machine.cpus("0");
        assertThat(finding(examine(0), "CPUs")).endsWith("1 online (0), --layout auto takes inline on CPU 0");

        machine.cpus("");
        assertThat(finding(examine(3), "CPUs")).startsWith("FAIL").contains("got 0 ()", "fix: mount sysfs");
    }

    @Test
    void shouldTakeTheOlderWhenTheKernelLacksTheNewest()
    {
        machine.installation.missingInKernel.addAll(List.of(
            "scx_bpf_dsq_insert___v2", "scx_bpf_dsq_insert", "SCX_OPS_ENQ_MIGRATION_DISABLED"));
        final Session session = examine(0);

        assertThat(finding(session, "insert")).startsWith("ok").endsWith(
            "  no scx_bpf_dsq_insert___v2, no scx_bpf_dsq_insert, scx_bpf_dispatch");
        assertThat(finding(session, "ops flags")).startsWith("ok").contains(
            "SCX_OPS_ENQ_EXITING, no SCX_OPS_ENQ_MIGRATION_DISABLED");

        machine.installation.missingInKernel.addAll(List.of("scx_bpf_dispatch", "scx_bpf_kick_cpu"));
        final Session incomplete = examine(3);
        assertThat(finding(incomplete, "insert")).startsWith("FAIL").contains(
            "without scx_bpf_dsq_insert___v2, scx_bpf_dsq_insert, scx_bpf_dispatch\n", "fix: boot a kernel from 6.12");
        assertThat(finding(incomplete, "kernel functions")).startsWith("FAIL").contains("without scx_bpf_kick_cpu\n");
    }

    @Test
    void shouldSayWhetherAShadowCanRunWhereSchedExtCanNot()
    {
        machine.withoutSchedExt();
        assertThat(finding(examine(3), "shadow")).startsWith("ok").endsWith("run --backend shadow");

        machine.installation.missingInKernel.add("BPF_MAP_TYPE_USER_RINGBUF");
        assertThat(finding(examine(3), "shadow")).startsWith("warn")
            .contains("without user ring buffers", "fix: boot a kernel from 6.4");

        machine.installation.missingInKernel.add("bpf_iter_num_new");
        machine.remove("sys/kernel/btf/vmlinux");
        assertThat(finding(examine(3), "shadow")).startsWith("warn")
            .contains("without BTF, user ring buffers, bpf_iter_num_new");
    }

    @Test
    void shouldNameTheFunctionsWhenTheKernelDescribesThemWrongly()
    {
        machine.installation.malformedInKernel.addAll(List.of("scx_bpf_create_dsq", "scx_bpf_dsq_insert___v2"));

        assertThat(finding(examine(3), "function types")).isEqualTo(
            "FAIL  function types          the build of 6.18.0-test describes wrongly: scx_bpf_dsq_insert___v2, " +
            "scx_bpf_create_dsq\n" +
            "        fix: boot another build: 7.0, or 7.2.13 and later; or try in a VM: bin/scx4j vm run");
    }

    @Test
    void shouldWarnWhenTheJvmIsNotStartedAsItShould()
    {
        machine.java = new JavaRuntime(17, "17.0.1", List.of("G1 Young Generation"), 1L << 30, true, false, "");
        final Session old = examine(0);
        assertThat(finding(old, "garbage collector")).startsWith("warn").contains("fix: java -XX:+UseSerialGC");
        assertThat(finding(old, "safepoint timer")).startsWith("warn").contains("GuaranteedSafepointInterval=0");
        assertThat(finding(old, "native access")).startsWith("no finding");

        machine.java = new JavaRuntime(25, "25", List.of("Copy", "MarkSweepCompact"), 1L << 30, false, false, "");
        final Session newer = examine(3);
        assertThat(finding(newer, "--add-opens")).startsWith("FAIL").contains("fix: java --add-opens java.base/");
        assertThat(finding(newer, "native access")).startsWith("warn").contains("--enable-native-access=ALL-UNNAMED");
        assertThat(finding(newer, "safepoint timer")).startsWith("no finding");
        assertThat(newer.out()).endsWith("sched_ext can't run here: 1 thing(s) to fix, 1 warning(s)\n");
    }

    @Test
    void shouldPrintOneArrayWhenJsonIsWanted()
    {
        machine.attached("scx_rusty");
        final Session session = new Session(machine, null);

        assertThat(session.execute("doctor", "--json")).isEqualTo(3);
        assertThat(session.outLines()).hasSize(1);
        final List<Map<String, Object>> findings = JsonValue.objects(session.out());
        assertThat(findings).hasSizeGreaterThan(15)
            .allSatisfy((finding) -> assertThat(finding).containsOnlyKeys("level", "what", "detail", "fix"));
        assertThat(findings).filteredOn((finding) -> "fail".equals(finding.get("level"))).singleElement().satisfies(
            (finding) -> assertThat(finding)
                .containsEntry("what", "other scheduler")
                .containsEntry("detail", "'scx_rusty' is attached (state enabled)"));
    }

    @Test
    void shouldThrowNothingWhenNothingIsThere()
    {
        final Path empty = root.resolve("none");
        final Machine bare = new Machine(
            empty, empty, empty, empty, Map.of(), machine.installation, MachineFixture.LAUNCHED_17);
        final Findings findings = new Findings();
        for (final Check check : List.of(new KernelCheck(), new SchedExtCheck(), new PrivilegeCheck(),
            new InstallationCheck(), new KernelFunctionCheck(), new ShadowCheck(), new JavaCheck(), new CpuCheck()))
        {
            check.examine(bare, findings);
        }

        assertThat(findings.count(Finding.Level.FAIL)).isPositive();
        assertThat(findings.all()).filteredOn((finding) -> Finding.Level.OK != finding.level())
            .allSatisfy((finding) -> assertThat(finding.fix()).isNotEmpty());
    }
}
