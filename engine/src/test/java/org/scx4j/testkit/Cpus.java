// SPDX-License-Identifier: Apache-2.0
package org.scx4j.testkit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * How many CPUs the {@link VirtualKernel} of a test has; without it, 4.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.PARAMETER)
public @interface Cpus
{
    /**
     * How many.
     *
     * @return 1 to {@link org.scx4j.protocol.SchedAbi#SCHED_MAX_CPUS}.
     */
    int value();
}
