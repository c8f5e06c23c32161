// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class RowsTest
{
    @Test
    void shouldHaveNamesThatTheCommandLineCanTellApart()
    {
        final List<String> names = Rows.all().stream().map(Row::name).toList();

        assertThat(names).doesNotHaveDuplicates().allMatch((name) -> name.matches("[a-z][a-z-]*"));
    }

    @Test
    void shouldPrintEachRowWithItsVerdict() throws Exception
    {
        final Result green =
            new Result("one", "this", true, 0, 0L, 0L, null, "load", List.of("noted"), List.of(), List.of(), null);
        final Result red =
            new Result("two", "that", null, 1, null, null, null, "load", List.of(), List.of("evicted: stall"),
                List.of(), null);
        final Result notRun =
            new Result("three", "more", null, 0, null, null, null, "load", List.of(), List.of(), List.of(),
                "no \"device\"");
        final MatrixTable table =
            new MatrixTable(List.of(green, red, notRun), new KernelsOwn(Form.SHORT), "Kernel 1.2.3");

        assertThat(table.has(Result.Verdict.RED)).isTrue();
        assertThat(table.has(Result.Verdict.SLOW)).isFalse();
        assertThat(table.markdown()).contains(
            "| one | this | yes | 0 | 0 | 0 | n/a | n/a | n/a | green |",
            "| two | that | n/a | 1 | n/a | n/a | n/a | n/a | n/a | RED |",
            "| three | more | n/a | 0 | n/a | n/a | n/a | n/a | n/a | not run: no \"device\" |",
            "- one: noted", "- two: RED: evicted: stall");
        assertThat(table.json()).contains("\"row\":\"two\"", "\"verdict\":\"red\"", "\"nr_lost\":null",
            "\"not_run\":\"no \\\"device\\\"\"");
    }
}
