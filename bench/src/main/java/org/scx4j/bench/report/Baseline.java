// SPDX-License-Identifier: Apache-2.0
package org.scx4j.bench.report;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What a benchmark is set beside: at a method, the method of the same class that is its baseline; at a class, the
 * method or the parameter's value that is the baseline of all others.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface Baseline
{
    /**
     * Whose figure is the baseline.
     *
     * @return name of a method, or value of a parameter.
     */
    String value();
}
