// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The doctor's list of kernel functions against the header that declares them.
 */
@Timeout(10)
class KernelFunctionCheckTest
{
    private static final Path HEADER = Path.of("../bpf/src/main/bpf/kernel.bpf.h");
    private static final Pattern DECLARATION = Pattern.compile("(\\w+)\\([^;{}]*?\\)\\s*__ksym");
    /** What libbpf strips to find the function: the last of our suffixes, not the kernel's own version. */
    private static final Pattern OUR_SUFFIX = Pattern.compile("___(?!v\\d)\\w+?$");

    @Test
    void shouldKnowEachFunctionThatTheHeaderDeclaresAndNoOther() throws IOException
    {
        final Set<String> declared = new TreeSet<>();
        final Matcher matcher = DECLARATION.matcher(Files.readString(HEADER));
        while (matcher.find())
        {
            declared.add(OUR_SUFFIX.matcher(matcher.group(1)).replaceFirst(""));
        }

        assertThat(declared).hasSizeGreaterThan(20);
        assertThat(KernelFunctionCheck.names()).isEqualTo(declared);
    }
}
