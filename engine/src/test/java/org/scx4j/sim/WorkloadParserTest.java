// SPDX-License-Identifier: Apache-2.0
package org.scx4j.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.exceptions.SchedulerException.Category;

@Timeout(30)
class WorkloadParserTest
{
    private static final List<String> BUILT_IN = Workload.builtInNames();

    @Test
    void shouldReadEachPropertyOfATask()
    {
        final Workload workload = Workload.parse("w", "# a comment\n" +
            "task a count=2x weight=300 cpus=0-2,5 start=1.5ms : run 1ms # another\n" +
            "task b.1 : loop 3 { run exp 1us; loop { sleep uniform 1ns 2s } }; exit");

        final TaskClass first = workload.classes().get(0);
        assertThat(first.name()).isEqualTo("a");
        assertThat(first.count(4)).isEqualTo(8);
        assertThat(first.weight()).isEqualTo(300);
        assertThat(first.cpus()).containsExactly(0, 1, 2, 5);
        assertThat(first.startNs()).isEqualTo(1_500_000L);
        final TaskClass second = workload.classes().get(1);
        assertThat(second.count(4)).isEqualTo(1);
        assertThat(second.cpus()).isNull();
        assertThat(second.steps).extracting((step) -> step.code).containsExactly(TaskClass.LOOP, TaskClass.RUN,
            TaskClass.LOOP, TaskClass.SLEEP, TaskClass.LOOP_END, TaskClass.LOOP_END, TaskClass.EXIT);
    }

    @ParameterizedTest
    @FieldSource("BUILT_IN")
    void shouldReadEachBuiltInWorkload(final String name)
    {
        assertThat(Workload.of(name).classes()).isNotEmpty();
        assertThat(Workload.of(name).name()).isEqualTo(name);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', ignoreLeadingAndTrailingWhitespace = true, value = {
        "tusk a : run 1ms | f:1:1: 'task' expected, found 'tusk'; write such as task NAME count=8 : loop { run 5ms; " +
        "sleep exp 1ms }",
        "task 1a : run 1ms | f:1:6: the name of a task expected, found '1a'; a name is a letter and up to 14 " +
        "letters, digits, _ - . more",
        "task a run 1ms | f:1:8: 'run' is no property of a task; known are count=8, weight=100, cpus=0-3 and start=1ms",
        "task a : ran 1ms | f:1:10: 'ran' is no step; known are run, sleep, every, wake, reply, wait, fork, exit " +
        "and loop",
        "task a : run soon | f:1:14: a time expected, found 'soon'; give a number and ns, us, ms or s, such as 5ms",
        "task a : run 2h | f:1:14: a time expected, found '2h'; give a number and ns, us, ms or s, such as 5ms",
        "task a : run 9999s | f:1:14: '9999s' is too long; give an hour at most",
        "task a : run 1ms sleep 1ms | f:1:18: ';' expected, found 'sleep'; put one between two steps",
        "task a : loop { run 1ms | f:1:24: '}' expected, found the end; close the loop",
        "task a : loop { } | f:1:10: the loop is empty; give it a step, known are run, sleep, every, wake, reply, " +
        "wait, fork, exit and loop",
        "task a : loop 0 { run 1ms } | f:1:15: a number of turns or '{' expected, found '0'; give a whole number " +
        "from 1 on, such as 8, or 2x for twice the number of CPUs",
        "task a : run 1ms } | f:1:18: '}' without a '{'; take it away",
        "task a : wake b | f:1:15: no task 'b'; declared are a",
        "task a : run uniform 2ms 1ms | f:1:26: the longest time is shorter than the shortest; give the shortest first",
        "task a : every 0ms | f:1:16: a period of 0; give one such as 10ms",
        "task a : | f:1:9: task 'a' does nothing; give it a step, known are run, sleep, every, wake, reply, wait, " +
        "fork, exit and loop",
        "task a cpus=0-x : run 1ms | f:1:13: '0-x' is no list of CPUs; give one such as 0-3,6",
        "task a weight=0 : run 1ms | f:1:15: a weight expected, found '0'; give a whole number from 1 on, such as 8, " +
        "or 2x for twice the number of CPUs",
        "task a weight=20000 : run 1ms | f:1:8: weight out of range; give 1 to 10000, 100 is usual",
        "task a colour=red : run 1ms | f:1:8: 'colour' is no property of a task; known are count=8, weight=100, " +
        "cpus=0-3 and start=1ms"})
    void shouldSayWhereAndWhatToDoWhenATextIsWrong(final String text, final String message)
    {
        assertThatThrownBy(() -> Workload.parse("f", text))
            .isInstanceOf(SchedulerException.class)
            .hasMessage(message)
            .extracting((ex) -> ((SchedulerException)ex).category()).isEqualTo(Category.USAGE);
    }

    @Test
    void shouldCountLinesAndColumnsFromOne()
    {
        assertThatThrownBy(() -> Workload.parse("my.workload", "task a : run 1ms\n\n# more\n  task a : run 1ms"))
            .hasMessage("my.workload:4:8: there is a task 'a' already; give each a name of its own");
        assertThatThrownBy(() -> Workload.parse("f", "# nothing"))
            .hasMessageStartingWith("f:1:10: there is no task; write such as task ");
    }

    @Test
    void shouldRefuseLoopsThatAreTooDeep()
    {
        final String text = "task a : " + "loop { ".repeat(9) + "run 1ms" + " }".repeat(9);

        assertThatThrownBy(() -> Workload.parse("f", text)).hasMessage("f:1:66: loops within loops; at most 8");
    }

    @Test
    void shouldReadAFileOrSayThatThereIsNone(@TempDir final Path folder) throws IOException
    {
        final Path file = Files.writeString(folder.resolve("mine"), "task a : run 1ms");

        assertThat(Workload.of(file.toString()).classes()).hasSize(1);
        assertThatThrownBy(() -> Workload.of("sorver")).hasMessage("no workload 'sorver': built in are build, " +
            "burners+sleepers, forkstorm, pipe, server; or give the name of a file that is there");
    }

    @Test
    void shouldThrowNothingButOneLineWhateverTheTextIs()
    {
        final String[] words = {"task", "a", "b", ":", ";", "{", "}", "=", "loop", "run", "sleep", "exp", "uniform",
            "5ms", "4", "2x", "wake", "wait", "reply", "fork", "exit", "count", "cpus", "0-3", "peer", "\n", "#",
            "every"};
        for (long seed = 0; seed < 5_000; seed++)
        {
            final Random random = new Random(seed);
            final StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(20); i >= 0; i--)
            {
                text.append(words[random.nextInt(words.length)]).append(random.nextInt(3) > 0 ? " " : "");
            }
            try
            {
                assertThat(Workload.parse("f", text.toString()).classes()).isNotEmpty();
            }
            catch (final SchedulerException ex)
            {
                assertThat(ex.getMessage()).as("seed %d", seed).matches("f:\\d+:\\d+: [^\n]+");
            }
        }
    }
}
