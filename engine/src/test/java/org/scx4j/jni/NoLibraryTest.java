// SPDX-License-Identifier: Apache-2.0
package org.scx4j.jni;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.exceptions.SchedulerException.Category;

/**
 * The engine's own class path has no native library: everything can be loaded, and says what is missing.
 */
@Timeout(10)
class NoLibraryTest
{
    @Test
    void shouldNotBeAvailableWhenThereIsNoLibrary()
    {
        assertThat(NativeLibrary.isAvailable()).isFalse();
    }

    @Test
    void shouldSayWhatToDoWhenThereIsNoLibrary()
    {
        final SchedulerException cause = NativeLibrary.unavailabilityCause();

        assertThat(cause.category()).isEqualTo(Category.ENVIRONMENT);
        assertThat(cause.getMessage())
            .startsWith("native library not available: META-INF/native/libscx4j_")
            .contains("is not on the class path; add the scx4j-native jar, or build it with `bin/setup build")
            .contains("-Dscx4j.native.path=FILE")
            .doesNotContain("\n");
    }

    @Test
    void shouldThrowTheCauseWhenTheLibraryIsNeeded()
    {
        assertThatThrownBy(() -> LibBpf.openObject(new byte[16], "none"))
            .isInstanceOf(SchedulerException.class)
            .hasMessage(NativeLibrary.unavailabilityCause().getMessage())
            .hasCause(NativeLibrary.unavailabilityCause());
        assertThatThrownBy(NativeLibrary::ensureAvailability).isInstanceOf(SchedulerException.class);
    }

    @Test
    void shouldDescribeErrorsWhenThereIsNoLibrary()
    {
        assertThat(Errno.describe(Errno.EPERM)).isEqualTo("EPERM (Operation not permitted)");
        assertThat(Errno.describe(-Errno.ENOENT)).isEqualTo("ENOENT (No such file or directory)");
        assertThat(Errno.describe(Errno.LIBBPF_FORMAT)).isEqualTo("LIBBPF_ERRNO__FORMAT (BPF object format invalid)");
        assertThat(Errno.describe(9999)).isEqualTo("9999");
    }

    @Test
    void shouldSayToRunAsRootWhenNotPermitted()
    {
        final SchedulerException failure = LibBpfFailure.of(
            Errno.EPERM, "bpf object load", "advice",
            "libbpf: first line\nlibbpf: failed to load object 'x'\n", 1000);

        assertThat(failure.category()).isEqualTo(Category.ENVIRONMENT);
        assertThat(failure).hasMessage(
            "bpf object load failed: errno=EPERM (Operation not permitted); first line; run as root");
    }

    @Test
    void shouldSayWhichKernelIsNeededWhenThereIsNoSchedExt()
    {
        final SchedulerException failure = LibBpfFailure.of(
            Errno.ENOENT, "bpf object load", "advice",
            "libbpf: struct_ops init_kern: struct sched_ext_ops is not found in kernel BTF\n", 0);

        assertThat(failure.category()).isEqualTo(Category.ENVIRONMENT);
        assertThat(failure.getMessage()).contains("CONFIG_SCHED_CLASS_EXT=y");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "libbpf: extern (func ksym) 'scx_bpf_create_dsq': func_proto [161] incompatible with vmlinux [48700]\n",
        "cannot find function scx_bpf_create_dsq_impl in BTF\n"
    })
    void shouldPointToTheDoctorWhenTheKernelDescribesItsFunctionsWrongly(final String log)
    {
        final SchedulerException failure = LibBpfFailure.of(Errno.EINVAL, "bpf object load", "advice", log, 0);

        assertThat(failure.category()).isEqualTo(Category.ENVIRONMENT);
        assertThat(failure.getMessage()).endsWith(
            "if `bin/scx4j doctor` names any as described wrongly, boot another build of the kernel");
    }

    @Test
    void shouldSayThatAnotherSchedulerIsAttachedWhenBusy()
    {
        final SchedulerException failure = LibBpfFailure.of(
            Errno.EBUSY, "bpf struct_ops attach: map=ops", "advice", "", 0);

        assertThat(failure.category()).isEqualTo(Category.ENVIRONMENT);
        assertThat(failure).hasMessage(
            "bpf struct_ops attach failed: map=ops, errno=EBUSY (Device or resource busy); " +
            "another scheduler is attached: see /sys/kernel/sched_ext/root/ops and stop it first");
    }

    @Test
    void shouldKeepTheEndWhenTheLogIsLong()
    {
        final String log = "line that is dropped\n".repeat(500) + "libbpf: the reason\n\n";

        assertThat(LibBpfFailure.tail(log)).endsWith(" | the reason").hasSizeLessThan(300);
        assertThat(LibBpfFailure.tail("x".repeat(5000))).hasSize(1200);
        assertThat(LibBpfFailure.tail("")).isEmpty();
    }
}
