using System;
using System.Diagnostics.CodeAnalysis;
using System.Linq;
using System.Reflection;
using Akka.Actor;
using Akka.DependencyInjection;
using Microsoft.Extensions.DependencyInjection;

namespace Akka.Reactor.Hosting;

/// <summary>Creates the Props of protocols whose constructors take services of the host.</summary>
internal static class InjectedProtocol
{
    /// <summary>Returns the Props of a protocol. Each instance has a scope of its own in the container.</summary>
    /// <exception cref="InvalidOperationException">No public constructor can be called: a service is not registered.</exception>
    internal static Props Props(
        ActorSystem system,
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] Type protocol
    )
    {
        DependencyResolver resolver = DependencyResolver.For(system);
        RequireServices(protocol, resolver);
        return resolver.Resolver.Props(protocol);
    }

    // Without this check the failure would come with the first connection.
    private static void RequireServices(
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] Type protocol,
        DependencyResolver resolver
    )
    {
        if (resolver.Resolver.GetService<IServiceProviderIsService>() is not { } known)
        {
            return;
        }

        ConstructorInfo[] constructors = protocol.GetConstructors();
        if (constructors.Length == 0)
        {
            throw new InvalidOperationException("it has no public constructor");
        }

        Type?[] missing = [.. constructors.Select(constructor => FirstMissing(constructor, known))];
        if (missing.All(type => type is not null))
        {
            throw new InvalidOperationException(
                $"its constructor needs {missing[0]}, which is not a service of the host"
            );
        }
    }

    private static Type? FirstMissing(ConstructorInfo constructor, IServiceProviderIsService known) =>
        constructor
            .GetParameters()
            .Where(parameter => !parameter.HasDefaultValue && !known.IsService(parameter.ParameterType))
            .Select(parameter => parameter.ParameterType)
            .FirstOrDefault();
}
