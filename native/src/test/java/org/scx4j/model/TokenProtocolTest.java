// SPDX-License-Identifier: Apache-2.0
package org.scx4j.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.scx4j.model.TokenModel.Verdict;

/**
 * The token protocol as the BPF program has it, in generated orders of what may happen: enqueues, decisions (late,
 * double, wrong), cancels, exits, used pids, new affinity, other classes, a lease that is lost and regained, detaches,
 * each interrupted anywhere. What is checked is in {@code check.c}.
 * <p>
 * {@code -Dscx4j.model.runs=N} chooses how many runs, {@code -Dscx4j.model.seed=N} from which seed on. A run that fails
 * is shortened, told step by step, and repeated by its choices.
 */
@Timeout(600)
class TokenProtocolTest
{
    private static final String SEED = System.getProperty("scx4j.model.seed", "1");
    private static final String RUNS = System.getProperty("scx4j.model.runs", "20000");
    private static final String MUTANT_RUNS = "60000";

    @Test
    void shouldLoseNoTaskAndRunNoneTwiceWhateverTheOrder() throws IOException, InterruptedException
    {
        final Verdict verdict = TokenModel.run(TokenModel.PROGRAM, "--seed", SEED, "--runs", RUNS);

        assertThat(verdict.status()).as(() -> String.join("\n", verdict.output())).isZero();
        assertThat(verdict.totals()).as("each of these has happened").hasSizeGreaterThan(15)
            .allSatisfy((name, count) -> assertThat(count).as(name).isPositive());
        System.out.println("model: " + verdict.lastLine());
    }

    @ParameterizedTest
    @MethodSource("org.scx4j.model.TokenModel#mutants")
    void shouldFindTheDefectWhenThereIsOne(final String defect) throws IOException, InterruptedException
    {
        final Verdict verdict = TokenModel.run(TokenModel.mutant(defect), "--first", "--runs", MUTANT_RUNS);

        assertThat(verdict.status()).as(() -> String.join("\n", verdict.output())).isEqualTo(1);
        assertThat(verdict.lastLine()).matches("seed \\d+ fails: .+");
    }

    @Test
    void shouldRepeatTheFailureWhenGivenItsChoices() throws IOException, InterruptedException
    {
        final Verdict found = TokenModel.run(TokenModel.mutant("decision-keeps-its-insert"));

        final Verdict repeated = TokenModel.replay(TokenModel.mutant("decision-keeps-its-insert"), found.choices());
        final Verdict withoutDefect = TokenModel.replay(TokenModel.PROGRAM, found.choices());

        assertThat(found.choices()).isNotEmpty();
        assertThat(repeated.status()).isEqualTo(1);
        assertThat(repeated.lastLine()).isEqualTo(found.lastLine()).startsWith("violated: ");
        assertThat(withoutDefect.status()).as(withoutDefect::lastLine).isZero();
    }
}
