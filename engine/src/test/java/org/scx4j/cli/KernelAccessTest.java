// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.scx4j.BackendChoice;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.exceptions.SchedulerException.Category;

@Timeout(10)
class KernelAccessTest
{
    private static final String NO_CAPABILITIES = "0000000000000000";
    private static final String BTF = "sys/kernel/btf/vmlinux";

    @TempDir
    private Path root;
    private MachineFixture machine;

    @BeforeEach
    void before()
    {
        machine = new MachineFixture(root);
    }

    private void assertSelected(final String line)
    {
        assertThat(KernelAccess.select(BackendChoice.AUTO, machine.machine())).hasToString(line);
    }

    @Test
    void shouldScheduleTheMachineWhenRootAndTheKernelCan()
    {
        assertSelected("backend sched_ext: this kernel has it");
    }

    @Test
    void shouldWatchTheMachineWhenRootAndTheKernelHasNoSchedExt()
    {
        machine.withoutSchedExt();

        assertThat(KernelAccess.select(BackendChoice.AUTO, machine.machine())).asString()
            .startsWith("backend shadow: this kernel has no sched_ext (");
    }

    @Test
    void shouldSimulateWhenNotRootAndSayWhatRootWouldGet()
    {
        machine.user(1000, NO_CAPABILITIES);
        assertSelected(
            "backend sim: not root, so CPUs and tasks are simulated; with sudo, the real ones are scheduled");

        machine.withoutSchedExt();
        assertSelected("backend sim: not root, so CPUs and tasks are simulated; with sudo, the real ones are watched");
    }

    @Test
    void shouldNotNeedTheLibraryWhenNotRoot()
    {
        machine.user(1000, NO_CAPABILITIES);
        machine.installation.fault = new SchedulerException(Category.FATAL, "of another build");

        assertSelected(
            "backend sim: not root, so CPUs and tasks are simulated; with sudo, the real ones are scheduled");
    }

    @Test
    void shouldSimulateWhenRootMayNotLoadPrograms()
    {
        machine.user(0, NO_CAPABILITIES);

        assertSelected("backend sim: root without CAP_BPF and CAP_PERFMON, so CPUs and tasks are simulated; with " +
            "them, the real ones are scheduled");

        machine.user(0, Long.toHexString(1L << 39 | 1L << 38));
        assertSelected("backend sched_ext: this kernel has it");
    }

    @Test
    void shouldSimulateWhenRootIsSoInAUserNamespaceOnly()
    {
        machine.write("proc/self/uid_map", "         0          0 4294967295\n");
        assertSelected("backend sched_ext: this kernel has it");

        machine.write("proc/self/uid_map", "         0       1000          1\n         1     100000      65536\n");
        assertSelected("backend sim: root of a user namespace only, so CPUs and tasks are simulated; outside of it, " +
            "the real ones are scheduled");
    }

    @Test
    void shouldSimulateWhenTheKernelDoesNotDescribeItself()
    {
        machine.remove(BTF);
        assertSelected("backend sim: this kernel (6.18.0-test) has no type information (BTF), so CPUs and tasks are " +
            "simulated; in a VM they are real: bin/scx4j vm run");

        machine.withoutSchedExt().user(1000, NO_CAPABILITIES);
        assertSelected("backend sim: this kernel (6.18.0-test) has neither sched_ext nor type information (BTF), so " +
            "CPUs and tasks are simulated; in a VM they are real: bin/scx4j vm run");
    }

    @Test
    void shouldSimulateWhenTheKernelCanNeitherBeScheduledNorWatched()
    {
        machine.installation.missingInKernel.add("bpf_iter_num_new");
        assertSelected("backend sched_ext: this kernel has it");

        machine.withoutSchedExt();
        assertSelected("backend sim: this kernel (6.18.0-test) has neither sched_ext nor what a shadow needs " +
            "(bpf_iter_num_new), so CPUs and tasks are simulated; in a VM they are real: bin/scx4j vm run");
    }

    @Test
    void shouldSimulateWhenTheMachineLacksWhatTheLibraryNeedsButNotWhenTheBuildIsWrong()
    {
        machine.installation.fault = new SchedulerException(Category.ENVIRONMENT, "no libelf.so.1");
        assertSelected("backend sim: no libelf.so.1, so CPUs and tasks are simulated; see bin/scx4j doctor");

        machine.installation.fault = new SchedulerException(Category.FATAL, "of another build");
        assertSelected("backend sched_ext: this kernel has it");
    }

    @Test
    void shouldTakeWhatWasAskedForWhateverThisProcessMayDo()
    {
        machine.user(1000, NO_CAPABILITIES);

        assertThat(KernelAccess.select(BackendChoice.SCHED_EXT, machine.machine()).backend())
            .isEqualTo(BackendChoice.SCHED_EXT);
        assertThat(KernelAccess.select(BackendChoice.SHADOW, machine.machine()).backend())
            .isEqualTo(BackendChoice.SHADOW);
        machine.user(0, MachineFixture.ALL_CAPABILITIES);
        assertThat(KernelAccess.select(BackendChoice.SIM, machine.machine()).backend()).isEqualTo(BackendChoice.SIM);
    }
}
