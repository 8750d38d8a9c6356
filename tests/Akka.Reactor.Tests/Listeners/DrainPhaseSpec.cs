using System;
using System.Buffers;
using System.Collections.Generic;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Reactor.Tests.Listeners;

/// <summary>A drain-timeout for which its phase of the coordinated shutdown is too short is a warning at start.</summary>
public sealed class DrainPhaseSpec(ITestOutputHelper output)
    : Akka.TestKit.Xunit2.TestKit("akka.reactor.selectors = 1", "phase", output)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData("akka.reactor.listener.drain-timeout = 10s", "akka.reactor.listener.drain-timeout is 10 s")]
    [InlineData("akka.reactor.listener.drain-timeout = infinite", "akka.reactor.listener.drain-timeout is infinite")]
    [InlineData(
        """
            akka.reactor.listener.drain-timeout = 1s
            akka.reactor.listeners.web.drain-timeout = 7s
            """,
        "akka.reactor.listeners.web.drain-timeout is 7 s"
    )]
    public async Task It_names_both_settings_and_both_values(string settings, string problem)
    {
        string[] warnings = await Warnings(settings);
        Assert.StartsWith(
            $"{problem}, but akka.coordinated-shutdown.phases.service-unbind.timeout is 5 s: ",
            Assert.Single(warnings),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("")]
    [InlineData("akka.coordinated-shutdown.phases.service-unbind.timeout = 15s")]
    [InlineData("akka.coordinated-shutdown.default-phase-timeout = 13s")]
    [InlineData("akka.reactor.listener.drain-timeout = 4s")]
    public async Task With_a_phase_that_is_long_enough_there_is_none(string settings) =>
        Assert.Empty(await Warnings(settings));

    [Fact]
    public async Task For_a_listener_of_the_program_it_names_the_option()
    {
        ListenerOptions options = Sys.Reactor().ListenerDefaults with
        {
            Name = "own",
            DrainTimeout = TimeSpan.FromMinutes(1),
        };
        await EventFilter
            .Warning(start: "DrainTimeout of the listener own is 60 s, but akka.coordinated-shutdown.phases.")
            .ExpectOneAsync(Patience, () => Sys.Reactor().Bind("tcp://127.0.0.1:0", Props.Create<Nothing>(), options));
    }

    private static async Task<string[]> Warnings(string settings)
    {
        Config config = ConfigurationFactory.ParseString(
            $$"""
            akka { loglevel = WARNING, stdout-loglevel = OFF }
            akka.reactor {
              selectors = 1
              listeners.web { bind = "tcp://127.0.0.1:0", protocol = "{{typeof(Nothing).AssemblyQualifiedName}}" }
              listeners.other { bind = "tcp://127.0.0.1:0", protocol = "{{typeof(Nothing).AssemblyQualifiedName}}" }
            }
            {{settings}}
            """
        );
        ActorSystem system = ActorSystem.Create("configured", config);
        IActorRef collector = system.ActorOf(Props.Create<Collector>());
        system.EventStream.Subscribe(collector, typeof(Warning));
        await system.Reactor().Started.WaitAsync(Patience);
        string[] warnings = await collector.Ask<string[]>("all", Patience);
        await system.Terminate().WaitAsync(Patience);
        return warnings;
    }

    private sealed class Nothing : ProtocolActor
    {
        protected override long OnReceived(ReadOnlySequence<byte> data) => data.Length;
    }

    private sealed class Collector : UntypedActor
    {
        private readonly List<string> _warnings = [];

        protected override void OnReceive(object message)
        {
            if (message is Warning warning)
            {
                _warnings.Add(warning.Message.ToString()!);
            }
            else
            {
                Sender.Tell(_warnings.ToArray());
            }
        }
    }
}
