using System;
using System.Buffers;
using System.Net;
using System.Text;
using Akka.Actor;
using Akka.TestKit;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Reactor.Tests.Connections;

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

    private void EndWhileSuspended(string words, CloseReason reason)
    {
        FromTransport(new Received(new ReadOnlySequence<byte>(Encoding.ASCII.GetBytes(words + ' '))));
        ExpectMsg("first", Patience);
        ExpectMsg("nap", Patience);
        if (reason == CloseReason.PeerFinished)
        {
            FromTransport(PeerFinished.Instance);
        }

        FromTransport(new Closed(reason));
    }

    private void FromTransport(object message) => _protocol.Tell(message, _transport);

    /// <summary>Reports every word that it reads, and does what some of them say.</summary>
    private sealed class Napper(IActorRef probe) : ProtocolActor
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
