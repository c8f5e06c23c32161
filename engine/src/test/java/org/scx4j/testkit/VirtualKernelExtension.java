// SPDX-License-Identifier: Apache-2.0
package org.scx4j.testkit;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives a {@link VirtualKernel} to each test that has a parameter of this type, and verifies and closes it after the
 * test: {@code @ExtendWith(VirtualKernelExtension.class)}.
 */
public final class VirtualKernelExtension implements ParameterResolver, AfterTestExecutionCallback
{
    private static final Namespace NAMESPACE = Namespace.create(VirtualKernelExtension.class);
    private static final int NR_CPUS_DEFAULT = 4;

    /** Made by JUnit. */
    public VirtualKernelExtension()
    {
    }

    /** The kernels of one test; JUnit closes them with the test. */
    private static final class Kernels implements AutoCloseable
    {
        private final List<VirtualKernel> kernels = new ArrayList<>();

        @Override
        public void close()
        {
            kernels.forEach(VirtualKernel::close);
        }
    }

    @Override
    public boolean supportsParameter(final ParameterContext parameter, final ExtensionContext context)
    {
        return VirtualKernel.class == parameter.getParameter().getType();
    }

    @Override
    public VirtualKernel resolveParameter(final ParameterContext parameter, final ExtensionContext context)
    {
        final int nrCpus = parameter.findAnnotation(Cpus.class).map(Cpus::value).orElse(NR_CPUS_DEFAULT);
        final VirtualKernel kernel = new VirtualKernel(nrCpus);
        kernels(context).add(kernel);
        return kernel;
    }

    @Override
    public void afterTestExecution(final ExtensionContext context)
    {
        if (context.getExecutionException().isEmpty())
        {
            kernels(context).forEach(VirtualKernel::verify);
        }
    }

    private static List<VirtualKernel> kernels(final ExtensionContext context)
    {
        return context.getStore(NAMESPACE)
            .computeIfAbsent(Kernels.class, (key) -> new Kernels(), Kernels.class).kernels;
    }
}
