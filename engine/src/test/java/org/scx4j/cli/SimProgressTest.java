// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class SimProgressTest
{
    private static final long S = 1_000_000_000L;

    private final StringWriter text = new StringWriter();
    private long nowNs = 5 * S;

    private SimProgress progress(final boolean isTerminal)
    {
        return new SimProgress(new PrintWriter(text), isTerminal, () -> nowNs);
    }

    @Test
    void shouldWriteTheLineAnewNowAndThenAndTakeItAwayAtTheEnd()
    {
        final SimProgress progress = progress(true);
        progress.look(S, 10 * S);
        assertThat(text.toString()).as("too early").isEmpty();

        nowNs += SimProgress.INTERVAL_NS;
        progress.look(2 * S, 10 * S);
        progress.look(3 * S, 10 * S);
        assertThat(text.toString()).isEqualTo("\r\033[Kscx4j: simulated 2.00 s of 10.0 s (20 %) in 0.5 s");

        progress.end();
        progress.end();
        assertThat(text.toString()).endsWith(" in 0.5 s\r\033[K");
    }

    @Test
    void shouldBeSilentInAPipe()
    {
        final SimProgress progress = progress(false);
        nowNs += 10 * S;
        progress.look(S, 10 * S);
        progress.end();

        assertThat(text.toString()).isEmpty();
    }

    @Test
    void shouldTakeNothingAwayWhenNothingWasShown()
    {
        final SimProgress progress = progress(true);
        progress.look(S, 10 * S);
        progress.end();

        assertThat(text.toString()).isEmpty();
    }
}
