using System;
using System.Buffers;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Reactor.Tests.Shared;
using Akka.Reactor.Tests.Transports;
using Xunit;

namespace Akka.Reactor.Tests.Protocols;

/// <summary>
/// A protocol that only answers needs no bookkeeping: above <c>high-water</c> it is offered nothing, over every stack and on every
/// engine and dispatcher.
/// </summary>
[Trait("Engines", "all")]
public sealed class OfferingSpec
{
    private const int Answer = 100 * 1024;
    private const int Requests = 30;
    private static readonly string s_requests = string.Concat(Enumerable.Range(0, Requests).Select(i => $"{i}\n"));

    /// <summary>Engine, layers, and whether the protocol is on another dispatcher.</summary>
    public static TheoryData<string, string, bool> Cases
    {
        get
        {
            TheoryData<string, string, bool> cases = [];
            foreach (string engine in EngineSystem.Engines)
            {
                foreach (string stack in EngineSystem.Stacks)
                {
                    cases.Add(engine, stack, false);
                    cases.Add(engine, stack, true);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Thirty_requests_in_one_segment_get_their_large_answers(
        string engine,
        string stack,
        bool elsewhere
    )
    {
        await using EngineSystem system = new(engine);
        Notes notes = new();
        Bound bound = await system.Bind(Protocol(notes, elsewhere), ConnectionOptions.Default, stack);
        using Peer peer = await StackedConnection.Connect(bound, stack);
        await peer.Send(s_requests);
        for (int i = 0; i < Requests; i++)
        {
            byte[] answer = await peer.ReceiveExactly(Answer);
            Assert.Equal((byte)i, answer[0]);
            Assert.Equal((byte)i, answer[^1]);
        }

        // Not all at once: the limit is ten answers.
        peer.Finish();
        Assert.Empty(await peer.ReceiveToEnd());
        await notes.WaitFor<Closed>();
        Assert.Empty(notes.All.OfType<WriteFailed>());
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task What_is_kept_is_offered_before_the_end(string engine, string stack, bool elsewhere)
    {
        await using EngineSystem system = new(engine);
        Notes notes = new();
        ConnectionOptions options = new() { Socket = new SocketOptions { SendBuffer = 16 * 1024 } };
        Bound bound = await system.Bind(Protocol(notes, elsewhere), options, stack);
        Peer peer = await StackedConnection.Connect(bound, stack, receiveBuffer: 16 * 1024);
        await peer.Send(s_requests);
        await notes.WaitFor<string>();
        await Pause.For(TimeSpan.FromMilliseconds(100), "more would be offered by now if it were not held back");
        Assert.InRange(notes.All.OfType<string>().Count(), 1, 5);
        peer.Reset();
        Closed closed = await notes.WaitFor<Closed>();
        Assert.NotEqual(CloseReason.Requested, closed.Reason);
        Assert.Equal(
            Enumerable.Range(0, Requests).Select(i => $"{i}"),
            notes.All.TakeWhile(note => note is not Closed).OfType<string>(),
            StringComparer.Ordinal
        );

        // Every write has one answer, and those of the end come before it.
        Assert.Equal(Requests, notes.All.Count(note => note is int or WriteFailed));
        Assert.IsType<Closed>(notes.All[^1]);
        Assert.All(closed.Undelivered, write => Assert.False(write is Write { Data.IsEmpty: true }));
    }

    private static Props Protocol(Notes notes, bool elsewhere)
    {
        Props props = Props.Create(() => new Answerer(notes));
        return elsewhere ? props.WithDispatcher("akka.actor.default-dispatcher") : props;
    }

    private sealed class Answerer(Notes notes) : LineProtocol
    {
        private int _answered;

        protected override void OnLine(ReadOnlySequence<byte> line)
        {
            notes.Add(Encoding.ASCII.GetString(line.ToArray()));
            byte[] answer = new byte[Answer];
            Array.Fill(answer, (byte)_answered);
            Write(answer.AsMemory(), _answered++);
        }

        protected override void OnWriteFailed(WriteFailed failure) => notes.Add(failure);

        protected override void OnMessage(object message) => notes.Add(message);

        protected override void OnClosed(Closed closed) => notes.Add(closed);
    }
}
