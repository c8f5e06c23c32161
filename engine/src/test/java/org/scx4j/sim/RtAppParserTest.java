// SPDX-License-Identifier: Apache-2.0
package org.scx4j.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.exceptions.SchedulerException.Category;
import org.scx4j.policy.Fifo;

/**
 * What is understood of rt-app's files, what tasks do then, and what is said of the rest.
 */
@Timeout(60)
class RtAppParserTest
{
    private static final long US = 1_000L;
    private static final long MS = 1_000 * US;
    private static final String PLAYER = String.join("\n",
        "{",
        "  /* a clock that wakes a mixer, which wakes the output */",
        "  \"tasks\": {",
        "    \"clock\": {",
        "      \"priority\": -10,",
        "      \"phases\": {",
        "        \"mix\": { \"resume\": \"mixer\", \"timer\": { \"ref\": \"unique\", \"period\": 10000 } },",
        "        \"rest\": { \"loop\": 2, \"timer\": { \"ref\": \"unique\", \"period\": 10000 } },",
        "      }",
        "    },",
        "    \"mixer\": { \"suspend\": \"\", \"run\": 800, \"resume\": \"output\", \"run\": 200 },",
        "    \"output\": { \"suspend\": \"output\", \"run1\": 300 },",
        "    // others",
        "    \"a name of some length\": { \"instance\": 2, \"delay\": 500, \"cpus\": [1, 0, 1], \"loop\": 3,",
        "      \"runtime\": 1000, \"sleep\": 0, \"sleep_b\": 5000, \"policy\": \"SCHED_IDLE\" },",
        "  },",
        "  \"resources\": { \"mutex\": { \"type\": \"mutex\" } },",
        "  \"global\": { \"duration\": 2, \"default_policy\": \"SCHED_OTHER\", \"gnuplot\": false, \"frag\": 1 }",
        "}");

    private static Workload parse(final String text)
    {
        return Workload.parse("f", text);
    }

    private static List<Integer> codes(final TaskClass taskClass)
    {
        return taskClass.steps.stream().map((step) -> step.code).collect(Collectors.toList());
    }

    private static SimulationReport run(final String text, final int nrCpus, final long durationNs)
    {
        final Simulation simulation = new Simulation(
            new SimulationSettings().shape(MachineShape.flat(nrCpus)).costs(SimulationCosts.DEFAULT.withTickNs(0)),
            parse(text), new Fifo(), "fifo");
        simulation.run(durationNs);
        assertThat(simulation.report().violationLine()).isEmpty();
        return simulation.report();
    }

    @Test
    void shouldReadTasksPhasesAndEventsInTheirOrder()
    {
        final Workload workload = parse(PLAYER);

        assertThat(workload.durationNs()).isEqualTo(2_000 * MS);
        assertThat(workload.classes()).extracting(TaskClass::name)
            .containsExactly("clock", "mixer", "output", "a name of some ");
        assertThat(workload.classes()).extracting(TaskClass::weight).containsExactly(932, 100, 100, 1);
        assertThat(codes(workload.classes().get(0))).containsExactly(TaskClass.LOOP, TaskClass.RESUME, TaskClass.TIMER,
            TaskClass.LOOP, TaskClass.TIMER, TaskClass.LOOP_END, TaskClass.LOOP_END);
        assertThat(codes(workload.classes().get(1))).containsExactly(TaskClass.LOOP, TaskClass.SUSPEND, TaskClass.RUN,
            TaskClass.RESUME, TaskClass.RUN, TaskClass.LOOP_END);
        assertThat(workload.classes().get(1).steps.get(2).time).isEqualTo(Distribution.constant(800 * US));
        final TaskClass last = workload.classes().get(3);
        assertThat(last.count(4)).isEqualTo(2);
        assertThat(last.cpus()).containsExactly(0, 1);
        assertThat(codes(last)).containsExactly(
            TaskClass.SLEEP, TaskClass.LOOP, TaskClass.RUN, TaskClass.SLEEP, TaskClass.LOOP_END);
        assertThat(last.steps.get(1).count.of(4)).isEqualTo(3);
        assertThat(last.steps.get(3).time).isEqualTo(Distribution.constant(5 * MS));
    }

    @Test
    void shouldPlayTheChainOfWakeUps()
    {
        final SimulationReport report = run(PLAYER, 4, 3_000 * MS);

        assertThat(report.of("clock").nrTurns()).isBetween(99L, 100L);
        assertThat(report.of("mixer").nrTurns()).isBetween(98L, 100L);
        assertThat(report.of("output").nrTurns()).isBetween(98L, 100L);
        assertThat(report.of("mixer").cpuNs()).isBetween(100 * MS - 2 * MS, 101 * MS);
    }

    @Test
    void shouldLoseAResumeThatNobodyWaitsForAndWakeAllThatDo()
    {
        final String text = "{\"tasks\": {" +
            "\"early\": {\"loop\": 1, \"resume\": \"go\", \"sleep\": 5000, \"resume\": \"go\"}," +
            "\"waiter\": {\"instance\": 3, \"loop\": 1, \"sleep\": 1000, \"suspend\": \"go\", \"run\": 100}}}";

        final SimulationReport report = run(text, 1, 4 * MS);
        assertThat(report.of("waiter").cpuNs()).isLessThan(100 * US);
        assertThat(run(text, 1, 20 * MS).of("waiter").cpuNs()).isBetween(300 * US, 400 * US);
    }

    @Test
    void shouldForkATaskThatIsThereNoEarlier()
    {
        final SimulationReport report = run("{\"tasks\": {" +
            "\"parent\": {\"loop\": 4, \"sleep\": 1000, \"fork\": \"child\"}," +
            "\"child\": {\"instance\": 0, \"loop\": 1, \"run\": 200}}}", 2, 20 * MS);

        assertThat(report.of("child").nrTasks()).isEqualTo(4);
        assertThat(report.of("child").cpuNs()).isBetween(800 * US, 900 * US);
    }

    /** A run of 35 ms misses a time of 20 ms. A relative timer goes on from there, an absolute one makes up for it. */
    @ParameterizedTest
    @CsvSource({"relative, 7", "absolute, 8", "'', 7"})
    void shouldMakeUpForLostTimesOnlyWhenTheTimerIsAbsolute(final String mode, final int nrTurns)
    {
        final String timer = "\"timer\": {\"ref\": \"unique\", \"period\": 20000" +
            (mode.isEmpty() ? "" : ", \"mode\": \"" + mode + "\"") + "}";
        final SimulationReport report = run("{\"tasks\": {\"a\": {\"phases\": {" +
            "\"long\": {\"run\": 35000, " + timer + "}," +
            "\"short\": {\"loop\": 99, \"run\": 1000, " + timer + "}}}," +
            "\"b\": {\"loop\": 8, \"run\": 1000, \"timer\": {\"ref\": \"r\", \"period\": 20000}}}}", 2, 150 * MS);

        final long runMs = report.of("a").cpuNs() / MS;
        assertThat(runMs - 35).isEqualTo(nrTurns - 1);
        assertThat(report.of("b").cpuNs() / MS).isEqualTo(8);
    }

    @Test
    void shouldShareATimerThatIsNotUnique()
    {
        final String two = "{\"tasks\": {\"a\": {\"instance\": 2, \"run\": 100, " +
            "\"timer\": {\"ref\": \"%s\", \"period\": 10000}}}}";

        assertThat(run(String.format(two, "unique1"), 2, 95 * MS).of("a").nrTurns()).isEqualTo(18);
        assertThat(run(String.format(two, "shared"), 2, 95 * MS).of("a").nrTurns()).isBetween(8L, 9L);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{'tasks': {'a': {'lock': 'm', 'run': 1}}} | f:1:18: task 'a': 'lock' is not supported; a task has instance, " +
        "loop, priority, policy, cpus, delay and phases, or events: run, runtime, sleep, timer, suspend, resume and " +
        "fork",
        "{'tasks': {'a': {'phases': {'p': {'cpus': [1]}}}}} | f:1:35: task 'a', phase 'p': 'cpus' is not supported; " +
        "a phase has loop and events: run, runtime, sleep, timer, suspend, resume and fork",
        "{'tasks': {'a': {'run': 'long'}}} | f:1:25: task 'a': a time in us expected, a whole number from 0 to " +
        "3600000000, found 'long'",
        "{'tasks': {'a': {'run': 1.5}}} | f:1:25: task 'a': a time in us expected, a whole number from 0 to " +
        "3600000000, found '1.5'",
        "{'tasks': {'a': {'run': -1}}} | f:1:25: task 'a': a time in us expected, a whole number from 0 to " +
        "3600000000, found '-1'",
        "{'tasks': {'a': {'run': 99999999999999999999}}} | f:1:25: task 'a': a time in us expected, a whole number " +
        "from 0 to 3600000000, found '99999999999999999999'",
        "{'tasks': {'a': {'priority': 20, 'run': 1}}} | f:1:30: task 'a': a nice value expected, a whole number from " +
        "-20 to 19, found '20'",
        "{'tasks': {'a': {'policy': 'SCHED_FIFO', 'run': 1}}} | f:1:28: task 'a': policy 'SCHED_FIFO' is not " +
        "supported, such tasks are not sched_ext's; give SCHED_OTHER or SCHED_IDLE",
        "{'tasks': {'a': {'loop': 0, 'run': 1}}} | f:1:26: task 'a': 0 turns; give 1 or more, or -1 for ever",
        "{'tasks': {'a': {'loop': 2, 'loop': 3, 'run': 1}}} | f:1:29: task 'a': 'loop' is there twice; keep one",
        "{'tasks': {'a': {'cpus': 3, 'run': 1}}} | f:1:26: task 'a': a list of CPUs expected, such as [0, 2, 3]",
        "{'tasks': {'a': {'cpus': [2048], 'run': 1}}} | f:1:27: task 'a': a CPU expected, a whole number from 0 to " +
        "1023, found '2048'",
        "{'tasks': {'a': {'cpus': [], 'run': 1}}} | f:1:27: task 'a': a list of no CPUs; name one, or leave cpus out " +
        "for all",
        "{'tasks': {'a': {'timer': {'period': 5}}}} | f:1:39: task 'a': a timer without ref; write such as " +
        "{\"ref\": \"unique\", \"period\": 20000}",
        "{'tasks': {'a': {'timer': {'ref': 'x', 'period': 5, 'mode': 'odd'}}}} | f:1:61: task 'a': mode 'odd' is " +
        "none; give relative or absolute",
        "{'tasks': {'a': {'timer': 5}}} | f:1:27: task 'a': an object with ref and period expected, found '5'",
        "{'tasks': {'a': {'resume': ''}}} | f:1:28: task 'a': a resume of nothing; name what a task has suspended on",
        "{'tasks': {'a': {'fork': 'b'}}} | f:1:26: task 'a': there is no task 'b' to fork",
        "{'tasks': {'a': {'sleep': 0}}} | f:1:28: task 'a': it does nothing; give it an event, known are run, " +
        "runtime, sleep, timer, suspend, resume and fork",
        "{'tasks': {'a': {'run': 1, 'phases': {}}}} | f:1:40: task 'a': events beside phases; put them into a phase",
        "{'tasks': {'a': [1]}} | f:1:17: task 'a': an object with events or phases expected, found a list",
        "{'tasks': {'': {'run': 1}}} | f:1:12: tasks: a task without a name; give it one",
        "{'global': {'duration': 1}} | f:1:27: there is no task; write such as {\"tasks\": {\"name\": {\"run\": " +
        "5000, \"sleep\": 1000}}}",
        "{'global': {'colour': 1}} | f:1:13: global: 'colour' is not supported; global has duration and " +
        "default_policy, and what is about measuring is passed over",
        "{'task': {}} | f:1:2: 'task' is not supported; the file has tasks, global and resources",
        "{'tasks': {'a': {'run': 1}}} 5 | f:1:30: something behind the end of the object; take it away"})
    void shouldSayWhereAndWhatToDoWhenAFileIsWrong(final String text, final String message)
    {
        assertThatThrownBy(() -> parse(text.replace('\'', '"')))
            .isInstanceOf(SchedulerException.class)
            .hasMessage(message)
            .extracting((ex) -> ((SchedulerException)ex).category()).isEqualTo(Category.USAGE);
    }

    @Test
    void shouldSayWhereItIsNoJson()
    {
        assertThatThrownBy(() -> parse("{\n  \"tasks\": {\n    \"a\": { \"run\" 5 }\n}}"))
            .hasMessageMatching("f:3:\\d+: task 'a': no JSON: [^\n]*expecting a colon[^\n]*");
        assertThatThrownBy(() -> parse("{\"tasks\": {\"a\": {\"run\": 5 }"))
            .hasMessageMatching("f:1:\\d+: tasks: no JSON: Unexpected end-of-input[^\n]*");
        assertThatThrownBy(() -> Workload.parse("f.JSON", "task a : run 1ms"))
            .hasMessageStartingWith("f.JSON:1:").hasMessageContaining("no JSON: ");
    }

    @Test
    void shouldSaySoWhenATaskOfTheFileNeverLetsTimePass()
    {
        assertThatThrownBy(() -> run("{\"tasks\": {\"a\": {\"resume\": \"b\"}}}", 1, MS))
            .isInstanceOf(SchedulerException.class)
            .hasMessageContaining("without time passing");
    }

    @Test
    void shouldTakeFilesForJsonByWhatTheyBeginWith()
    {
        assertThat(parse("\ufeff // first\n{\"tasks\": {\"a\": {\"run\": 5}}}").classes()).hasSize(1);
        assertThat(parse("# no JSON {\ntask a : run 1ms").classes()).hasSize(1);
    }

    @Test
    void shouldThrowNothingButOneLineWhateverIsDoneToAFile()
    {
        final String[] words = {"{", "}", "[", "]", ",", ":", "\"", "\"run\"", "\"phases\"", "\"loop\"", "-1", "0",
            "1e9", "99999999999", "null", "true", "/*", "*/", "//", "\n", "\"unique\"", "\"timer\"", "\\u0000",
            "\u2028", "\"policy\"", "\"SCHED_IDLE\"", "\"fork\": \"mixer\"", "\"instance\": 5,", "{\"tasks\":"};
        int nrGood = 0;
        for (long seed = 0; seed < 5_000; seed++)
        {
            final Random random = new Random(seed);
            final StringBuilder text = new StringBuilder(PLAYER);
            for (int i = random.nextInt(4); i >= 0; i--)
            {
                final int at = random.nextInt(text.length());
                if (Character.isDigit(text.charAt(at)))
                {
                    text.setCharAt(at, (char)('0' + random.nextInt(10)));
                    continue;
                }
                final int end = Math.min(text.length(), at + random.nextInt(random.nextInt(10) > 0 ? 4 : 400));
                text.replace(at, end, random.nextBoolean() ? words[random.nextInt(words.length)] :
                    text.substring(random.nextInt(at + 1), at));
            }
            try
            {
                assertThat(parse(text.toString()).classes()).as("seed %d", seed).isNotEmpty();
                nrGood++;
            }
            catch (final SchedulerException ex)
            {
                assertThat(ex.category()).as("seed %d", seed).isEqualTo(Category.USAGE);
                assertThat(ex.getMessage()).as("seed %d", seed).matches("f:\\d+:\\d+: [^\\n\\r]+");
            }
            catch (final RuntimeException ex)
            {
                throw new AssertionError("seed " + seed, ex);
            }
        }
        assertThat(nrGood).isBetween(50, 4_900);
    }
}
