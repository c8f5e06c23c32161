// SPDX-License-Identifier: Apache-2.0
package org.scx4j;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchPredicates.have;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Who may know whom, and what the event path must not touch.
 */
@Timeout(60)
class ArchitectureTest
{
    private static final String ROOT = "org.scx4j";

    /** For each package the packages of ours that it may use; the root and the command line may use all below. */
    private static final Map<String, List<String>> ALLOWED = Map.ofEntries(
        Map.entry("exceptions", List.of()),
        Map.entry("protocol", List.of("exceptions")),
        Map.entry("jni", List.of("exceptions")),
        Map.entry("topology", List.of("exceptions")),
        Map.entry("scheduling", List.of("jni", "exceptions")),
        Map.entry("settings", List.of("jni", "exceptions")),
        Map.entry("status", List.of("protocol", "exceptions")),
        Map.entry("transport", List.of("api", "protocol", "jni", "status", "topology", "exceptions")),
        Map.entry("api", List.of("protocol", "topology", "exceptions")),
        Map.entry("policy", List.of("api", "protocol", "topology", "exceptions")),
        Map.entry("pipeline", List.of("api", "transport", "topology", "status", "protocol", "exceptions")),
        Map.entry("sim", List.of("journal", "pipeline", "api", "transport", "status", "topology", "protocol",
            "exceptions")),
        Map.entry("compare", List.of("sim", "protocol")),
        Map.entry("journal", List.of("pipeline", "api", "transport", "topology", "status", "protocol", "exceptions")),
        Map.entry("", List.of("journal", "policy", "pipeline", "api", "transport", "status", "topology", "scheduling",
            "settings", "jni", "protocol", "exceptions")),
        Map.entry("rustland", List.of("", "pipeline", "api", "transport", "status", "topology", "protocol",
            "exceptions")),
        Map.entry("cli", List.of("", "compare", "sim", "journal", "policy", "pipeline", "api", "transport", "status",
            "topology", "scheduling", "settings", "jni", "protocol", "exceptions")));

    private static final Set<String> PACKAGES = new TreeSet<>(ALLOWED.keySet());

    private static final List<String> HOT_CLASSES = List.of(
        "org.scx4j.transport.BpfRingBuffer",
        "org.scx4j.transport.BpfUserRingBuffer",
        "org.scx4j.transport.MappedCpuStates",
        "org.scx4j.transport.CpuSelection",
        "org.scx4j.pipeline.RingReader",
        "org.scx4j.pipeline.PolicyHandler",
        "org.scx4j.pipeline.DispatchHandler",
        "org.scx4j.pipeline.DecisionLog",
        "org.scx4j.pipeline.DecisionWriter",
        "org.scx4j.pipeline.TaskEvent",
        "org.scx4j.pipeline.ParkingIdleStrategy",
        "org.scx4j.journal.JournalTap",
        "org.scx4j.journal.TappedCpuStates",
        "org.scx4j.transport.CpuStatesImage",
        "org.scx4j.rustland.BpfScheduler",
        "org.scx4j.rustland.DecisionBatch",
        "org.scx4j.rustland.DispatchedTask",
        "org.scx4j.rustland.TaskBatch",
        "org.scx4j.rustland.TaskRecord",
        "org.scx4j.protocol.QueuedTaskFlyweight",
        "org.scx4j.protocol.DispatchedTaskFlyweight",
        "org.scx4j.protocol.ControlFlyweight",
        "org.scx4j.topology.CpuMask",
        "org.scx4j.policy.Fifo",
        "org.scx4j.policy.Stride",
        "org.scx4j.policy.Deadline",
        "org.scx4j.policy.Edf",
        "org.scx4j.policy.Tier",
        "org.scx4j.policy.Central",
        "org.scx4j.policy.RunQueue",
        "org.scx4j.policy.TaskRules",
        "org.scx4j.policy.RuledTasks",
        "org.scx4j.policy.RunningTasks",
        "org.scx4j.policy.VirtualTime",
        "org.scx4j.policy.PidTable",
        "org.scx4j.policy.TaskTable",
        "org.scx4j.sim.DispatchQueue",
        "org.scx4j.sim.IdleCpus",
        "org.scx4j.sim.InflightTable",
        "org.scx4j.sim.KernelSide",
        "org.scx4j.sim.Mailbox",
        "org.scx4j.sim.TimerHeap");

    private static final JavaClasses CLASSES = new ClassFileImporter()
        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
        .importPackages(ROOT);

    @Test
    void shouldHaveARuleForEachPackageAndAPackageForEachRule()
    {
        final Set<String> packages = new TreeSet<>();
        CLASSES.forEach((type) -> packages.add(type.getPackageName().replaceFirst("^org\\.scx4j\\.?", "")));

        assertThat(packages).isEqualTo(PACKAGES);
    }

    @ParameterizedTest
    @FieldSource("PACKAGES")
    void shouldDependOnNothingButTheLayersBelow(final String name)
    {
        final String[] forbidden = PACKAGES.stream()
            .filter((other) -> !other.equals(name) && !ALLOWED.get(name).contains(other))
            .map(ArchitectureTest::fullName)
            .toArray(String[]::new);

        noClasses().that().resideInAPackage(fullName(name))
            .should().dependOnClassesThat().resideInAnyPackage(forbidden)
            .check(CLASSES);
    }

    @Test
    void shouldHaveNoCycleBetweenPackages()
    {
        slices().matching("org.scx4j.(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void shouldUseTheDisruptorInThePipelineOnly()
    {
        assertOnly("com.lmax..", "org.scx4j.pipeline");
    }

    @Test
    void shouldParseCommandLinesInTheCommandLineOnly()
    {
        assertOnly("picocli..", "org.scx4j.cli");
    }

    private static void assertOnly(final String library, final String user)
    {
        noClasses().that().resideOutsideOfPackage(user)
            .should().dependOnClassesThat().resideInAPackage(library)
            .check(CLASSES);
    }

    @Test
    void shouldDeclareNativeMethodsInJniOnly()
    {
        noMethods().that().areDeclaredInClassesThat().resideOutsideOfPackage("org.scx4j.jni")
            .should().haveModifier(JavaModifier.NATIVE)
            .check(CLASSES);
        assertThat(CLASSES.get("org.scx4j.jni.NativeMethods").getMethods())
            .anyMatch((method) -> method.getModifiers().contains(JavaModifier.NATIVE));
    }

    @Test
    void shouldLoadNativeCodeInJniOnly()
    {
        noClasses().that().resideOutsideOfPackage("org.scx4j.jni")
            .should().callMethod(System.class, "load", String.class)
            .orShould().callMethod(System.class, "loadLibrary", String.class)
            .orShould().callMethod(Runtime.class, "load", String.class)
            .orShould().callMethod(Runtime.class, "loadLibrary", String.class)
            .check(CLASSES);
    }

    @ParameterizedTest
    @ValueSource(strings = {"protocol", "transport", "pipeline", "api", "policy"})
    void shouldTakeNoLockOnTheEventPath(final String name)
    {
        noClasses().that().resideInAPackage(fullName(name))
            .should().dependOnClassesThat().resideInAPackage("java.util.concurrent.locks..")
            .check(CLASSES);
        noMethods().that().areDeclaredInClassesThat().resideInAPackage(fullName(name))
            .should().haveModifier(JavaModifier.SYNCHRONIZED)
            .check(CLASSES);
    }

    @ParameterizedTest
    @FieldSource("HOT_CLASSES")
    void shouldUseNothingThatAllocatesInAHotClass(final String name)
    {
        assertThat(CLASSES.contain(name)).as("%s exists", name).isTrue();
        noClasses().that(have(nameMatching(name.replace(".", "\\.") + "(\\$.*)?")))
            .should().dependOnClassesThat(resideInAnyPackage(
                "java.util.stream..", "java.util.function..", "java.util.concurrent.locks..", "java.text.."))
            .orShould().dependOnClassesThat().areAssignableTo(Iterable.class)
            .orShould().dependOnClassesThat().areAssignableTo(Map.class)
            .orShould().callMethod(String.class, "format", String.class, Object[].class)
            .orShould().callMethod(String.class, "formatted", Object[].class)
            .check(CLASSES);
    }

    @Test
    void shouldNameClassesForWhatTheyAre()
    {
        final List<String> names = CLASSES.stream()
            .map((type) -> type.getSimpleName())
            .filter((name) -> name.matches(".*(Manager|Helper|Utils?|Info|Data)"))
            .collect(Collectors.toList());

        assertThat(names).as("ExitInfo is the kernel's own term").containsExactly("ExitInfo");
    }

    @Test
    void shouldDescribeEachPackage()
    {
        final List<String> undescribed = CLASSES.stream()
            .map((type) -> type.getPackage())
            .distinct()
            .filter((javaPackage) -> !javaPackage.tryGetPackageInfo().isPresent())
            .map(JavaPackage::getName)
            .collect(Collectors.toList());

        assertThat(undescribed).isEmpty();
    }

    private static String fullName(final String name)
    {
        return name.isEmpty() ? ROOT : ROOT + "." + name;
    }
}
