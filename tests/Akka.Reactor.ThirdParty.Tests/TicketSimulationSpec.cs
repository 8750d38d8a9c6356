using System;
using System.Net;
using System.Text;
using Akka.Actor;
using Akka.Reactor.ThirdParty.Tests.Guestbook;
using Xunit;

namespace Akka.Reactor.ThirdParty.Tests;

/// <summary>The ticket on a simulated network, as the guide recommends to its readers.</summary>
public sealed class TicketSimulationSpec
{
    private const string Server = "10.0.0.1";
    private const string Visitor = "10.0.0.2";

    [Theory]
    [InlineData("letmein\nAlice\r\n")]
    public void The_ticket_and_the_first_line_may_be_cut_anywhere(string text)
    {
        for (int cut = 1; cut <= text.Length; cut++)
        {
            using Simulation simulation = new(seed: cut);
            SimulatedPeer peer = simulation.Connect(Visitor, Open(simulation));
            simulation.RunUntil(() => peer.Connected, TimeSpan.FromSeconds(1));
            peer.Send(text, cut, TimeSpan.FromMilliseconds(1));
            simulation.RunUntil(() => peer.ReceivedText.EndsWith("1\r\n", StringComparison.Ordinal), Soon);
            Assert.Equal("letmein\nWelcome\r\n1\r\n", peer.ReceivedText);
        }
    }

    [Fact]
    public void A_visitor_without_a_ticket_is_closed_when_its_time_is_over()
    {
        using Simulation simulation = new(seed: 1);
        SimulatedPeer peer = simulation.Connect(Visitor, Open(simulation));
        simulation.Run(TimeSpan.FromSeconds(4.9));
        Assert.False(peer.OtherFinished || peer.WasReset);
        simulation.Run(TimeSpan.FromSeconds(0.2));
        Assert.True(peer.OtherFinished || peer.WasReset);
        Assert.Equal("letmein\n", Encoding.ASCII.GetString(peer.Received.Span));
    }

    private static TimeSpan Soon => TimeSpan.FromSeconds(1);

    private static IPEndPoint Open(Simulation simulation)
    {
        ActorSystem system = simulation.CreateSystem("server", Server);
        Layer ticket = new("ticket", lower => Props.Create<Ticket>(lower, "letmein", TimeSpan.FromSeconds(5)));
        Bound bound = simulation.Bind(
            system,
            $"tcp://{Server}:7000",
            Props.Create<Host>("Welcome", 10),
            system.Reactor().ListenerDefaults with
            {
                Layers = [ticket],
            }
        );
        return (IPEndPoint)bound.LocalEndPoint;
    }
}
