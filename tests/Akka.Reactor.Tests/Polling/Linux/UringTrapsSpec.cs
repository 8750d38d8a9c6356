using System;
using System.Linq;
using System.Net;
using System.Threading;
using Akka.Reactor.Polling;
using Akka.Reactor.Polling.Linux;
using Akka.Reactor.Polling.Posix;
using Akka.Reactor.Polling.Sockets;
using Xunit;

namespace Akka.Reactor.Tests.Polling.Linux;

/// <summary>What can go wrong only where the kernel receives, sends and accepts ahead of being asked.</summary>
[Engine("io_uring")]
[Collection(Alone.Name)]
public sealed class UringTrapsSpec : IDisposable
{
    // Few and small buffers: a handful of firehoses has them all.
    private static readonly UringSizes Small = new(64, 128, 128, 1024, 64 * 1024);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly EngineFixture _fixture = new(new UringPlatform(Small));

    private UringEngine Engine => (UringEngine)_fixture.Engine;

    public void Dispose() => _fixture.Dispose();

    [EngineFact]
    public void A_firehose_that_is_suspended_holds_bounded_bytes_and_loses_none()
    {
        (nint source, Registration sink) = Half();
        UringStream stream = new();
        byte[] buffer = new byte[100_000];
        for (int round = 0; round < 20; round++)
        {
            Engine.SetInterest(sink, Interest.Read);
            stream.Pour(source);
            Engine.Wait(new EngineEvent[4], 1000);
            stream.Check(buffer.AsSpan(0, Engine.Receive(sink, buffer.AsSpan(0, 1000 * round)).Count));
            Engine.SetInterest(sink, Interest.None);
            for (int i = 0; i < 5; i++)
            {
                stream.Pour(source);
                Assert.Equal(0, Engine.Wait(new EngineEvent[4], 0));
            }

            Assert.InRange(((UringSocket)sink.State!).Inbox.Bytes, 0, 1024 * 1024);
        }

        Engine.SetInterest(sink, Interest.Read);
        AwaitThat(() =>
        {
            Engine.Wait(new EngineEvent[4], 100);
            stream.Check(buffer.AsSpan(0, Engine.Receive(sink, buffer).Count));
            return stream.Received == stream.Sent;
        });
    }

    [EngineFact]
    public void A_firehose_that_nobody_reads_from_takes_no_buffer_from_the_others()
    {
        (nint quiet, Registration other) = Half();
        (nint Source, Registration Sink)[] firehoses = [.. Enumerable.Range(0, 40).Select(_ => Half())];
        foreach ((nint source, Registration sink) in firehoses)
        {
            Engine.SetInterest(sink, Interest.Read);
            Engine.Wait(new EngineEvent[4], 0);
            new UringStream().Pour(source);
            Engine.Wait(new EngineEvent[4], 0);
        }

        Engine.SetInterest(other, Interest.Read);
        UringStream stream = new();
        byte[] buffer = new byte[100];
        EngineEvent[] events = new EngineEvent[64];
        for (int round = 0; round < 100; round++)
        {
            stream.Pour(quiet, 50);
            AwaitThat(() => events.AsSpan(0, Engine.Wait(events, 100)).ToArray().Any(e => e.Registration == other));
            stream.Check(buffer.AsSpan(0, Engine.Receive(other, buffer).Count));
        }

        Assert.Equal(stream.Sent, stream.Received);
    }

    [EngineFact]
    public void A_send_still_queued_when_its_socket_is_closed_never_reaches_who_has_the_number_next()
    {
        bool reused = false;
        for (int round = 0; round < 100; round++)
        {
            (Registration one, Registration other) = _fixture.Pair();
            Assert.True(Engine.Send(one, "not for strangers"u8).IsPending);
            _fixture.Reset(one);
            nint next = _fixture.Dial();
            reused |= next == one.Descriptor;
            Registration stranger = Engine.Register(next, SocketKind.Stream, "stranger");
            Engine.SetInterest(_fixture.Listener, Interest.Read);
            AwaitThat(() => _fixture.Wait(100).Any(e => e.Registration == _fixture.Listener));
            Registration peer = Engine.Register(_fixture.Accept().Descriptor, SocketKind.Stream, "its peer");
            Engine.SetInterest(_fixture.Listener, Interest.None);
            _fixture.Send(stranger, "mine");
            Engine.SetInterest(peer, Interest.Read);
            AwaitThat(() => _fixture.Wait(100).Any(e => e.Registration == peer));
            Assert.Equal("mine", _fixture.Receive(peer));
            foreach (Registration registration in (Registration[])[other, stranger, peer])
            {
                _fixture.Close(registration);
            }
        }

        Assert.True(reused, "No descriptor was used again: the test has shown nothing.");
    }

    [EngineFact]
    public void A_close_reaches_the_peer_with_the_next_wait_whatever_was_under_way()
    {
        (nint peer, Registration registration) = Half();
        Engine.SetInterest(registration, Interest.Read | Interest.Write);
        Engine.Wait(new EngineEvent[4], 100);
        Engine.SetInterest(registration, Interest.Read);
        Engine.Wait(new EngineEvent[4], 0);
        _fixture.Close(registration);
        Assert.True(PosixIo.Instance.Receive(peer, new byte[1]).WouldBlock);
        Engine.Wait(new EngineEvent[4], 0);
        IoResult end = default;
        AwaitThat(() => !(end = PosixIo.Instance.Receive(peer, new byte[1])).WouldBlock);
        Assert.Equal(IoResult.Done(0), end);
    }

    [EngineFact]
    public void A_reset_while_reading_is_suspended_is_reported_at_once_and_its_error_not_lost()
    {
        (nint source, Registration sink) = Half();
        Engine.SetInterest(sink, Interest.Read);
        new UringStream().Pour(source, 10);
        _fixture.Await(sink, Readiness.Readable);

        // The receive under way meets the reset, before anybody knew that reading is over.
        _fixture.Forget(source);
        _fixture.Sockets.Reset(source);
        _fixture.Await(sink, Readiness.Readable | Readiness.Fault);
        Engine.SetInterest(sink, Interest.None);

        // It was told beside the bytes, and once more when nobody reads them.
        Assert.Equal(Readiness.Fault, _fixture.Await(sink, Readiness.Fault));
        Assert.Empty(_fixture.Wait(0));
        Assert.Equal(SocketFault.None, _fixture.Sockets.TakeError(sink.Descriptor).Fault);
        Assert.Equal(SocketFault.ConnectionReset, sink.TakenError.Fault);
        Assert.Equal(10, Engine.Receive(sink, new byte[100]).Count);
        Assert.Equal(SocketFault.ConnectionReset, Engine.Receive(sink, new byte[100]).Fault);

        // Suspended before: the socket itself still knows.
        (source, sink) = Half();
        Engine.SetInterest(sink, Interest.Read);
        Engine.Wait(new EngineEvent[4], 0);
        Engine.SetInterest(sink, Interest.None);
        Engine.Wait(new EngineEvent[4], 0);
        _fixture.Forget(source);
        _fixture.Sockets.Reset(source);
        Assert.Equal(Readiness.Fault, _fixture.Await(sink, Readiness.Fault));
        Assert.Equal(SocketFault.ConnectionReset, _fixture.Sockets.TakeError(sink.Descriptor).Fault);
    }

    [EngineFact]
    public void A_hang_up_that_stays_is_reported_once()
    {
        (nint source, Registration sink) = Half();
        Engine.Wait(new EngineEvent[4], 0);
        _fixture.Sockets.ShutdownWrite(source);
        _fixture.Sockets.ShutdownWrite(sink.Descriptor);
        Assert.Equal(Readiness.Fault, _fixture.Await(sink, Readiness.Fault));
        Assert.Empty(_fixture.Wait(30));
    }

    [EngineFact]
    public void A_listener_that_is_closed_closes_what_nobody_took_and_frees_its_address_at_once()
    {
        for (int round = 0; round < 20; round++)
        {
            nint listener = _fixture.Keep(_fixture.Sockets.Listen(new IPEndPoint(IPAddress.Loopback, 0), 100));
            IPEndPoint endPoint = (IPEndPoint)_fixture.Sockets.LocalEndPoint(listener);
            Registration registration = Engine.Register(listener, SocketKind.Listening, "listener");
            Engine.SetInterest(registration, Interest.Read);
            nint[] dialled = [.. Enumerable.Range(0, 10).Select(_ => _fixture.Sockets.Connect(endPoint))];
            _fixture.Await(registration, Readiness.Readable);
            _fixture.Close(registration);
            _fixture.Sockets.Close(_fixture.Sockets.Listen(endPoint, 1));
            foreach (nint descriptor in dialled)
            {
                IoResult end = default;
                AwaitThat(() => !(end = PosixIo.Instance.Receive(descriptor, new byte[1])).WouldBlock);
                Assert.Equal(0, end.Count);
                _fixture.Sockets.Close(descriptor);
            }
        }
    }

    [EngineFact]
    public void A_peer_that_has_reset_before_it_is_accepted_is_accepted_with_its_address()
    {
        nint dialled = _fixture.Sockets.Connect(_fixture.EndPoint);
        EndPoint local = _fixture.Sockets.LocalEndPoint(dialled);
        Engine.SetInterest(_fixture.Listener, Interest.Read);
        _fixture.Await(_fixture.Listener, Readiness.Readable);
        _fixture.Sockets.Reset(dialled);
        AcceptResult result = _fixture.Accept();
        Assert.Equal(SocketFault.None, result.Fault);
        Assert.Equal(local, result.Remote);
        Assert.Equal(SocketFault.ConnectionReset, PosixIo.Instance.Receive(result.Descriptor, new byte[1]).Fault);
    }

    [EngineFact]
    public void More_sends_than_the_queue_holds_may_come_before_the_first_wait()
    {
        const int Many = 100;
        (Registration One, Registration Other)[] pairs = [.. Enumerable.Range(0, Many).Select(_ => _fixture.Pair())];
        using EventFd wake = new();
        using UringEngine fresh = new(wake, Small);
        Registration[] moved =
        [
            .. pairs.Select(pair =>
            {
                Engine.Deregister(pair.One);
                return fresh.Register(pair.One.Descriptor, SocketKind.Stream, "moved");
            }),
        ];
        foreach (Registration one in moved)
        {
            Assert.True(fresh.Send(one, "x"u8).IsPending);
        }

        EngineEvent[] events = new EngineEvent[Many];
        int answered = 0;
        AwaitThat(() => (answered += fresh.Wait(events, 100)) >= Many);
        Assert.All(moved, one => Assert.Equal(IoResult.Done(1), fresh.Send(one, "x"u8)));
    }

    [EngineFact]
    public void Ten_thousand_connections_come_and_gone_leave_nothing_behind()
    {
        int before = Descriptors.CountOpenButFiles();
        for (int round = 0; round < 10_000; round++)
        {
            (Registration one, Registration other) = _fixture.Pair();
            Engine.SetInterest(other, Interest.Read);
            Assert.True(Engine.Send(one, "x"u8).IsPending);
            if (round % 4 != 0)
            {
                AwaitThat(() => _fixture.Wait(100).Any(e => e.Registration == other));
                Assert.Equal("x", _fixture.Receive(other));
            }

            _fixture.Close(other);
            _fixture.Close(one);
        }

        AwaitThat(() =>
        {
            Engine.Wait(new EngineEvent[4], 0);
            return Engine.RequestsUnderWay <= 1 && Descriptors.CountOpenButFiles() <= before;
        });
        Assert.True(Engine.StaleCompletions > 0);
    }

    [EngineFact]
    public void Echoes_allocate_nothing_in_the_engine()
    {
        const int Rounds = 20_000;
        (Registration one, Registration other) = _fixture.Pair();
        Engine.SetInterest(one, Interest.Read);
        Engine.SetInterest(other, Interest.Read);
        Echo(one, other, 1000);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Echo(one, other, Rounds);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Rounds);
    }

    private void Echo(Registration one, Registration other, int rounds)
    {
        EngineEvent[] events = new EngineEvent[4];
        byte[] buffer = new byte[1000];
        byte[] message = new byte[64];
        int arrived = 0;
        Assert.True(Engine.Send(one, message).IsPending);
        for (int waits = 0; arrived < rounds; waits++)
        {
            Assert.True(waits < 10 * rounds);
            foreach (EngineEvent engineEvent in events.AsSpan(0, Engine.Wait(events, 10_000)))
            {
                Registration registration = engineEvent.Registration;
                if ((engineEvent.Readiness & Readiness.Writable) != 0)
                {
                    Engine.Send(registration, message);
                }

                if (
                    (engineEvent.Readiness & Readiness.Readable) != 0
                    && Engine.Receive(registration, buffer).Count == message.Length
                    && ++arrived < rounds
                )
                {
                    Engine.Send(registration, message);
                }
            }
        }

        AwaitThat(() => Engine.Wait(events, 0) == 0);
    }

    /// <summary>A connection of which the engine knows one end only.</summary>
    private (nint Other, Registration One) Half()
    {
        (Registration one, Registration other) = _fixture.Pair();
        Engine.Deregister(other);
        return (other.Descriptor, one);
    }

    private static void AwaitThat(Func<bool> condition) =>
        Assert.True(SpinWait.SpinUntil(condition, Patience), "It did not happen in time.");
}
