// SPDX-License-Identifier: Apache-2.0
package org.scx4j.journal;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.exceptions.SchedulerException.Category;
import org.scx4j.policy.Fifo;
import org.scx4j.policy.Stride;

/**
 * Whatever is done to a file, a replay ends: with the blocks before the damage, or with one line that says in which
 * file, where and what.
 */
@Timeout(300)
class MutatedRecordingTest
{
    private static final int MUTATIONS = 100_000;
    private static final long SEED = 20_261_123;
    private static final String NAME = "x.scxj";
    private static final String LINE = "(?s)x\\.scxj: offset \\d+: [^\\n\\r]{5,200}";

    @TempDir
    private Path folder;

    private final List<byte[]> files = new ArrayList<>();
    /** For each file: the digest of as many decisions as whole blocks at its start give. */
    private final List<Map<Long, String>> digests = new ArrayList<>();

    @BeforeEach
    void recordSmallFiles() throws IOException
    {
        add(RecordedRun.into(folder.resolve(NAME), false).begin(new Fifo(), Map.of()).run(20, 3).end());
        add(RecordedRun.into(folder.resolve(NAME), true).begin(new Fifo(), Map.of()).run(40, 9).end());
        add(RecordedRun.into(folder.resolve(NAME), false).begin(new Stride(), Map.of("a", "b")).run(8, 2).end()
            .begin(new Stride(), Map.of()).run(8, 2).end());
    }

    private void add(final RecordedRun run) throws IOException
    {
        run.close();
        final byte[] bytes = Files.readAllBytes(folder.resolve(NAME));
        final Map<Long, String> digestOf = new HashMap<>();
        for (final int end : blockOffsets(bytes))
        {
            final ReplayReport report = replay(Arrays.copyOf(bytes, end), true);
            if (null != report)
            {
                digestOf.put(report.nrDecisions(), report.digest());
            }
        }
        final ReplayReport whole = replay(bytes, false);
        digestOf.put(whole.nrDecisions(), whole.digest());
        files.add(bytes);
        digests.add(digestOf);
    }

    private static List<Integer> blockOffsets(final byte[] bytes)
    {
        final List<Integer> offsets = new ArrayList<>();
        final ByteBuffer buffer = ByteBuffer.wrap(bytes).order(LITTLE_ENDIAN);
        int offset = FileHeaderDescriptor.HEADER_BYTES;
        while (offset < bytes.length)
        {
            offsets.add(offset);
            offset += BlockDescriptor.HEADER_BYTES + buffer.getInt(offset + BlockDescriptor.STORED_BYTES_OFFSET);
        }
        return offsets;
    }

    /** Null if the file was refused, with one clear line. */
    private static ReplayReport replay(final byte[] bytes, final boolean isDamagePassed)
    {
        try
        {
            return new Replay(
                List.of(() -> new JournalReader(NAME, Channels.newChannel(new ByteArrayInputStream(bytes)))),
                new Fifo(), new ReplayOptions("fifo", Map.of(), null, false, isDamagePassed, false), (ex) -> { },
                (readBytes, events) -> true).run();
        }
        catch (final SchedulerException ex)
        {
            assertThat(ex.category()).isEqualTo(Category.USAGE);
            assertThat(ex.getMessage()).matches(LINE);
            return null;
        }
    }

    @Test
    void shouldEndWithTheBlocksBeforeTheDamageOrOneClearLine()
    {
        final Random random = new Random(SEED);
        int nrRefused = 0;
        int nrReplayed = 0;
        for (int i = 0; i < MUTATIONS; i++)
        {
            final int which = random.nextInt(files.size());
            final byte[] original = files.get(which);
            final boolean isSealed = 0 == random.nextInt(4);
            final byte[] mutated = isSealed ? resealed(original, random) : mutated(original, random);
            final boolean isDamagePassed = random.nextBoolean();
            try
            {
                final ReplayReport report = replay(mutated, isDamagePassed);
                if (null == report)
                {
                    nrRefused++;
                    continue;
                }
                nrReplayed++;
                assertThat(report.damage()).matches(isDamagePassed ? "|" + LINE : "");
                if (!isSealed)
                {
                    assertThat(digests.get(which)).containsEntry(report.nrDecisions(), report.digest());
                }
            }
            catch (final RuntimeException | AssertionError ex)
            {
                throw new AssertionError("seed=" + SEED + ", mutation=" + i + ", file=" + which, ex);
            }
        }
        assertThat(nrRefused).isGreaterThan(MUTATIONS / 4);
        assertThat(nrReplayed).isGreaterThan(MUTATIONS / 4);
    }

    private static byte[] mutated(final byte[] original, final Random random)
    {
        byte[] bytes = original.clone();
        for (int i = 1 + random.nextInt(3); i > 0; i--)
        {
            final int at = random.nextInt(bytes.length);
            final int length = 1 + random.nextInt(Math.min(200, bytes.length - at));
            switch (random.nextInt(7))
            {
                case 0:
                    bytes = Arrays.copyOf(bytes, Math.max(1, at));
                    break;

                case 1:
                    bytes[at] ^= (byte)(1 << random.nextInt(Byte.SIZE));
                    break;

                case 2:
                    bytes[at] = (byte)random.nextInt();
                    break;

                case 3:
                    Arrays.fill(bytes, at, at + length, (byte)(random.nextBoolean() ? 0 : -1));
                    break;

                case 4:
                    bytes = joined(bytes, at + length, bytes, at); // twice
                    break;

                case 5:
                    bytes = joined(bytes, at, bytes, at + length); // left out
                    break;

                default:
                    final byte[] noise = new byte[length];
                    random.nextBytes(noise);
                    bytes = joined(joined(bytes, at, noise, 0), at + length, bytes, at);
                    break;
            }
            bytes = 0 == bytes.length ? new byte[1] : bytes;
        }
        return bytes;
    }

    private static byte[] joined(final byte[] head, final int headBytes, final byte[] tail, final int tailOffset)
    {
        final byte[] bytes = Arrays.copyOf(head, headBytes + tail.length - tailOffset);
        System.arraycopy(tail, tailOffset, bytes, headBytes, tail.length - tailOffset);
        return bytes;
    }

    /** One whose checksums are right, as if a program had written nonsense. */
    private static byte[] resealed(final byte[] original, final Random random)
    {
        final byte[] bytes = original.clone();
        final ByteBuffer buffer = ByteBuffer.wrap(bytes).order(LITTLE_ENDIAN);
        final List<Integer> blocks = blockOffsets(original);
        final int block = blocks.get(random.nextInt(blocks.size()));
        final int stored = buffer.getInt(block + BlockDescriptor.STORED_BYTES_OFFSET);
        for (int i = 1 + random.nextInt(4); i > 0; i--)
        {
            final int at = block + random.nextInt(BlockDescriptor.HEADER_BYTES + stored);
            if (random.nextBoolean())
            {
                bytes[at] = (byte)random.nextInt();
            }
            else
            {
                buffer.putInt(Math.min(at & ~3, bytes.length - Integer.BYTES),
                    random.nextBoolean() ? random.nextInt() : random.nextInt(5) - 2);
            }
        }
        final CRC32C crc = new CRC32C();
        crc.update(bytes, block, BlockDescriptor.CRC_OFFSET);
        crc.update(bytes, block + BlockDescriptor.HEADER_BYTES, stored);
        buffer.putInt(block + BlockDescriptor.CRC_OFFSET, (int)crc.getValue());
        return bytes;
    }

    @Test
    void shouldNameWhatIsWrongWithAFileThatIsNoneOfOurs()
    {
        assertThat(refusal("#!/bin/sh\necho this is not a recording, but it is long enough to be one ....\n".getBytes(
            java.nio.charset.StandardCharsets.US_ASCII))).isEqualTo("x.scxj: offset 0: not a recording of scx4j");
        assertThat(refusal(new byte[0]))
            .isEqualTo("x.scxj: offset 0: the file ends within its header: not a recording of scx4j, or cut off");

        final byte[] newer = files.get(0).clone();
        newer[FileHeaderDescriptor.VERSION_OFFSET]++;
        assertThat(refusal(newer)).isEqualTo(
            "x.scxj: offset 8: format 2 is newer than this scx4j, which reads format 1: use a newer one");

        final byte[] damaged = files.get(0).clone();
        damaged[FileHeaderDescriptor.SEGMENT_OFFSET]++;
        assertThat(refusal(damaged)).isEqualTo("x.scxj: offset 0: the file's header is damaged");
    }

    private static String refusal(final byte[] bytes)
    {
        try (JournalReader reader = new JournalReader(NAME, Channels.newChannel(new ByteArrayInputStream(bytes))))
        {
            return "read: " + reader.advance();
        }
        catch (final SchedulerException ex)
        {
            return ex.getMessage();
        }
    }
}
