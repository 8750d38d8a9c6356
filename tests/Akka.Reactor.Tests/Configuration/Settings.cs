using System;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Configuration;
using Akka.Reactor.Configuration;
using Xunit;

namespace Akka.Reactor.Tests.Configuration;

/// <summary>Reads settings as a starting system does.</summary>
internal static class Settings
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    internal static Config Reference =>
        ConfigurationFactory.FromResource("Akka.Reactor.reference.conf", typeof(ReactorExtension).Assembly);

    internal static async Task<string> Failure(string hocon) =>
        (await Assert.ThrowsAsync<ReactorConfigurationException>(() => Read(hocon))).Message;

    internal static async Task<ReactorOptions> Read(string hocon)
    {
        ActorSystem system = ActorSystem.Create("settings", ConfigurationFactory.ParseString(hocon));
        try
        {
            system.Settings.InjectTopLevelFallback(Reference);
            return ReactorOptions.Read(system);
        }
        finally
        {
            await system.Terminate().WaitAsync(Patience);
        }
    }

    internal static string Name<T>() => Name(typeof(T));

    /// <summary>A type as configuration names it.</summary>
    internal static string Name(Type type) => $"{type.FullName}, {type.Assembly.GetName().Name}";
}

/// <summary>A protocol that takes no options.</summary>
public sealed class Plain : UntypedActor
{
    protected override void OnReceive(object message) => Unhandled(message);
}
