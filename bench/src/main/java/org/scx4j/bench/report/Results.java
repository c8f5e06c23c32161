// SPDX-License-Identifier: Apache-2.0
package org.scx4j.bench.report;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A run of the benchmarks: where, and what was measured.
 *
 * @param machine what was measured with: kernel, JDK, commit and so on, in the order to be shown.
 * @param figures what was measured.
 */
public record Results(Map<String, String> machine, List<Figure> figures)
{
    private static final String MACHINE = "machine";
    private static final String FIGURES = "figures";

    /**
     * Reads a file that {@link #write} wrote.
     *
     * @param file to be read.
     * @return the run.
     * @throws IllegalArgumentException if it is another kind of file.
     */
    public static Results read(final Path file)
    {
        final JsonNode node = JsonNode.read(file);
        final Map<String, String> machine = new LinkedHashMap<>();
        node.at(MACHINE).map().forEach((name, value) -> machine.put(String.valueOf(name), String.valueOf(value)));
        return new Results(machine, node.at(FIGURES).items().stream().map(Figure::of).toList());
    }

    /**
     * Writes the run.
     *
     * @param file to be written.
     * @throws IOException if it can't be.
     */
    public void write(final Path file) throws IOException
    {
        final Map<String, Object> map = new LinkedHashMap<>();
        map.put(MACHINE, machine);
        map.put(FIGURES, figures.stream().map(Figure::toMap).toList());
        Files.writeString(file, JSON.std.with(JSON.Feature.PRETTY_PRINT_OUTPUT).asString(map) + "\n");
    }

    /**
     * A figure by its name.
     *
     * @param name of the figure.
     * @return null if there is none.
     */
    public Figure figure(final String name)
    {
        return figures.stream().filter((figure) -> figure.name().equals(name)).findFirst().orElse(null);
    }

    /**
     * Ratio of a figure to its baseline.
     *
     * @param figure one of these.
     * @return NaN if it has none.
     */
    public double ratio(final Figure figure)
    {
        final Figure baseline = figure.baseline().isEmpty() ? null : figure(figure.baseline());
        return null == baseline || 0 == baseline.median() ? Double.NaN : figure.median() / baseline.median();
    }

    /**
     * The groups.
     *
     * @return figures by group, in their order.
     */
    public Map<String, List<Figure>> groups()
    {
        final Map<String, List<Figure>> groups = new LinkedHashMap<>();
        figures.forEach((figure) -> groups.computeIfAbsent(figure.group(), (name) -> new ArrayList<>()).add(figure));
        return groups;
    }
}
