using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Configuration;
using Akka.Hosting;
using Microsoft.Extensions.Configuration;

namespace Akka.Reactor.Hosting;

/// <summary>
/// Collects the settings, listeners and clients of an actor system's network; see
/// <see cref="ReactorHostingExtensions.WithReactor"/>. Used while the host is built, on one thread.
/// </summary>
public sealed class ReactorHostingBuilder
{
    private const string Path = "akka.reactor";
    private readonly List<Func<ReactorExtension, ActorSystem, IActorRegistry, Task>> _starts = [];

    internal ReactorHostingBuilder() { }

    internal List<Config> AllSettings { get; } = [];

    /// <summary>
    /// Adds settings of the host's configuration, such as a section of appsettings.json. The keys are those of <c>akka.reactor</c>, with the
    /// same names, and are checked like these: <c>{ "listeners": { "echo": { "bind": "tcp://127.0.0.1:7000" } } }</c>. They win over
    /// HOCON; later settings win over earlier ones.
    /// </summary>
    /// <param name="section">The section. Its keys are those below <c>akka.reactor</c>.</param>
    /// <returns>This builder.</returns>
    public ReactorHostingBuilder Settings(IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(section);
        AllSettings.Add(HostSettings.Below(section, Path));
        return this;
    }

    /// <summary>Adds settings in HOCON. They win over other HOCON; later settings win over earlier ones.</summary>
    /// <param name="hocon">The settings. The keys are those below <c>akka.reactor</c>.</param>
    /// <returns>This builder.</returns>
    public ReactorHostingBuilder Settings(Config hocon)
    {
        ArgumentNullException.ThrowIfNull(hocon);
        AllSettings.Add(hocon.MoveTo(Path));
        return this;
    }

    /// <summary>
    /// Adds a listener. <see cref="ActorRegistry"/> has its actor under <see cref="ListenerOf{TProtocol}"/>, for the first one of a
    /// protocol.
    /// </summary>
    /// <typeparam name="TProtocol">The protocol, created for each connection by the host's container.</typeparam>
    /// <param name="name">The name of the listener.</param>
    /// <param name="endPoint"><c>tcp://HOST:PORT</c>, <c>tls://HOST:PORT</c> or <c>unix:/PATH</c>.</param>
    /// <param name="options">
    /// Returns the options, made from the defaults of the configuration. Null: these defaults.
    /// </param>
    /// <returns>This builder.</returns>
    public ReactorHostingBuilder Listener<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TProtocol
    >(string name, string endPoint, Func<ListenerOptions, ListenerOptions>? options = null)
        where TProtocol : ActorBase
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(endPoint);
        _starts.Add(
            async (reactor, system, registry) =>
            {
                ListenerOptions own = options?.Invoke(reactor.ListenerDefaults) ?? reactor.ListenerDefaults;
                Props protocol = InjectedProtocol.Props(system, typeof(TProtocol));
                Bound bound = await reactor.Bind(endPoint, protocol, own with { Name = name });
                registry.TryRegister<ListenerOf<TProtocol>>(bound.Listener);
            }
        );
        return this;
    }

    /// <summary>
    /// Adds a client. <see cref="ActorRegistry"/> has its protocol, which lives as long as the client, under
    /// <typeparamref name="TProtocol"/>, and the client's own actor under <see cref="ClientOf{TProtocol}"/>, for the first one of a
    /// protocol.
    /// </summary>
    /// <typeparam name="TProtocol">The protocol, created by the host's container.</typeparam>
    /// <param name="name">The name of the client.</param>
    /// <param name="endPoints">At least one of <c>tcp://HOST:PORT</c>, <c>tls://HOST:PORT</c> or <c>unix:/PATH</c>.</param>
    /// <param name="options">
    /// Returns the options, made from those that have only the end points and the protocol. Null: the defaults of the configuration.
    /// </param>
    /// <returns>This builder.</returns>
    public ReactorHostingBuilder Client<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TProtocol
    >(string name, IReadOnlyList<string> endPoints, Func<ClientOptions, ClientOptions>? options = null)
        where TProtocol : ProtocolActor
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(endPoints);
        _starts.Add(
            async (reactor, system, registry) =>
            {
                ClientOptions own = new(endPoints, InjectedProtocol.Props(system, typeof(TProtocol)));
                own = (options?.Invoke(own) ?? own) with { Name = name };
                ClientStarted started = await reactor.StartClient(own);
                registry.TryRegister<TProtocol>(started.Protocol);
                registry.TryRegister<ClientOf<TProtocol>>(started.Client);
            }
        );
        return this;
    }

    internal async Task Start(ActorSystem system, IActorRegistry registry)
    {
        ReactorExtension reactor = system.Reactor();
        await reactor.Started;
        await reactor.ClientsStarted;
        foreach (Func<ReactorExtension, ActorSystem, IActorRegistry, Task> start in _starts)
        {
            await start(reactor, system, registry);
        }
    }
}

/// <summary>The key of a listener's actor in <see cref="ActorRegistry"/>.</summary>
/// <typeparam name="TProtocol">The protocol of the listener's connections.</typeparam>
public sealed class ListenerOf<TProtocol>
    where TProtocol : ActorBase
{
    private ListenerOf() { }
}

/// <summary>The key of a client's actor in <see cref="ActorRegistry"/>.</summary>
/// <typeparam name="TProtocol">The client's protocol.</typeparam>
public sealed class ClientOf<TProtocol>
    where TProtocol : ProtocolActor
{
    private ClientOf() { }
}
