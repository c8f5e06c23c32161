// SPDX-License-Identifier: Apache-2.0
package org.scx4j.pipeline;

import org.agrona.concurrent.Agent;

/**
 * All stages of the event path as one agent: a record that the reader finds is decided and published in the same duty
 * cycle. Each is called by its type, which costs a cycle less than an agent that is composed of any agents.
 * <p>
 * Thread safety: for one thread.
 */
final class InlineStages implements Agent
{
    private final RingReader reader;
    private final PolicyHandler policyHandler;
    private final DispatchHandler dispatchHandler;

    InlineStages(final PathStages stages)
    {
        this.reader = stages.reader;
        this.policyHandler = stages.policyHandler;
        this.dispatchHandler = stages.dispatchHandler;
    }

    @Override
    public int doWork() throws Exception
    {
        return reader.doWork() + policyHandler.doWork() + dispatchHandler.doWork();
    }

    @Override
    public void onClose()
    {
        reader.onClose();
        policyHandler.onClose();
        dispatchHandler.onClose();
    }

    @Override
    public String roleName()
    {
        return "[" + reader.roleName() + "," + policyHandler.roleName() + "," + dispatchHandler.roleName() + "]";
    }
}
