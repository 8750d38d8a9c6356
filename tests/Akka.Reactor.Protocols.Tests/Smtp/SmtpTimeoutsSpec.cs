using System;
using System.Linq;
using Akka.Actor;
using Xunit;

namespace Akka.Reactor.Protocols.Tests;

/// <summary>Slow senders on the simulated network, with the timeouts of production.</summary>
public sealed class SmtpTimeoutsSpec
{
    private const string TimedOut = "421 4.4.2 mx.test: Timed out waiting for your input\r\n";
    private const string Envelope = "EHLO t\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\nDATA\r\n";

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    // Files are not the simulation's: its time would pass while they are written.
    private static readonly SmtpOptions Options = new() { HostName = "mx.test", SpoolThreshold = int.MaxValue };

    [Fact]
    public void A_command_that_comes_an_octet_a_second_is_given_up_after_a_minute()
    {
        using Simulation simulation = new(seed: 1);
        SimulatedPeer peer = Open(simulation);
        peer.Send("NOOP " + new string('x', 400), cut: 1, Second);
        simulation.Run(59 * Second);
        Assert.EndsWith("220 mx.test ESMTP ready\r\n", peer.ReceivedText, StringComparison.Ordinal);
        simulation.Run(3 * Second);
        AssertTimedOut(simulation, peer);
    }

    [Fact]
    public void A_command_that_is_too_long_may_not_drip_on_for_ever()
    {
        using Simulation simulation = new(seed: 2);
        SimulatedPeer peer = Open(simulation);
        peer.Send(new string('x', 600));
        peer.Send(new string('x', 20_000), cut: 1, Second);
        simulation.Run(62 * Second);
        Assert.Contains("500 5.5.2 Line too long\r\n", peer.ReceivedText, StringComparison.Ordinal);
        AssertTimedOut(simulation, peer);
    }

    [Fact]
    public void A_message_that_comes_an_octet_a_second_is_given_up_after_three_minutes()
    {
        using Simulation simulation = new(seed: 3);
        SimulatedPeer peer = Open(simulation);
        peer.Send(Envelope);
        peer.Send(new string('x', 4000), cut: 1, Second);
        simulation.Run(175 * Second);
        Assert.EndsWith(
            "354 Start mail input; end with <CRLF>.<CRLF>\r\n",
            peer.ReceivedText,
            StringComparison.Ordinal
        );
        simulation.Run(10 * Second);
        AssertTimedOut(simulation, peer);
    }

    [Fact]
    public void A_message_that_begins_fast_and_then_drips_is_given_up()
    {
        using Simulation simulation = new(seed: 4);
        SimulatedPeer peer = Open(simulation);
        peer.Send(Envelope);
        peer.Send(new string('x', 200_000));
        peer.Send(new string('x', 4000), cut: 1, Second);
        simulation.Run(6.2 * Minute);
        AssertTimedOut(simulation, peer);
    }

    [Fact]
    public void A_message_that_stops_is_given_up_three_minutes_after_its_last_octet()
    {
        using Simulation simulation = new(seed: 5);
        SimulatedPeer peer = Open(simulation);
        peer.Send(Envelope);
        peer.Send(new string('x', 100_000), cut: 1000, Second);
        simulation.Run(100 * Second + 2.9 * Minute);
        Assert.DoesNotContain("421", peer.ReceivedText, StringComparison.Ordinal);
        simulation.Run(0.2 * Minute);
        AssertTimedOut(simulation, peer);
    }

    [Fact]
    public void A_slow_line_that_keeps_the_rate_brings_its_message_in()
    {
        using Simulation simulation = new(seed: 6);
        SimulatedPeer peer = Open(simulation);
        peer.Send(Envelope);
        string line = new string('x', 510) + "\r\n";
        peer.Send(string.Concat(Enumerable.Repeat(line, 600)), cut: 512, Second);
        peer.Send(".\r\n");
        simulation.Run(11 * Minute);
        Assert.EndsWith("250 2.0.0 Ok: stored\r\n", peer.ReceivedText, StringComparison.Ordinal);
    }

    [Fact]
    public void A_silent_peer_is_told_before_its_connection_is_idle_for_too_long()
    {
        using Simulation simulation = new(seed: 7);
        SimulatedPeer peer = Open(simulation);
        peer.Send("NOOP\r\n");
        simulation.Run(4.9 * Minute);
        Assert.EndsWith("250 2.0.0 Ok\r\n", peer.ReceivedText, StringComparison.Ordinal);
        simulation.Run(0.2 * Minute);
        AssertTimedOut(simulation, peer);
    }

    [Fact]
    public void A_peer_that_takes_its_time_between_commands_and_messages_stays()
    {
        using Simulation simulation = new(seed: 8);
        SimulatedPeer peer = Open(simulation);
        for (int round = 0; round < 3; round++)
        {
            foreach (string line in (Envelope + "hello\r\n.\r\n").Split("\r\n", StringSplitOptions.RemoveEmptyEntries))
            {
                simulation.Run((line is "hello" or "." ? 1 : 4.5) * Minute);
                peer.Send(line + "\r\n");
            }

            simulation.Run(0.1 * Minute);
            Assert.EndsWith("250 2.0.0 Ok: stored\r\n", peer.ReceivedText, StringComparison.Ordinal);
        }

        Assert.False(peer.WasReset);
    }

    [Fact]
    public void Time_that_the_inbox_takes_is_not_the_peers()
    {
        using Simulation simulation = new(seed: 9);
        TimeSpan delay = 10 * Minute;
        SmtpOptions options = Options with { DeliveryTimeout = 2 * delay };
        ConnectionOptions patient = new() { IdleTimeout = TimeSpan.FromHours(1) };
        SimulatedPeer peer = Open(simulation, Props.Create(() => new SlowInbox(delay)), options, patient);
        peer.Send(Envelope + "hello\r\n.\r\nNOO");
        simulation.Run(delay + 0.5 * Minute);
        Assert.EndsWith("250 2.0.0 Ok: stored\r\n", peer.ReceivedText, StringComparison.Ordinal);
        peer.Send("P\r\n");
        simulation.Run(Second);
        Assert.EndsWith("250 2.0.0 Ok: stored\r\n250 2.0.0 Ok\r\n", peer.ReceivedText, StringComparison.Ordinal);
    }

    [Fact]
    public void A_listener_full_of_slow_senders_is_free_again()
    {
        using Simulation simulation = new(seed: 10);
        Bound bound = Bind(simulation, Props.Create<Inbox>(), Options, new(), most: 50);
        for (int i = 0; i < 50; i++)
        {
            SimulatedPeer slow = simulation.Connect($"10.0.1.{i}", bound.LocalEndPoint);
            slow.Send("EHLO t\r\n");
            slow.Send(new string('x', 4000), cut: 1, Second);
        }

        simulation.Run(Second);
        SimulatedPeer honest = simulation.Connect("10.0.2.1", bound.LocalEndPoint);
        honest.Send(Envelope + "hello\r\n.\r\n");
        simulation.Run(2 * Minute);
        Assert.EndsWith("250 2.0.0 Ok: stored\r\n", honest.ReceivedText, StringComparison.Ordinal);
    }

    private static void AssertTimedOut(Simulation simulation, SimulatedPeer peer)
    {
        simulation.Run(6 * Second);
        Assert.EndsWith(TimedOut, peer.ReceivedText, StringComparison.Ordinal);
        Assert.True(peer.OtherFinished || peer.WasReset);
    }

    private static SimulatedPeer Open(Simulation simulation) =>
        Open(simulation, Props.Create<Inbox>(), Options, new ConnectionOptions());

    private static SimulatedPeer Open(
        Simulation simulation,
        Props inbox,
        SmtpOptions options,
        ConnectionOptions connection
    )
    {
        Bound bound = Bind(simulation, inbox, options, connection, most: 10);
        SimulatedPeer peer = simulation.Connect("10.0.0.2", bound.LocalEndPoint);
        simulation.RunUntil(() => peer.ReceivedText.Length > 0, TimeSpan.FromSeconds(1));
        return peer;
    }

    private static Bound Bind(
        Simulation simulation,
        Props inbox,
        SmtpOptions options,
        ConnectionOptions connection,
        int most
    )
    {
        ActorSystem system = simulation.CreateSystem("server", "10.0.0.1");
        IActorRef deliverTo = system.ActorOf(inbox, "inbox");
        return simulation.Bind(
            system,
            "tcp://10.0.0.1:25",
            SmtpReceiver.Props(deliverTo, options),
            system.Reactor().ListenerDefaults with
            {
                Connection = connection,
                MaxConnections = most,
            }
        );
    }

    private sealed class Inbox : ReceiveActor
    {
        public Inbox() => Receive<SmtpMessage>(message => Sender.Tell(new SmtpStored(message.Id)));
    }

    private sealed class SlowInbox : ReceiveActor
    {
        public SlowInbox(TimeSpan delay) =>
            Receive<SmtpMessage>(message =>
                Context.System.Scheduler.ScheduleTellOnce(delay, Sender, new SmtpStored(message.Id), Self)
            );
    }
}
