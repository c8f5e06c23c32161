// SPDX-License-Identifier: Apache-2.0
package org.scx4j.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.scx4j.exceptions.SchedulerException;

/**
 * Names of pins, on an ordinary file system; {@code KeepVmTest} has the real one.
 */
@Timeout(30)
class PinFolderTest
{
    @TempDir
    private Path sysfs;
    private PinFolder pins;

    @BeforeEach
    void before() throws IOException
    {
        Files.createDirectories(sysfs.resolve("fs/bpf"));
        pins = new PinFolder(sysfs);
    }

    private void touch(final String identity, final String name) throws IOException
    {
        Files.createFile(pins.path(identity, name));
    }

    @Test
    void shouldSayHowToMountWhenThereIsNoBpfFileSystem()
    {
        assertThatThrownBy(pins::checkFileSystem).isInstanceOf(SchedulerException.class)
            .hasMessage("no BPF file system at " + sysfs.resolve("fs/bpf") +
            ", so nothing can be kept there: mount -t bpf bpf " + sysfs.resolve("fs/bpf"));
        assertThatThrownBy(() -> new PinFolder(sysfs.resolve("none")).checkFileSystem())
            .isInstanceOf(SchedulerException.class).hasMessageContaining("mount -t bpf");
    }

    @Test
    void shouldFindNothingWhenNothingWasPinned()
    {
        assertThat(pins.identities()).isEmpty();
        assertThat(pins.hasLink("0123")).isFalse();
        pins.remove("0123");
        assertThat(KeptScheduler.isThere(sysfs)).isFalse();
    }

    @Test
    void shouldKeepTheOthersWhenOneIsRemoved() throws IOException
    {
        pins.create("0123");
        pins.create("4567");
        touch("0123", PinFolder.LINK);
        touch("0123", "control");
        touch("4567", "control");
        assertThat(pins.identities()).containsExactlyInAnyOrder("0123", "4567");
        assertThat(pins.hasLink("0123")).isTrue();
        assertThat(pins.hasLink("4567")).as("incomplete").isFalse();
        assertThat(KeptScheduler.isThere(sysfs)).isTrue();

        pins.remove("0123");
        assertThat(pins.identities()).containsExactly("4567");
        pins.remove("4567");
        assertThat(sysfs.resolve("fs/bpf")).isEmptyDirectory();
    }
}
