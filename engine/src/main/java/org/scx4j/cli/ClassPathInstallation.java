// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import org.scx4j.exceptions.SchedulerException;
import org.scx4j.jni.Errno;
import org.scx4j.jni.LibBpf;
import org.scx4j.jni.NativeLibrary;
import org.scx4j.transport.SchedExtTransport;

/**
 * The parts that this JVM finds in its class path.
 * <p>
 * Thread safety: stateless.
 */
final class ClassPathInstallation implements Installation
{
    @Override
    public SchedulerException libraryFault()
    {
        return NativeLibrary.unavailabilityCause();
    }

    @Override
    public boolean hasObject()
    {
        return null != SchedExtTransport.class.getClassLoader().getResource(SchedExtTransport.OBJECT_RESOURCE);
    }

    @Override
    public boolean kernelHasFunction(final String name)
    {
        return LibBpf.kernelHasFunction(name);
    }

    @Override
    public boolean kernelFunctionEndsWith(final String name, final String struct)
    {
        return LibBpf.kernelFunctionEndsWith(name, struct);
    }

    @Override
    public boolean kernelHasEnumValue(final String enumName, final String valueName)
    {
        return -Errno.ENOENT != LibBpf.kernelEnumValue(enumName, valueName);
    }
}
