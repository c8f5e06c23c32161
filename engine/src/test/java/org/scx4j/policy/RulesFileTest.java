// SPDX-License-Identifier: Apache-2.0
package org.scx4j.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.scx4j.api.SchedulingPolicy;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.exceptions.SchedulerException.Category;

/**
 * What rules say of whom, and what is said of bad ones.
 */
@Timeout(30)
class RulesFileTest
{
    @TempDir
    private Path folder;
    private Path file;
    private Path mount;

    @BeforeEach
    void makeAMount() throws IOException
    {
        file = folder.resolve("rules");
        mount = Files.createDirectories(folder.resolve("cgroup"));
        Files.createDirectories(mount.resolve("system.slice/foo.service"));
    }

    private TaskRules rules(final String text) throws IOException
    {
        Files.writeString(file, text);
        return RulesFile.read(file, mount, (words) ->
        {
            if (!words.matches("[0-9]"))
            {
                throw new IllegalArgumentException("the rule says '" + words + "': allowed are 0 to 9");
            }
            return Long.parseLong(words);
        });
    }

    private static ModelTask named(final String comm)
    {
        return ModelTask.burner(1, 100).named(comm);
    }

    private static ModelTask ofWeight(final int weight)
    {
        return ModelTask.burner(1, weight);
    }

    @Test
    void shouldMatchByWholeNameOrByItsStart() throws IOException
    {
        final TaskRules rules = rules("comm exact 1\ncomm pool-thread* 2\ncomm 123456789012345 3\ncomm abcdefgh 4\n");

        assertThat(rules.match(named("exact"))).isEqualTo(1);
        assertThat(rules.match(named("exactly"))).isEqualTo(TaskRules.NONE);
        assertThat(rules.match(named("exac"))).isEqualTo(TaskRules.NONE);
        assertThat(rules.match(named("pool-thread"))).isEqualTo(2);
        assertThat(rules.match(named("pool-thread-17"))).isEqualTo(2);
        assertThat(rules.match(named("pool-threa"))).isEqualTo(TaskRules.NONE);
        assertThat(rules.match(named("123456789012345"))).isEqualTo(3);
        assertThat(rules.match(named("12345678901234"))).isEqualTo(TaskRules.NONE);
        assertThat(rules.match(named("abcdefgh"))).isEqualTo(4);
        assertThat(rules.match(named("abcdefghi"))).isEqualTo(TaskRules.NONE);
        assertThat(rules.match(named(""))).isEqualTo(TaskRules.NONE);
    }

    @Test
    void shouldTakeNamesWithSpacesStarsHashesAndOtherLetters() throws IOException
    {
        final TaskRules rules = rules("""
            # a comment
            comm "Web Content"  1   # another
               comm\t"G1 "*     2

            comm G1#0 3
            comm "a*" 4
            comm größe 5
            comm * 6
            """);

        assertThat(rules.match(named("Web Content"))).isEqualTo(1);
        assertThat(rules.match(named("G1 Conc#0"))).isEqualTo(2);
        assertThat(rules.match(named("G1#0"))).isEqualTo(3);
        assertThat(rules.match(named("a*"))).isEqualTo(4);
        assertThat(rules.match(named("größe"))).isEqualTo(5);
        assertThat(rules.match(named("ab"))).isEqualTo(6);
    }

    @Test
    void shouldTakeTheFirstRuleThatMatches() throws IOException
    {
        final StringBuilder text = new StringBuilder("comm worker-log 1\r\ncomm worker* 2\r\ncomm worker-1 3\r\n");
        for (int i = 0; i < 100; i++)
        {
            text.append("comm many").append(i).append(" 4\r\n");
        }
        final TaskRules rules = rules(text.toString());

        assertThat(rules.match(named("worker-log"))).isEqualTo(1);
        assertThat(rules.match(named("worker-1"))).isEqualTo(2);
        assertThat(rules.match(named("many99"))).isEqualTo(4);
    }

    @ParameterizedTest
    @CsvSource({
        "-20, 8668", "-19, 7007", "-10, 932", "-5, 305", "-1, 125", "0, 100", "1, 80", "5, 33", "10, 11", "17, 2",
        "18, 2", "19, 1"})
    void shouldMatchANiceValueByItsWeight(final int nice, final int weight) throws IOException
    {
        assertThat(rules("nice " + nice + " 1").match(ofWeight(weight))).isEqualTo(1);
        assertThat(rules("nice " + nice + " 1").match(ofWeight(weight + 5))).isEqualTo(TaskRules.NONE);
        assertThat(rules("nice -20..19 1").match(ofWeight(weight))).isEqualTo(1);
    }

    @Test
    void shouldMatchARangeOfNiceValuesWithItsEnds() throws IOException
    {
        final TaskRules rules = rules("nice -20..-1 1\nnice 1..19 2");

        assertThat(rules.match(ofWeight(8668))).isEqualTo(1);
        assertThat(rules.match(ofWeight(125))).isEqualTo(1);
        assertThat(rules.match(ofWeight(100))).isEqualTo(TaskRules.NONE);
        assertThat(rules.match(ofWeight(80))).isEqualTo(2);
        assertThat(rules.match(ofWeight(1))).isEqualTo(2);
    }

    @Test
    void shouldMatchACgroupByTheInodeOfItsFolder() throws IOException
    {
        final TaskRules rules = rules("cgroup /system.slice/foo.service 1\ncgroup / 2");
        final ModelTask task = named("any");

        task.cgroupId = (long)Files.getAttribute(mount.resolve("system.slice/foo.service"), "unix:ino");
        assertThat(rules.match(task)).isEqualTo(1);
        task.cgroupId = (long)Files.getAttribute(mount, "unix:ino");
        assertThat(rules.match(task)).isEqualTo(2);
        task.cgroupId = (long)Files.getAttribute(mount.resolve("system.slice"), "unix:ino");
        assertThat(rules.match(task)).as("a parent").isEqualTo(TaskRules.NONE);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "coom x 1|a rule can't start with 'coom': allowed are comm, cgroup and nice",
        "comm|nothing follows comm: give a name, or the start of one and '*'",
        "nice|nothing follows nice: give one or two numbers from -20 to 19, such as 5 or -20..-1",
        "comm x|the rule says '': allowed are 0 to 9",
        "comm x 1 2|the rule says '1 2': allowed are 0 to 9",
        "comm a1234567890123456 1|name 'a1234567890123456' has 17 bytes, but the kernel keeps the first 15: cut it " +
            "there",
        "comm \"\" 1|'\"\"' is no name: give a name, or the start of one and '*', between quotation marks if it has " +
            "spaces",
        "comm \"x 1|'\"x' is no name: give a name, or the start of one and '*', between quotation marks if it has " +
            "spaces",
        "nice 20 1|'20' is no nice value or range of them: give one or two numbers from -20 to 19, such as 5 or " +
            "-20..-1",
        "nice 5..1 1|'5..1' is no nice value or range of them: give one or two numbers from -20 to 19, such as 5 or " +
            "-20..-1",
        "nice x 1|'x' is no nice value or range of them: give one or two numbers from -20 to 19, such as 5 or -20..-1",
        "cgroup foo 1|'foo' is no cgroup: give a path as in /proc/PID/cgroup, such as /system.slice"})
    void shouldSayFileLineWhatIsWrongAndWhatIsAllowed(final String line, final String message)
    {
        refused("comm good 1\n\n" + line + "\n", file + ":3: " + message);
    }

    @ParameterizedTest
    @CsvSource({"/none", "/..", "/system.slice/../.."})
    void shouldSayThatThereIsNoSuchCgroup(final String cgroup)
    {
        refused("cgroup " + cgroup + " 1", file + ":1: there is no cgroup '" + cgroup + "' in " + mount +
            ": it must be there at start; give a path as in /proc/PID/cgroup, such as /system.slice");
    }

    @Test
    void shouldStayOnOneLineWhenTheFileIsWild()
    {
        assertThatThrownBy(() -> rules("\0\033[2J" + "x".repeat(10_000)))
            .isInstanceOf(SchedulerException.class)
            .satisfies((ex) -> assertThat(ex.getMessage()).hasLineCount(1).hasSizeLessThan(400).doesNotContain("\033"));
        refused("x".repeat(2_000_000), "rules file " + file + " is too long: at most 1048576 bytes");
    }

    private void refused(final String text, final String message)
    {
        assertThatThrownBy(() -> rules(text)).isInstanceOf(SchedulerException.class).hasMessage(message)
            .extracting((ex) -> ((SchedulerException)ex).category()).isEqualTo(Category.USAGE);
    }

    @Test
    void shouldSayWhatIsWrongWhenTheFileCantBeRead()
    {
        final Path none = folder.resolve("none");

        assertThatThrownBy(() -> RulesFile.read(none, mount, (words) -> 1)).isInstanceOf(SchedulerException.class)
            .hasMessage("rules file " + none + " does not exist");
        assertThatThrownBy(() -> RulesFile.read(folder, mount, (words) -> 1)).isInstanceOf(SchedulerException.class)
            .hasMessageStartingWith("rules file " + folder + " can't be read: ");
    }

    @Test
    void shouldRefuseTheOptionsOfAPolicyWhenTheyAreWrong() throws IOException
    {
        Files.writeString(file, "comm x interactive\n");
        start(new Edf(), "rules", file.toString(), file + ":1: the rule says 'interactive': allowed are background, " +
            "and period with a time, such as period 10ms");
        Files.writeString(file, "comm x period 10\n");
        start(new Edf(), "rules", file.toString(), file + ":1: '10' is no time from 100us to 10s: give a whole " +
            "number and us, ms or s");
        start(new Tier(), "rules", file.toString(), file + ":1: the rule says 'period 10': allowed are interactive, " +
            "normal and batch");
        start(new Edf(), "background", "1h", "option background: '1h' is no time from 100us to 10s: give a whole " +
            "number and us, ms or s");
        start(new Tier(), "shift", "0ms", "option shift: '0ms' is no time from 1ms to 1s: give a whole number and " +
            "us, ms or s");
        start(new Central(), "bound", "", "option bound: '' is no time from 1ms to 1s: give a whole number and us, " +
            "ms or s");
        start(new Tier(), "rules", "\0", "option rules: ' ' is no path");
    }

    private static void start(
        final SchedulingPolicy policy, final String option, final String value, final String message)
    {
        assertThatThrownBy(() -> new ModelMachine(policy, 1, 1, Map.of(option, value)))
            .isInstanceOf(SchedulerException.class).hasMessage(message)
            .extracting((ex) -> ((SchedulerException)ex).category()).isEqualTo(Category.USAGE);
    }
}
