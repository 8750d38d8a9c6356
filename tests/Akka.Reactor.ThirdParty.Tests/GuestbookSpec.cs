using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Configuration;
using Akka.Reactor.ThirdParty.Tests.Guestbook;
using Xunit;

namespace Akka.Reactor.ThirdParty.Tests;

/// <summary>The guestbook on real sockets: both systems are made of HOCON alone.</summary>
public sealed class GuestbookSpec : IAsyncLifetime
{
    private const string Assembly = "Akka.Reactor.ThirdParty.Tests";
    private const string Types = $"{Assembly}.Guestbook";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly List<ActorSystem> _systems = [];

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => Task.WhenAll(_systems.Select(system => system.Terminate().WaitAsync(Patience)));

    [Fact]
    public async Task A_guest_enters_through_layers_of_its_own_and_finds_the_host_by_a_resolver_of_its_own()
    {
        int port = await Open("greeting = Hello");
        IActorRef guest = await Visit(port, "letmein");
        Assert.Equal(new Entered("Alice", 1), await Enter(guest, "Alice"));
        Assert.Equal(new Entered("Bob", 2), await Enter(guest, "Bob"));
    }

    [Fact]
    public async Task A_guest_enters_again_what_a_lost_connection_has_not_answered()
    {
        int port = await Open("max-entries = 1");
        IActorRef guest = await Visit(port, "letmein");
        Task<Entered>[] entered = [Enter(guest, "Alice"), Enter(guest, "Bob"), Enter(guest, "Carol")];
        Assert.All(await Task.WhenAll(entered), entry => Assert.Equal(1, entry.Number));
    }

    [Fact]
    public async Task Another_ticket_is_refused_with_a_type_that_says_so()
    {
        int port = await Open("");
        ActorSystem system = Create(Client(port, "forged"));
        ClientStarted started = Assert.Single(await system.Reactor().ClientsStarted.WaitAsync(Patience));
        ClientStatus status;
        do
        {
            status = await started.Client.Ask<ClientStatus>(new GetStatus(), Patience);
        } while (status.LastFailure is null);

        Assert.True(status.LastFailure is PeerViolationException or ConnectionResetException, status.ToString());
    }

    [Theory]
    [InlineData(
        "listeners.x { bind = \"tcp://127.0.0.1:0\", protocol = \"HOST\", options { max-entries = 0 } }",
        "akka.reactor.listeners.x.options.max-entries: is 0; it must be a whole number from 1 to 2147483647"
    )]
    [InlineData(
        "listeners.x { bind = \"tcp://127.0.0.1:0\", protocol = \"HOST\", options { greetings = Hi } }",
        "akka.reactor.listeners.x.options.greetings: is not a setting; the known settings are greeting, max-entries"
    )]
    [InlineData(
        "listeners.x { bind = \"tcp://127.0.0.1:0\", protocol = \"GUEST\", options { name = Alice } }",
        "akka.reactor.listeners.x.options: is given, but Akka.Reactor.ThirdParty.Tests.Guestbook.Guest takes no options"
    )]
    [InlineData(
        "layers.ticket { type = \"TICKET\" }",
        "akka.reactor.layers.ticket.options.ticket: is missing; it must be a text"
    )]
    [InlineData(
        "layers.ticket { type = \"TICKET\", options { ticket = a, timeout = 5 } }",
        "akka.reactor.layers.ticket.options.timeout: is 5; it must be a duration"
    )]
    [InlineData(
        "layers.rot13 { type = \"ROT13\", options { by = 13 } }",
        "akka.reactor.layers.rot13.options: is given, but Akka.Reactor.ThirdParty.Tests.Guestbook.Rot13 takes no options"
    )]
    [InlineData(
        "layers.rot13 { type = \"ROT13\", by = 13 }",
        "akka.reactor.layers.rot13.by: is not a setting; the known settings are options, type"
    )]
    [InlineData(
        "layers.host = \"HOST\"",
        "akka.reactor.layers.host: names Akka.Reactor.ThirdParty.Tests.Guestbook.Host, which is not a concrete LayerActor"
    )]
    [InlineData(
        "client.name-resolver { type = \"RESOLVER\", options { hosts { \"a.test\" = nowhere } } }",
        "akka.reactor.client.name-resolver.options.hosts.a.test: is nowhere; it must be an IP address, or a list of them"
    )]
    [InlineData(
        "client.name-resolver { type = \"RESOLVER\", options { names { } } }",
        "akka.reactor.client.name-resolver.options.names: is not a setting; the known settings are hosts"
    )]
    public void A_wrong_option_is_an_error_at_start_that_names_path_value_and_what_is_allowed(
        string settings,
        string expected
    )
    {
        ActorSystem system = Create($"akka.reactor {{ {Named(settings)} }}", starts: false);
        ReactorConfigurationException failure = Assert.Throws<ReactorConfigurationException>(() => system.Reactor());
        Assert.StartsWith(expected, failure.Message, StringComparison.Ordinal);
    }

    private static Task<Entered> Enter(IActorRef guest, string text) => guest.Ask<Entered>(new Enter(text), Patience);

    private async Task<int> Open(string options)
    {
        ActorSystem system = Create(
            $$"""
            akka.reactor {
              layers {
                ticket { type = "TICKET", options { ticket = letmein } }
                rot13 = "ROT13"
              }
              listeners.guestbook {
                bind = "tcp://127.0.0.1:0"
                layers = ["ticket", "rot13"]
                protocol = "HOST"
                options { {{options}} }
              }
            }
            """
        );
        return Assert.Single(await system.Reactor().Started.WaitAsync(Patience)).Port;
    }

    private async Task<IActorRef> Visit(int port, string ticket)
    {
        ActorSystem system = Create(Client(port, ticket));
        return Assert.Single(await system.Reactor().ClientsStarted.WaitAsync(Patience)).Protocol;
    }

    private static string Client(int port, string ticket) =>
        $$"""
            akka.reactor {
              layers {
                ticket { type = "TICKET", options { ticket = {{ticket}}, timeout = 10s } }
                rot13 = "ROT13"
              }
              clients.guest {
                connect = "tcp://guestbook.test:{{port}}"
                name-resolver { type = "RESOLVER", options { hosts { "guestbook.test" = "127.0.0.1" } } }
                layers = ["ticket", "rot13"]
                protocol = "GUEST"
                reconnect { min-backoff = 20ms, max-backoff = 20ms }
              }
            }
            """;

    private static string Named(string hocon) =>
        hocon
            .Replace("\"HOST\"", $"\"{Types}.Host, {Assembly}\"", StringComparison.Ordinal)
            .Replace("\"GUEST\"", $"\"{Types}.Guest, {Assembly}\"", StringComparison.Ordinal)
            .Replace("\"TICKET\"", $"\"{Types}.Ticket, {Assembly}\"", StringComparison.Ordinal)
            .Replace("\"ROT13\"", $"\"{Types}.Rot13, {Assembly}\"", StringComparison.Ordinal)
            .Replace("\"RESOLVER\"", $"\"{Types}.HostsResolver, {Assembly}\"", StringComparison.Ordinal);

    private ActorSystem Create(string hocon, bool starts = true)
    {
        string extensions = starts
            ? "akka.extensions = [\"Akka.Reactor.ReactorExtensionProvider, Akka.Reactor\"]\n"
            : "";
        ActorSystem system = ActorSystem.Create(
            $"guestbook-{_systems.Count}",
            ConfigurationFactory.ParseString(extensions + Named(hocon))
        );
        _systems.Add(system);
        return system;
    }
}
