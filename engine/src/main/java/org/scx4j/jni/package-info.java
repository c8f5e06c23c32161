// SPDX-License-Identifier: Apache-2.0
/**
 * The way into the native library {@code libscx4j}: the only package with native methods. It is for set-up and for
 * waiting, never for one event. All of it can be loaded, and asked whether it works, without the library.
 */
package org.scx4j.jni;
