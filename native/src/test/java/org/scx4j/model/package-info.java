// SPDX-License-Identifier: Apache-2.0
/**
 * The BPF program as ordinary C, in a model of a kernel: see {@code native/src/test/model/model.h}.
 */
package org.scx4j.model;
