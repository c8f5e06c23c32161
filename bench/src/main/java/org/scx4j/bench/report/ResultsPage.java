// SPDX-License-Identifier: Apache-2.0
package org.scx4j.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A run as a page that needs nothing but a browser: for each group of figures a bar each, from zero to the median, with
 * its spread, and the ratio to its baseline.
 */
final class ResultsPage
{
    private static final int ROW_PX = 22;
    private static final int LABEL_PX = 430;
    private static final int BAR_PX = 420;
    private static final int VALUE_PX = 330;

    private final Results results;
    private final StringBuilder html = new StringBuilder();

    ResultsPage(final Results results)
    {
        this.results = results;
    }

    void write(final Path file) throws IOException
    {
        html.append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">")
            .append("<title>scx4j benchmarks</title>\n<style>body{font:14px sans-serif;margin:2em}")
            .append("td{padding:0 1em 0 0}svg text{font:12px sans-serif}.bar{fill:#4a7ebb}.baseline{fill:#b0b0b0}")
            .append(".spread{stroke:#222;stroke-width:1}</style></head><body>\n<h1>scx4j benchmarks</h1>\n<table>\n");
        results.machine().forEach((name, value) ->
            html.append("<tr><td>").append(escape(name)).append("</td><td>").append(escape(value))
                .append("</td></tr>\n"));
        html.append("</table>\n<p>A bar is the median, the line on it reaches from the smallest to the largest sample.")
            .append(" Grey: what others are set beside.</p>\n");
        for (final Map.Entry<String, List<Figure>> group : results.groups().entrySet())
        {
            html.append("<h2>").append(escape(group.getKey())).append("</h2>\n");
            group.getValue().stream().map(Figure::unit).distinct().forEach((unit) ->
                draw(group.getValue().stream().filter((figure) -> figure.unit().equals(unit)).toList()));
        }
        html.append("</body></html>\n");
        Files.writeString(file, html);
    }

    private void draw(final List<Figure> figures)
    {
        final double largest = figures.stream().mapToDouble(Figure::max).max().orElse(0);
        final double scale = largest > 0 ? BAR_PX / largest : 0;
        final int height = figures.size() * ROW_PX + ROW_PX / 2;
        append("<svg width=\"%d\" height=\"%d\">\n", LABEL_PX + BAR_PX + VALUE_PX, height);
        int y = 0;
        for (final Figure figure : figures)
        {
            final boolean isBaseline = figures.stream().anyMatch((other) -> other.baseline().equals(figure.name()));
            final int middle = y + ROW_PX / 2;
            final String label = figure.name().substring(Math.min(figure.name().length(), figure.group().length() + 1));
            append("<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>", LABEL_PX - 8, middle + 4, escape(label));
            append("<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\"/>",
                isBaseline ? "baseline" : "bar", LABEL_PX, y + 4, figure.median() * scale, ROW_PX - 8);
            append("<line class=\"spread\" x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\"/>",
                LABEL_PX + figure.min() * scale, middle, LABEL_PX + figure.max() * scale, middle);
            append("<text x=\"%.1f\" y=\"%d\">%s</text>\n", LABEL_PX + figure.max() * scale + 8, middle + 4,
                escape(value(figure)));
            y += ROW_PX;
        }
        html.append("</svg>\n");
    }

    private String value(final Figure figure)
    {
        final double ratio = results.ratio(figure);
        return String.format(Locale.ROOT, "%.4g (%.4g – %.4g) %s%s", figure.median(), figure.min(), figure.max(),
            figure.unit(), Double.isNaN(ratio) ? "" : String.format(Locale.ROOT, ", x %.2f", ratio));
    }

    private void append(final String format, final Object... values)
    {
        html.append(String.format(Locale.ROOT, format, values));
    }

    private static String escape(final String text)
    {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
    }
}
