// SPDX-License-Identifier: Apache-2.0
package org.scx4j.status;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(10)
class ExitInfoTest
{
    /** The numbers are the kernel's: 281479271677952 is what it sends as a CPU goes. */
    @ParameterizedTest
    @CsvSource({
        "64, 0, false, false",
        "66, 0, false, false",
        "66, 281479271677952, true, true",
        "66, 281474976710656, true, false",
        "66, 4294967296, false, true",
        "65, 281479271677952, true, true",
        "67, 1, false, false",
        "1024, 281479271677952, false, false",
        "1026, -1, false, false"})
    void shouldTellARestartAndItsReason(
        final long kind, final long code, final boolean shouldRestart, final boolean isHotplug)
    {
        final ExitInfo exit = new ExitInfo(kind, code, "reason", "", "");

        assertThat(exit.shouldRestart()).isEqualTo(shouldRestart);
        assertThat(exit.isHotplug()).isEqualTo(isHotplug);
    }

    @Test
    void shouldBeAnEvictionUnlessItWasOurOwnDetach()
    {
        assertThat(new ExitInfo(ExitInfo.KIND_UNREG, 0, "", "", "").isEviction()).isFalse();
        assertThat(new ExitInfo(ExitInfo.KIND_UNREG_KERN, 0, "", "", "").isEviction()).isTrue();
        assertThat(new ExitInfo(ExitInfo.KIND_ERROR, 0, "", "", "").isEviction()).isTrue();
    }
}
