using System;
using System.Net;
using System.Threading;
using Akka.Reactor.Polling;
using Akka.Reactor.Polling.Linux;
using Akka.Reactor.Polling.Posix;
using Akka.Reactor.Polling.Sockets;
using Xunit;

namespace Akka.Reactor.Tests.Polling.Linux;

/// <summary>What the engine holds of a socket goes from registration to registration, and from engine to engine.</summary>
[Engine("io_uring")]
public sealed class UringHandoverSpec : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly EngineFixture _fixture = new(new UringPlatform(UringSizes.Default));

    public void Dispose() => _fixture.Dispose();

    [EngineFact]
    public void Bytes_held_and_the_end_behind_them_pass_to_the_next_registration()
    {
        (Registration one, Registration other) = _fixture.Pair();
        _fixture.Engine.SetInterest(other, Interest.Read);
        _fixture.Send(one, "held");
        _fixture.Await(other, Readiness.Readable);
        _fixture.Close(one);
        AwaitThat(() =>
        {
            _fixture.Wait(10);
            return ((UringSocket)other.State!).Finished;
        });
        _fixture.Engine.Deregister(other);
        _fixture.AssertQuiet();
        Registration again = _fixture.Engine.Register(other.Descriptor, SocketKind.Stream, "again", other);
        _fixture.Engine.SetInterest(again, Interest.Read);
        _fixture.Await(again, Readiness.Readable);
        Assert.Equal("held", _fixture.Receive(again));
        _fixture.Await(again, Readiness.Readable);
        Assert.Equal("", _fixture.Receive(again));
    }

    [EngineFact]
    public void Registered_again_before_the_cancel_has_come_back_a_socket_goes_on_receiving()
    {
        (Registration one, Registration other) = _fixture.Pair();
        _fixture.Engine.SetInterest(other, Interest.Read);
        _fixture.AssertQuiet();
        for (int round = 0; round < 100; round++)
        {
            _fixture.Engine.Deregister(other);
            _fixture.Send(one, "x");
            other = _fixture.Engine.Register(other.Descriptor, SocketKind.Stream, "again", other);
            _fixture.Engine.SetInterest(other, Interest.Read);
            _fixture.Await(other, Readiness.Readable);
            Assert.Equal("x", _fixture.Receive(other));
        }
    }

    [EngineFact]
    public void A_socket_muted_with_one_engine_is_heard_by_the_next()
    {
        (Registration one, Registration other) = _fixture.Pair();
        _fixture.Engine.SetInterest(other, Interest.Read);
        _fixture.Send(one, "first");
        _fixture.Await(other, Readiness.Readable);
        Assert.Equal("first", _fixture.Receive(other));

        // No wait between any of these: what the engine had noted of the socket is not worked off.
        Assert.Equal(1, PosixIo.Instance.Send(one.Descriptor, "x"u8).Count);
        _fixture.Engine.Deregister(other);
        Registration briefly = _fixture.Engine.Register(other.Descriptor, SocketKind.Stream, "briefly", other);
        _fixture.Engine.Deregister(briefly);
        _fixture.Engine.Dispose();
        using UringEngine next = new(_fixture.Wake);
        Registration again = next.Register(other.Descriptor, SocketKind.Stream, "again", briefly);
        next.SetInterest(again, Interest.Read);
        EngineEvent[] events = new EngineEvent[4];
        Assert.Equal(1, next.Wait(events, 20_000));
        Assert.Equal(1, next.Receive(again, new byte[100]).Count);
    }

    [EngineFact]
    public void A_socket_registered_and_deregistered_before_any_wait_is_heard_by_the_next_engine()
    {
        (Registration one, Registration other) = _fixture.Pair();
        _fixture.Engine.Deregister(other);
        _fixture.Engine.Dispose();
        using UringEngine next = new(_fixture.Wake);
        Registration again = next.Register(other.Descriptor, SocketKind.Stream, "again", other);
        next.SetInterest(again, Interest.Read);
        Assert.Equal(1, PosixIo.Instance.Send(one.Descriptor, "x"u8).Count);
        EngineEvent[] events = new EngineEvent[4];
        Assert.Equal(1, next.Wait(events, 20_000));
        Assert.Equal(1, next.Receive(again, new byte[100]).Count);
    }

    [EngineFact]
    public void A_stream_passes_unharmed_through_engine_after_engine() =>
        PassThrough(dispose: engine => engine.Dispose());

    [EngineFact]
    public void A_stream_passes_unharmed_though_every_engine_is_disposed_on_another_thread() =>
        PassThrough(engine =>
        {
            Thread other = new(engine.Dispose);
            other.Start();
            Assert.True(other.Join(Patience));
        });

    [EngineFact]
    public void Connections_accepted_and_not_taken_pass_to_the_next_engine()
    {
        IPEndPoint local = (IPEndPoint)_fixture.Sockets.LocalEndPoint(_fixture.Dial());
        _fixture.Engine.SetInterest(_fixture.Listener, Interest.Read);
        _fixture.Await(_fixture.Listener, Readiness.Readable);
        _fixture.Engine.Dispose();
        using UringEngine next = new(_fixture.Wake);
        Registration again = next.Register(
            _fixture.Listener.Descriptor,
            SocketKind.Listening,
            "again",
            _fixture.Listener
        );
        next.SetInterest(again, Interest.Read);
        EngineEvent[] events = new EngineEvent[4];
        Assert.Equal(1, next.Wait(events, 20_000));
        AcceptResult result = next.Accept(again);
        _fixture.Keep(result.Descriptor);
        Assert.Equal(local, result.Remote);
        next.Deregister(again);
    }

    [EngineFact]
    public void Made_on_one_thread_used_on_another_and_disposed_on_a_third_an_engine_leaves_nothing()
    {
        int before = Descriptors.CountOpen();
        for (int round = 0; round < 300; round++)
        {
            UringEngine engine = new(_fixture.Wake, UringPlatform.Tiny);
            Registration registration = engine.Register(_fixture.Listener.Descriptor, SocketKind.Listening, "it");
            Thread user = new(() =>
            {
                engine.SetInterest(registration, Interest.Read);
                engine.Wait(new EngineEvent[4], 0);
            });
            user.Start();
            Assert.True(user.Join(Patience));
            engine.Dispose();
        }

        AwaitThat(() => Descriptors.CountOpen() < before + 200);
    }

    [EngineFact]
    public void A_wait_on_another_thread_than_the_engines_fails_and_its_successor_has_what_it_had()
    {
        (Registration one, Registration other) = _fixture.Pair();
        _fixture.Engine.SetInterest(other, Interest.Read);
        _fixture.Send(one, "held");
        _fixture.Await(other, Readiness.Readable);
        Exception? failure = null;
        string? text = null;
        Thread stranger = new(() =>
        {
            failure = Record.Exception(() => _fixture.Wait(100));
            _fixture.Engine.Dispose();
            using UringEngine next = new(_fixture.Wake);
            Registration again = next.Register(other.Descriptor, SocketKind.Stream, "again", other);
            next.SetInterest(again, Interest.Read);
            next.Wait(new EngineEvent[4], 20_000);
            byte[] buffer = new byte[100];
            text = System.Text.Encoding.ASCII.GetString(buffer, 0, next.Receive(again, buffer).Count);
        });
        stranger.Start();
        Assert.True(stranger.Join(Patience));
        Assert.Equal("held", text);

        // A kernel that lets any thread call has nothing to complain of.
        Assert.True(failure is null or SocketFaultException { Errno: 17 });
    }

    private void PassThrough(Action<IEngine> dispose)
    {
        const long Total = 2 * 1024 * 1024;
        (Registration one, Registration other) = _fixture.Pair();
        IEngine engine = _fixture.Engine;
        UringStream stream = new();
        Random random = new(7);
        byte[] buffer = new byte[40_000];
        EngineEvent[] events = new EngineEvent[4];
        int offered = 0;
        int pendingAtHandover = 0;
        int heldAtHandover = 0;
        long started = System.Diagnostics.Stopwatch.GetTimestamp();
        for (int step = 0; stream.Sent < Total || offered > 0 || stream.Received < stream.Sent; step++)
        {
            Assert.True(System.Diagnostics.Stopwatch.GetElapsedTime(started) < Patience, $"{stream.Received} arrived.");
            if (stream.Sent < Total || offered > 0)
            {
                offered = offered == 0 ? random.Next(1, 9000) : offered;
                Span<byte> bytes = buffer.AsSpan(0, offered);
                stream.Next(bytes);
                IoResult result = engine.Send(one, bytes);
                Assert.True(result.Succeeded || result.IsPending || result.WouldBlock, result.ToString());
                stream.Advance(result.Count);
                offered = result.IsPending ? offered : 0;
            }

            engine.SetInterest(other, random.Next(4) == 0 ? Interest.None : Interest.Read);
            if (step % 3 != 0)
            {
                engine.Wait(events, 0);
            }

            if (random.Next(3) == 0)
            {
                IoResult result = engine.Receive(other, buffer.AsSpan(0, random.Next(1, buffer.Length)));
                stream.Check(buffer.AsSpan(0, result.Count));
            }

            if (step % 7 == 0)
            {
                pendingAtHandover += offered > 0 ? 1 : 0;
                dispose(engine);
                heldAtHandover += ((UringSocket)other.State!).Inbox.IsEmpty ? 0 : 1;
                engine = new UringEngine(_fixture.Wake, new UringSizes(64, 128, 8, 4096, 64 * 1024));
                one = engine.Register(one.Descriptor, SocketKind.Stream, "one", one);
                other = engine.Register(other.Descriptor, SocketKind.Stream, "other", other);
            }
        }

        engine.Dispose();
        Assert.Equal(stream.Sent, stream.Received);
        Assert.True(pendingAtHandover > 5 && heldAtHandover > 5, $"{pendingAtHandover} sends, {heldAtHandover} held.");
    }

    private static void AwaitThat(Func<bool> condition) =>
        Assert.True(SpinWait.SpinUntil(condition, Patience), "It did not happen in time.");
}
