using System;
using System.Buffers;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Reactor.Tests.Transports;
using Xunit;

namespace Akka.Reactor.Tests.Protocols;

/// <summary>Handlers that leave their thread and come back, over every stack and on every engine.</summary>
[Trait("Engines", "all")]
public sealed class AsyncHandlerSpec
{
    /// <summary>Engine and layers.</summary>
    public static TheoryData<string, string> Cases => EngineSystem.Over(EngineSystem.Stacks);

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task What_a_handler_echoes_behind_an_await_arrives_in_order(string engine, string stack)
    {
        await using EngineSystem system = new(engine);
        Notes notes = new();
        Bound bound = await system.Bind(Props.Create(() => new Echo(notes)), ConnectionOptions.Default, stack);
        using Peer peer = await StackedConnection.Connect(bound, stack);
        byte[] data = new byte[1_000_000];
        new Random(7).NextBytes(data);
        Task sending = peer.Send(data);
        byte[] received = await peer.ReceiveExactly(data.Length);
        await sending;
        Assert.True(received.AsSpan().SequenceEqual(data));

        // Behind all of it: the handler has ended, so the peer's end is told.
        if (StackedConnection.IsTls(stack))
        {
            await peer.ShutdownTls();
        }

        peer.Finish();
        Assert.Equal(CloseReason.Requested, (await notes.WaitFor<Closed>()).Reason);
        Assert.DoesNotContain(notes.All, note => note is string);
    }

    /// <summary>Waits in three ways: on the thread pool, for another thread, for the kernel.</summary>
    private sealed class Echo(Notes notes) : AsyncProtocolActor
    {
        private readonly Random _random = new(3);
        private bool _handling;

        protected override async ValueTask<long> OnReceivedAsync(ReadOnlySequence<byte> data, CancellationToken ended)
        {
            Check(_handling, "two handlers at a time");
            _handling = true;
            int dispatcher = Environment.CurrentManagedThreadId;
            ReadOnlySequence<byte> part = data.Slice(0, Math.Min(data.Length, _random.Next(1, 60_000)));
            switch (_random.Next(4))
            {
                case 0:
                    await Task.Yield();
                    break;
                case 1:
                    await Task.Run(() => Thread.Yield(), ended);
                    break;
                case 2:
                    await FlushAsync();
                    break;
            }

            Check(Environment.CurrentManagedThreadId != dispatcher, "the handler has left its loop");
            Check(!Context.Self.Equals(Self), "there is no context");
            Write(part);
            _handling = false;
            return part.Length;
        }

        protected override void OnClosed(Closed closed) => notes.Add(closed);

        private void Check(bool wrong, string what)
        {
            if (wrong)
            {
                notes.Add(what);
            }
        }
    }
}
