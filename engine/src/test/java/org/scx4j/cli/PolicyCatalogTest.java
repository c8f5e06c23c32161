// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.scx4j.api.Dispatcher;
import org.scx4j.api.QueuedTask;
import org.scx4j.api.SchedulingPolicy;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.exceptions.SchedulerException.Category;
import org.scx4j.policy.Fifo;

@Timeout(10)
class PolicyCatalogTest
{
    private final PolicyCatalog catalog = new PolicyCatalog();

    /** A user's policy. */
    public static class Own implements SchedulingPolicy
    {
        @Override
        public void onTask(final QueuedTask task, final Dispatcher out)
        {
            out.dispatch(task).commit();
        }
    }

    /** Needs something. */
    public static final class Needy extends Own
    {
        /**
         * Needs a number.
         *
         * @param number any.
         */
        public Needy(final int number)
        {
            assertThat(number).isNotNull();
        }
    }

    /** Can't be made. */
    public static final class Failing extends Own
    {
        /** Fails. */
        public Failing()
        {
            throw new IllegalStateException("no luck");
        }
    }

    @Test
    void shouldMakeAPolicyWhenItIsShipped()
    {
        assertThat(catalog.names()).containsExactly("fifo");
        assertThat(catalog.create("fifo")).isInstanceOf(Fifo.class).isNotSameAs(catalog.create("fifo"));
    }

    @Test
    void shouldMakeAPolicyWhenItIsAClassOnTheClassPath()
    {
        assertThat(catalog.create(Own.class.getName())).isInstanceOf(Own.class);
        assertThat(catalog.create("org.scx4j.policy.Fifo")).isInstanceOf(Fifo.class);
    }

    @Test
    void shouldListTheKnownWhenPolicyIsUnknown()
    {
        refused("lottery", "unknown policy 'lottery': known are fifo, or give the full name of a class on the class " +
            "path");
        refused("", "unknown policy ''");
        refused("FIFO", "unknown policy 'FIFO'");
    }

    @Test
    void shouldSayWhatIsWrongWhenTheClassIsNoUsablePolicy()
    {
        refused("java.lang.String", "java.lang.String does not implement org.scx4j.api.SchedulingPolicy");
        refused(Needy.class.getName(), "must be public and have a public constructor without parameters");
        refused("org.scx4j.api.SchedulingPolicy", "must be public and have a public constructor without parameters");
        refused(Failing.class.getName(), "threw an exception as it was made: java.lang.IllegalStateException: no luck");
    }

    private void refused(final String name, final String message)
    {
        assertThatThrownBy(() -> catalog.create(name))
            .isInstanceOf(SchedulerException.class)
            .hasMessageContaining(message)
            .extracting((ex) -> ((SchedulerException)ex).category())
            .isEqualTo(Category.USAGE);
    }
}
