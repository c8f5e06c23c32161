// SPDX-License-Identifier: Apache-2.0
package org.scx4j.compare;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import org.agrona.collections.Int2IntHashMap;
import org.agrona.collections.Int2ObjectHashMap;
import org.scx4j.sim.SimulationListener;

/**
 * A timeline that ui.perfetto.dev opens: a process for each policy, a track for each CPU with who ran there and for how
 * long it had waited, and how many tasks wait for a CPU. JSON in the "Trace Event Format", which Perfetto reads beside
 * its own: times are microseconds, with three decimals.
 * <p>
 * Thread safety: for one thread.
 */
public final class PerfettoTrace implements AutoCloseable
{
    private static final String[] STOPS = {"sleeps", "slice is over", "preempted", "exits"};
    private static final double NS_PER_US = 1e3;
    private static final int NOBODY = -1;

    private final JsonGenerator json;
    private final long endNs;
    private IOException failure;
    private int nrPolicies;

    /**
     * Begins a trace.
     *
     * @param out   that it is written to; closed with the trace.
     * @param endNs when it ends: what begins later is left out.
     * @throws UncheckedIOException if it can't be written.
     */
    public PerfettoTrace(final OutputStream out, final long endNs)
    {
        this.endNs = endNs;
        try
        {
            json = new JsonFactory().createGenerator(out, JsonEncoding.UTF8);
            json.writeStartObject();
            json.writeStringField("displayTimeUnit", "ns");
            json.writeArrayFieldStart("traceEvents");
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
    }

    /**
     * What happens under one policy.
     *
     * @param policy    its name.
     * @param nrCpus    of the machine.
     * @param taskNames by the class of a task.
     * @return to be told of it; before the next is begun.
     */
    public SimulationListener policy(final String policy, final int nrCpus, final List<String> taskNames)
    {
        final int process = ++nrPolicies;
        name("process_name", process, 0, policy);
        for (int cpu = 0; cpu < nrCpus; cpu++)
        {
            name("thread_name", process, cpu + 1, "CPU " + cpu);
        }
        return new Timeline(process, nrCpus, taskNames);
    }

    /** One process of the trace. */
    private final class Timeline implements SimulationListener
    {
        private final int process;
        private final List<String> taskNames;
        private final Int2ObjectHashMap<String> names = new Int2ObjectHashMap<>();
        private final Int2IntHashMap waiting = new Int2IntHashMap(NOBODY);
        private final int[] pids;
        private final long[] startsNs;
        private final long[] waitsNs;

        private Timeline(final int process, final int nrCpus, final List<String> taskNames)
        {
            this.process = process;
            this.taskNames = taskNames;
            pids = new int[nrCpus];
            startsNs = new long[nrCpus];
            waitsNs = new long[nrCpus];
        }

        @Override
        public void onTask(final long timeNs, final int pid, final int taskClass)
        {
            names.put(pid, taskNames.get(taskClass));
        }

        @Override
        public void onEnqueue(final long timeNs, final int pid, final int cpu)
        {
            if (NOBODY == waiting.put(pid, 1))
            {
                writeWaiting(timeNs);
            }
        }

        @Override
        public void onRun(final long timeNs, final int pid, final int cpu, final long waitNs)
        {
            if (NOBODY != waiting.remove(pid))
            {
                writeWaiting(timeNs);
            }
            pids[cpu] = pid;
            startsNs[cpu] = timeNs;
            waitsNs[cpu] = waitNs;
        }

        @Override
        public void onStop(final long timeNs, final int pid, final int cpu, final int reason)
        {
            if (startsNs[cpu] < endNs && null == failure)
            {
                writeRun(cpu, timeNs, STOPS[reason]);
            }
        }

        private void writeRun(final int cpu, final long endNs, final String how)
        {
            try
            {
                begin("X", names.get(pids[cpu]), process, startsNs[cpu]);
                json.writeNumberField("tid", cpu + 1);
                json.writeNumberField("dur", (endNs - startsNs[cpu]) / NS_PER_US);
                json.writeObjectFieldStart("args");
                json.writeNumberField("pid", pids[cpu]);
                json.writeNumberField("waited_us", waitsNs[cpu] / NS_PER_US);
                json.writeStringField("end", how);
                json.writeEndObject();
                json.writeEndObject();
            }
            catch (final IOException ex)
            {
                failure = ex; // told at the end: a listener must not throw
            }
        }

        private void writeWaiting(final long timeNs)
        {
            if (timeNs >= endNs || null != failure)
            {
                return;
            }
            try
            {
                begin("C", "waiting", process, timeNs);
                json.writeObjectFieldStart("args");
                json.writeNumberField("tasks", waiting.size());
                json.writeEndObject();
                json.writeEndObject();
            }
            catch (final IOException ex)
            {
                failure = ex; // told at the end: a listener must not throw
            }
        }
    }

    private void begin(final String phase, final String name, final int process, final long timeNs) throws IOException
    {
        json.writeStartObject();
        json.writeStringField("ph", phase);
        json.writeStringField("name", name);
        json.writeNumberField("pid", process);
        json.writeNumberField("ts", timeNs / NS_PER_US);
    }

    private void name(final String what, final int process, final int track, final String name)
    {
        try
        {
            json.writeStartObject();
            json.writeStringField("ph", "M");
            json.writeStringField("name", what);
            json.writeNumberField("pid", process);
            json.writeNumberField("tid", track);
            json.writeObjectFieldStart("args");
            json.writeStringField("name", name);
            json.writeEndObject();
            json.writeEndObject();
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
    }

    /**
     * Ends the trace; who still runs is left out.
     *
     * @throws UncheckedIOException if anything of it could not be written.
     */
    @Override
    public void close()
    {
        try
        {
            if (null != failure)
            {
                throw failure;
            }
            json.writeEndArray();
            json.writeEndObject();
            json.close();
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
    }
}
