using System;
using System.Buffers;
using System.Net;
using System.Text;
using Akka.Actor;
using Akka.TestKit;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Reactor.Tests.Protocols;

/// <summary>A connection ends while its protocol has suspended reading, and what was received before is still kept.</summary>
public sealed class KeptEndSpec : Akka.TestKit.Xunit2.TestKit
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(100);
    private static readonly IPEndPoint Somewhere = new(IPAddress.Loopback, 1);
    private readonly TestProbe _transport;
    private readonly IActorRef _protocol;

    public KeptEndSpec(ITestOutputHelper output)
        : base("", "kept-end", output)
    {
        _transport = CreateTestProbe();
        _protocol = Sys.ActorOf(Props.Create<Napper>(TestActor));
        FromTransport(new Connected(_transport, Somewhere, Somewhere));
    }

    [Fact]
    public void An_end_that_cuts_off_nothing_comes_behind_what_was_kept()
    {
        EndWhileSuspended("first nap second", CloseReason.PeerFinished);
        ExpectNoMsg(Moment);
        _protocol.Tell("resume");
        ExpectMsg("second", Patience);
        ExpectMsg("peer finished", Patience);
        Assert.Equal(CloseReason.PeerFinished, ExpectMsg<Closed>(Patience).Reason);
        ExpectNoMsg(Moment);
    }

    [Fact]
    public void A_protocol_that_suspends_again_still_gets_all_before_the_end()
    {
        EndWhileSuspended("first nap second nap third", CloseReason.PeerFinished);
        _protocol.Tell("resume");
        ExpectMsg("second", Patience);
        ExpectMsg("nap", Patience);
        ExpectNoMsg(Moment);
        _protocol.Tell("resume");
        ExpectMsg("third", Patience);
        ExpectMsg("peer finished", Patience);
        ExpectMsg<Closed>(Patience);
    }

    [Fact]
    public void A_protocol_that_resumes_while_it_is_offered_gets_all_before_the_end()
    {
        EndWhileSuspended("first nap second blink third", CloseReason.PeerFinished);
        _protocol.Tell("resume");
        ExpectMsg("second", Patience);
        ExpectMsg("blink", Patience);
        ExpectMsg("third", Patience);
        ExpectMsg("peer finished", Patience);
        ExpectMsg<Closed>(Patience);
    }

    [Theory]
    [InlineData("close")]
    [InlineData("abort")]
    public void A_protocol_that_wants_no_more_is_told_of_the_end(string command)
    {
        EndWhileSuspended("first nap second", CloseReason.PeerFinished);
        _protocol.Tell(command);
        Assert.Equal(CloseReason.PeerFinished, ExpectMsg<Closed>(Patience).Reason);
        ExpectNoMsg(Moment);
    }

    [Fact]
    public void A_protocol_that_closes_while_it_is_offered_is_told_of_the_end()
    {
        EndWhileSuspended("first nap close third", CloseReason.PeerFinished);
        _protocol.Tell("resume");
        ExpectMsg("close", Patience);
        ExpectMsg<Closed>(Patience);
        ExpectNoMsg(Moment);
    }

    [Fact]
    public void A_failure_waits_for_nothing()
    {
        EndWhileSuspended("first nap second", CloseReason.Reset);
        Assert.Equal(CloseReason.Reset, ExpectMsg<Closed>(Patience).Reason);
    }

    [Theory]
    [InlineData(CloseReason.Reset)]
    [InlineData(CloseReason.Truncated)]
    [InlineData(CloseReason.TimedOut)]
    [InlineData(CloseReason.Failed)]
    [InlineData(CloseReason.ProtocolViolation)]
    public void A_failure_waits_too_where_the_protocol_reads_to_the_end(CloseReason reason)
    {
        IActorRef reader = Sys.ActorOf(Props.Create<ReadingNapper>(TestActor));
        reader.Tell(new Connected(_transport, Somewhere, Somewhere), _transport);
        EndWhileSuspended("first nap second", reason, reader);
        ExpectNoMsg(Moment);
        reader.Tell("resume");
        ExpectMsg("second", Patience);
        Assert.Equal(reason, ExpectMsg<Closed>(Patience).Reason);
    }

    [Fact]
    public void An_abort_of_ours_waits_for_nothing_there_either()
    {
        IActorRef reader = Sys.ActorOf(Props.Create<ReadingNapper>(TestActor));
        reader.Tell(new Connected(_transport, Somewhere, Somewhere), _transport);
        EndWhileSuspended("first nap second", CloseReason.Aborted, reader);
        Assert.Equal(CloseReason.Aborted, ExpectMsg<Closed>(Patience).Reason);
    }

    [Fact]
    public void What_is_read_ahead_is_kept_and_the_transport_is_told_nothing()
    {
        _protocol.Tell("read ahead");
        FromTransport(new Received(new ReadOnlySequence<byte>("first second "u8.ToArray())));
        ExpectNoMsg(Moment);
        _protocol.Tell("resume");
        ExpectMsg("first", Patience);
        ExpectMsg("second", Patience);
        _transport.ExpectNoMsg(Moment);
    }

    [Fact]
    public void Reading_ahead_can_be_suspended_too_and_not_the_other_way_round()
    {
        _protocol.Tell("read ahead");
        _protocol.Tell("suspend");
        _protocol.Tell("read ahead");
        _transport.ExpectMsg<SuspendReading>(Patience);
        _transport.ExpectNoMsg(Moment);
        _protocol.Tell("resume");
        _transport.ExpectMsg<ResumeReading>(Patience);
    }

    private void EndWhileSuspended(string words, CloseReason reason, IActorRef? protocol = null)
    {
        protocol ??= _protocol;
        protocol.Tell(new Received(new ReadOnlySequence<byte>(Encoding.ASCII.GetBytes(words + ' '))), _transport);
        ExpectMsg("first", Patience);
        ExpectMsg("nap", Patience);
        if (reason == CloseReason.PeerFinished)
        {
            protocol.Tell(PeerFinished.Instance, _transport);
        }

        protocol.Tell(new Closed(reason), _transport);
    }

    private void FromTransport(object message) => _protocol.Tell(message, _transport);

    private sealed class ReadingNapper(IActorRef probe) : Napper(probe)
    {
        protected override bool ReadsToEnd => true;
    }

    /// <summary>Reports every word that it reads, and does what some of them say.</summary>
    private class Napper(IActorRef probe) : ProtocolActor
    {
        protected override long OnReceived(ReadOnlySequence<byte> data)
        {
            string text = Encoding.ASCII.GetString(data);
            string word = text[..text.IndexOf(' ', StringComparison.Ordinal)];
            probe.Tell(word);
            switch (word)
            {
                case "nap":
                    SuspendReading();
                    break;
                case "blink":
                    SuspendReading();
                    ResumeReading();
                    break;
                default:
                    OnMessage(word);
                    break;
            }

            return word.Length + 1;
        }

        protected override void OnPeerFinished() => probe.Tell("peer finished");

        protected override void OnClosed(Closed closed) => probe.Tell(closed);

        protected override void OnMessage(object message)
        {
            switch (message)
            {
                case "resume":
                    ResumeReading();
                    break;
                case "suspend":
                    SuspendReading();
                    break;
                case "read ahead":
                    SuspendReading(readAhead: true);
                    break;
                case "close":
                    Close();
                    break;
                case "abort":
                    Abort();
                    break;
            }
        }
    }
}
