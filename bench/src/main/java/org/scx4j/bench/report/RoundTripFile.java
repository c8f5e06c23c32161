// SPDX-License-Identifier: Apache-2.0
package org.scx4j.bench.report;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Figures of a file that {@code RoundTripBenchmark --json} wrote: the engine's, with the C program's as baselines.
 */
final class RoundTripFile
{
    private RoundTripFile()
    {
    }

    static List<Figure> read(final Path file)
    {
        final JsonNode node = JsonNode.read(file);
        final int rounds = (int)node.number("rounds");
        final List<Figure> figures = new ArrayList<>();
        for (final JsonNode row : node.at("figures").items())
        {
            final String name = "RoundTrip " + row.text("group") + ", " + row.text("figure");
            final boolean isHigher = name.contains("/s");
            final String reference = name + " (C)";
            figures.add(figure(name, isHigher, reference, row.at("java"), rounds));
            figures.add(figure(reference, isHigher, "", row.at("c"), rounds));
        }
        return figures;
    }

    private static Figure figure(
        final String name, final boolean isHigher, final String baseline, final JsonNode spread, final int rounds)
    {
        return new Figure(name, isHigher ? "M/s" : "ns", isHigher, baseline, spread.number("median"),
            spread.number("min"), spread.number("max"), rounds);
    }
}
