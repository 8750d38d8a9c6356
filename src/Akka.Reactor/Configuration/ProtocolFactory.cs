using System;
using System.Diagnostics.CodeAnalysis;
using System.Linq;
using System.Reflection;
using Akka.Actor;
using Akka.Configuration;

namespace Akka.Reactor.Configuration;

/// <summary>Makes Props from the type names of the configuration.</summary>
internal static class ProtocolFactory
{
    private const DynamicallyAccessedMemberTypes Needed =
        DynamicallyAccessedMemberTypes.PublicConstructors
        | DynamicallyAccessedMemberTypes.PublicMethods
        | DynamicallyAccessedMemberTypes.NonPublicMethods;

    /// <summary>Props of an actor type: see <see cref="IConfiguredProtocol"/>.</summary>
    internal static Props FromType(
        string typeName,
        Config options,
        string optionsPath,
        ActorSystem system,
        Func<string, Exception> error
    )
    {
        Type type = FindType(typeName, typeof(ActorBase), error);
        if (typeof(IConfiguredProtocol).IsAssignableFrom(type))
        {
            // The map knows it too where a base class has it, or it is there for the interface only.
            MethodInfo fromConfig = type.GetInterfaceMap(typeof(IConfiguredProtocol)).TargetMethods.Single();
            Props props = fromConfig.CreateDelegate<Func<Config, string, ActorSystem, Props>>()(
                options,
                optionsPath,
                system
            );
            return fromConfig.DeclaringType == type || type.IsAssignableFrom(props.Type)
                ? props
                : throw error(
                    $"names {type.FullName}, of which {fromConfig.DeclaringType} makes a {props.Type}; it must have a FromConfig of its own"
                );
        }

        ConstructorInfo[] constructors = type.GetConstructors();
        if (constructors.Any(Takes(typeof(Config))))
        {
            return Props.Create(type, options);
        }

        if (!constructors.Any(Takes()))
        {
            throw error($"names {type.FullName}, which has no public constructor without arguments or with one Config");
        }

        return HasKeys(options)
            ? throw new ReactorConfigurationException(
                optionsPath,
                $"is given, but {type.FullName} takes no options; it must have a public constructor with one Config, or be an {nameof(IConfiguredProtocol)}"
            )
            : Props.Create(type);
    }

    private static bool HasKeys(Config options) => !options.IsEmpty && options.Root.GetObject().Items.Count > 0;

    [UnconditionalSuppressMessage(
        "Trimming",
        "IL2057:UnrecognizedReflectionPattern",
        Justification = "The name comes from configuration; whoever trims keeps the types they configure."
    )]
    [UnconditionalSuppressMessage(
        "Trimming",
        "IL2073:DynamicallyAccessedMembers",
        Justification = "The name comes from configuration; whoever trims keeps the types they configure."
    )]
    [return: DynamicallyAccessedMembers(Needed)]
    internal static Type FindType(string typeName, Type baseType, Func<string, Exception> error)
    {
        Type? type = Type.GetType(typeName, throwOnError: false);
        if (type is null)
        {
            throw error($"names {typeName}, which is not found; it must be \"Namespace.Type, Assembly\"");
        }

        return baseType.IsAssignableFrom(type) && !type.IsAbstract
            ? type
            : throw error($"names {type.FullName}, which is not a concrete {baseType.Name}");
    }

    private static Func<ConstructorInfo, bool> Takes(params Type[] parameters) =>
        constructor =>
            constructor.GetParameters().Select(parameter => parameter.ParameterType).SequenceEqual(parameters);
}
