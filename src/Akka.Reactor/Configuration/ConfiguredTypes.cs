using System;
using System.Diagnostics.CodeAnalysis;
using System.Linq;
using System.Reflection;
using Akka.Actor;

namespace Akka.Reactor.Configuration;

/// <summary>
/// Creates objects of types that the configuration names: <c>key = "Namespace.Type, Assembly"</c> with <c>options</c> beside
/// it, or <c>key { type = "Namespace.Type, Assembly", options { ... } }</c>. See <see cref="IConfigured{T}"/>.
/// </summary>
internal static class ConfiguredTypes
{
    private const DynamicallyAccessedMemberTypes Needed =
        DynamicallyAccessedMemberTypes.PublicConstructors
        | DynamicallyAccessedMemberTypes.PublicMethods
        | DynamicallyAccessedMemberTypes.NonPublicMethods;

    private delegate T Factory<out T>(SettingsReader options, ActorSystem system);

    /// <summary>Returns the Props of the protocol of a listener or client.</summary>
    internal static Props Protocol(SettingsReader reader, ActorSystem system)
    {
        TypeName named = new(reader, "protocol", reader.Section("options"));
        Type type = named.Find(typeof(ActorBase));
        if (FactoryOf<Props>(type) is { } factory)
        {
            Props props = factory(named.Options, system);
            Type? declaring = factory.Method.DeclaringType;
            return declaring == type || type.IsAssignableFrom(props.Type)
                ? props
                : throw named.Error(
                    $"names {type.FullName}, for which {declaring} creates a {props.Type}; the type must have its own {nameof(IConfigured<>.FromConfiguration)}"
                );
        }

        if (system.Settings.Setup.Get<ProtocolSetup>() is not { HasValue: true, Value: var setup })
        {
            named.RequireConstructor(type);
            return Props.Create(type);
        }

        named.RequireNoOptions(type);
        try
        {
            return setup.Props(system, type);
        }
        catch (Exception fault) when (fault is not ReactorConfigurationException)
        {
            throw named.Error($"names {type.FullName}, which cannot be created: {fault.Message}", fault);
        }
    }

    /// <summary>Returns a layer of <c>akka.reactor.layers</c>, with the name that it has there.</summary>
    internal static Layer Layer(SettingsReader reader, string name, ActorSystem system)
    {
        TypeName named = TypeName.Read(reader, name);
        Type type = named.Find(typeof(LayerActor));
        if (FactoryOf<Layer>(type) is { } factory)
        {
            return factory(named.Options, system) with { Name = name };
        }

        named.RequireConstructor(type, typeof(IActorRef));
        return new Layer(name, lower => Props.Create(type, lower));
    }

    /// <summary>Returns a resolver that is not the system's.</summary>
    internal static INameResolver Resolver(SettingsReader reader, string key, string or, ActorSystem system)
    {
        TypeName named = TypeName.Read(reader, key) with { Or = or };
        Type type = named.Find(typeof(INameResolver));
        if (FactoryOf<INameResolver>(type) is { } factory)
        {
            return factory(named.Options, system);
        }

        named.RequireConstructor(type);
        try
        {
            return (INameResolver)Activator.CreateInstance(type)!;
        }
        catch (TargetInvocationException failure)
        {
            throw named.Error(
                $"names {type.FullName}, which could not be created: {failure.InnerException!.Message}",
                failure.InnerException
            );
        }
    }

    // The interface map also finds a method of a base class, and an explicit implementation of the interface.
    private static Factory<T>? FactoryOf<T>([DynamicallyAccessedMembers(Needed)] Type type) =>
        typeof(IConfigured<T>).IsAssignableFrom(type)
            ? type.GetInterfaceMap(typeof(IConfigured<T>)).TargetMethods.Single().CreateDelegate<Factory<T>>()
            : null;

    /// <summary>The name of a type as it is written, with its options.</summary>
    /// <param name="Reader">The block that contains the name.</param>
    /// <param name="Key">The key, for errors.</param>
    /// <param name="Options">The options of the type.</param>
    private sealed record TypeName(SettingsReader Reader, string Key, SettingsReader Options)
    {
        /// <summary>The other values that are allowed, for errors.</summary>
        internal string Or { get; init; } = "";

        /// <summary>Reads a name that is a text, or a block that contains the text and the options.</summary>
        internal static TypeName Read(SettingsReader reader, string key)
        {
            if (!reader.IsBlock(key))
            {
                return new TypeName(reader, key, SettingsReader.Empty($"{reader.Path}.{key}.options"));
            }

            SettingsReader block = reader.Section(key);
            return new TypeName(block, "type", block.Section("options"));
        }

        [UnconditionalSuppressMessage(
            "Trimming",
            "IL2057:UnrecognizedReflectionPattern",
            Justification = "The name comes from configuration; an application that is trimmed keeps the types that it configures."
        )]
        [UnconditionalSuppressMessage(
            "Trimming",
            "IL2073:DynamicallyAccessedMembers",
            Justification = "The name comes from configuration; an application that is trimmed keeps the types that it configures."
        )]
        [return: DynamicallyAccessedMembers(Needed)]
        internal Type Find(Type baseType)
        {
            string name = Reader.RequiredText(Key);
            Type type =
                Type.GetType(name, throwOnError: false)
                ?? throw Error($"names {name}, which is not found; it must be \"Namespace.Type, Assembly\"");
            return baseType.IsAssignableFrom(type) && !type.IsAbstract
                ? type
                : throw Error($"names {type.FullName}, which is not a concrete {baseType.Name}");
        }

        /// <summary>
        /// Checks a type that is not an <see cref="IConfigured{T}"/>: it must have this constructor, and gets no options.
        /// </summary>
        internal void RequireConstructor(
            [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] Type type,
            params Type[] parameters
        )
        {
            if (type.GetConstructor(parameters) is null)
            {
                throw Error(
                    $"names {type.FullName}, which has no public constructor "
                        + (parameters.Length == 0 ? "without arguments" : $"with one {parameters[0].Name} argument")
                );
            }

            RequireNoOptions(type);
        }

        /// <summary>Checks a type that is not an <see cref="IConfigured{T}"/>: it gets no options.</summary>
        internal void RequireNoOptions(Type type)
        {
            if (Options.Keys.Count > 0)
            {
                throw new ReactorConfigurationException(
                    Options.Path,
                    $"is given, but {type.FullName} takes no options; a type with options must be an IConfigured<T>"
                );
            }
        }

        internal ReactorConfigurationException Error(string problem, Exception? cause = null) =>
            Reader.Error(Key, problem + Or, cause);
    }
}
