// SPDX-License-Identifier: Apache-2.0
/**
 * For tests of policies: a kernel that the test plays, in virtual time, on the event path of the engine. It is shipped
 * as the artifact {@code scx4j-engine} with the classifier {@code testkit}, and needs JUnit 5.
 */
package org.scx4j.testkit;
