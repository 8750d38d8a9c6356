using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Net;
using System.Threading;
using Akka.Reactor.Polling;
using Akka.Reactor.Polling.Sockets;
using Xunit;

namespace Akka.Reactor.Tests.Polling;

/// <summary>What every engine has to do, whatever it is made of: a leaf per engine says how to make one.</summary>
public abstract partial class EngineContractSpec : IDisposable
{
    private readonly EngineFixture _fixture;
    private readonly IPlatform _platform;
    private readonly TimeProvider _time;

    /// <param name="platform">What is under test.</param>
    /// <param name="time">The clock of its waits; null: the machine's.</param>
    private protected EngineContractSpec(IPlatform platform, TimeProvider? time = null)
    {
        _platform = platform;
        _time = time ?? TimeProvider.System;
        _fixture = new EngineFixture(platform);
    }

    private protected EngineFixture Fixture => _fixture;

    /// <summary>False where the system under the engine is known not to clear an error that was asked for.</summary>
    private protected virtual bool TakesErrorsOnce => true;

    private IEngine Engine => _fixture.Engine;

    public void Dispose()
    {
        _fixture.Dispose();
        GC.SuppressFinalize(this);
    }

    [EngineFact]
    public void A_registration_carries_its_target_and_descriptor_and_no_interest()
    {
        object target = new();
        nint descriptor = _fixture.Dial();
        Registration registration = Engine.Register(descriptor, SocketKind.Stream, target);
        Assert.Same(target, registration.Target);
        Assert.Equal(descriptor, registration.Descriptor);
        Assert.Equal(Interest.None, registration.Interest);
        Assert.True(registration.Active);
    }

    [EngineFact]
    public void Without_interest_nothing_is_reported()
    {
        (Registration one, _) = _fixture.Pair();
        _fixture.Send(one, "waiting to be read");
        _fixture.AssertQuiet();
    }

    [EngineFact]
    public void Readable_is_reported_while_there_is_something_to_read()
    {
        (Registration one, Registration other) = _fixture.Pair();
        Engine.SetInterest(other, Interest.Read);
        _fixture.AssertQuiet();
        _fixture.Send(one, "abcdef");
        Assert.Equal(Readiness.Readable, _fixture.Await(other, Readiness.Readable));
        Assert.Equal("abc", _fixture.Receive(other, 3));
        Assert.Equal(Readiness.Readable, _fixture.Await(other, Readiness.Readable));
        Assert.Equal("def", _fixture.Receive(other));
        _fixture.AssertQuiet();
    }

    [EngineFact]
    public void Writable_is_reported_only_when_asked_for()
    {
        (Registration one, _) = _fixture.Pair();
        Engine.SetInterest(one, Interest.Read);
        _fixture.AssertQuiet();
        Engine.SetInterest(one, Interest.Read | Interest.Write);
        Assert.Equal(Readiness.Writable, _fixture.Await(one, Readiness.Writable));
        Engine.SetInterest(one, Interest.Read);
        _fixture.AssertQuiet();
    }

    [EngineFact]
    public void Interest_taken_back_before_the_next_wait_is_as_if_it_had_not_been()
    {
        (Registration one, Registration other) = _fixture.Pair();
        _fixture.Send(one, "x");
        for (int i = 0; i < 10; i++)
        {
            Engine.SetInterest(other, Interest.Read | Interest.Write);
            Engine.SetInterest(other, Interest.None);
        }

        _fixture.AssertQuiet();
        Engine.SetInterest(other, Interest.Read);
        _fixture.Await(other, Readiness.Readable);
        for (int i = 0; i < 10; i++)
        {
            Engine.SetInterest(other, Interest.None);
            Engine.SetInterest(other, Interest.Read);
        }

        _fixture.Await(other, Readiness.Readable);
    }

    [EngineFact]
    public void Readable_and_writable_are_reported_together()
    {
        (Registration one, Registration other) = _fixture.Pair();
        _fixture.Send(one, "x");
        Engine.SetInterest(other, Interest.Read | Interest.Write);
        _fixture.Await(other, Readiness.Readable | Readiness.Writable);
    }

    [EngineFact]
    public void What_is_deregistered_is_not_reported_by_a_later_wait()
    {
        (Registration one, Registration other) = _fixture.Pair();
        _fixture.Send(one, "x");
        Engine.SetInterest(other, Interest.Read);
        Engine.Deregister(other);
        Engine.Deregister(other);
        Assert.False(other.Active);
        Engine.SetInterest(other, Interest.Read | Interest.Write);
        _fixture.AssertQuiet();
    }

    [EngineFact]
    public void Deregistered_while_its_batch_is_handled_it_is_inactive_and_gone_from_the_next()
    {
        (Registration one, Registration other) = _fixture.Pair();
        _fixture.Send(one, "to the other");
        _fixture.Send(other, "to the one");
        Engine.SetInterest(one, Interest.Read);
        Engine.SetInterest(other, Interest.Read);
        EngineEvent[] batch = [];
        AwaitThat(() => (batch = _fixture.Wait(100)).Length == 2);
        Registration handled = batch[0].Registration;
        Registration closed = batch[1].Registration;
        Engine.Deregister(closed);
        Assert.False(closed.Active);
        Assert.True(handled.Active);

        // The place of the closed one may be taken at once: the new one is not what the batch meant.
        Registration next = Engine.Register(_fixture.Dial(), SocketKind.Stream, "next");
        Assert.NotEqual((closed.Slot, closed.Generation), (next.Slot, next.Generation));
        _fixture.Await(handled, Readiness.Readable);
    }

    [EngineFact]
    public void A_descriptor_that_is_used_again_gets_no_event_of_its_earlier_owner()
    {
        bool reused = false;
        for (int round = 0; round < 50; round++)
        {
            (Registration peer, Registration old) = _fixture.Pair();
            Engine.SetInterest(old, Interest.Read);
            _fixture.Send(peer, "for the old one");
            if (round % 2 == 0)
            {
                _fixture.Await(old, Readiness.Readable);
            }

            // In this order: the end of the old one, with bytes unread, resets its peer.
            _fixture.Close(old);
            _fixture.Close(peer);
            (Registration one, Registration other) = _fixture.Pair();
            reused |= one.Descriptor == old.Descriptor || other.Descriptor == old.Descriptor;
            Engine.SetInterest(one, Interest.Read);
            Engine.SetInterest(other, Interest.Read);
            _fixture.AssertQuiet();
            _fixture.Send(one, "for the new one");
            _fixture.Await(other, Readiness.Readable);
            Assert.Equal("for the new one", _fixture.Receive(other));
            _fixture.Close(one);
            _fixture.Close(other);
        }

        Assert.True(reused, "No descriptor was used again: the test has shown nothing.");
    }

    [EngineFact]
    public void A_half_close_is_readable_reads_as_an_end_and_leaves_the_other_direction_open()
    {
        (Registration one, Registration other) = _fixture.Pair();
        Engine.SetInterest(other, Interest.Read);
        _fixture.Sockets.ShutdownWrite(one.Descriptor);
        _fixture.Await(other, Readiness.Readable);
        Assert.Equal("", _fixture.Receive(other));
        Engine.SetInterest(other, Interest.None);
        _fixture.Send(other, "still here");
        Engine.SetInterest(one, Interest.Read);
        _fixture.Await(one, Readiness.Readable);
        Assert.Equal("still here", _fixture.Receive(one));
    }

    [EngineFact]
    public void A_reset_is_reported_whatever_the_interest_and_told_by_a_receive()
    {
        (Registration one, Registration other) = _fixture.Pair();
        _fixture.Reset(one);
        _fixture.Await(other, Readiness.Fault);
        IoResult result = Engine.Receive(other, new byte[10]);
        Assert.Equal(SocketFault.ConnectionReset, result.Fault);
        Assert.NotEqual(0, result.Errno);
        Assert.Equal(0, result.Count);
        Assert.False(result.Succeeded);
    }

    [EngineFact]
    public void A_send_after_a_reset_is_a_fault_and_no_signal()
    {
        (Registration one, Registration other) = _fixture.Pair();
        _fixture.Reset(one);
        _fixture.Await(other, Readiness.Fault);
        Assert.Equal(SocketFault.ConnectionReset, _fixture.TrySend(other, "x"u8).Fault);
        Assert.Equal(SocketFault.ConnectionReset, _fixture.TrySend(other, "x"u8).Fault);
    }

    [EngineFact]
    public void Bytes_before_the_end_are_received_before_it()
    {
        (Registration one, Registration other) = _fixture.Pair();
        _fixture.Send(one, "last words");
        _fixture.Close(one);
        Engine.SetInterest(other, Interest.Read);
        _fixture.Await(other, Readiness.Readable);
        Assert.Equal("last ", _fixture.Receive(other, 5));
        _fixture.Await(other, Readiness.Readable);
        Assert.Equal("words", _fixture.Receive(other));
        _fixture.Await(other, Readiness.Readable);
        Assert.Equal("", _fixture.Receive(other));
    }

    [EngineFact]
    public void A_receive_with_nothing_there_would_block()
    {
        (Registration one, _) = _fixture.Pair();
        IoResult result = Engine.Receive(one, new byte[10]);
        Assert.True(result.WouldBlock);
        Assert.False(result.Succeeded);
    }

    [EngineFact]
    public void A_full_connection_would_block_and_is_writable_when_the_peer_has_read()
    {
        (Registration one, Registration other) = _fixture.Pair();
        byte[] block = new byte[256 * 1024];
        long sent = 0;
        IoResult result;
        while ((result = _fixture.TrySend(one, block)).Succeeded)
        {
            sent += result.Count;
            Assert.True(sent < 1L << 30);
        }

        Assert.True(result.WouldBlock);
        Engine.SetInterest(one, Interest.Write);
        _fixture.AssertQuiet();
        long received = 0;
        bool writable = false;
        AwaitThat(() =>
        {
            received += Engine.Receive(other, block).Count;
            writable |= _fixture.Wait(0).Any(e => e.Registration == one && (e.Readiness & Readiness.Writable) != 0);
            return writable && received == sent;
        });
    }

    [EngineFact]
    public void A_wake_from_another_thread_ends_a_wait_without_an_event()
    {
        for (int round = 0; round < 100; round++)
        {
            Thread waker = new(_fixture.Wake.Set);
            waker.Start();
            Assert.Empty(_fixture.Wait(20_000));
            Assert.True(waker.Join(TimeSpan.FromSeconds(20)));
        }
    }

    [EngineFact]
    public void Wakes_that_come_together_wake_once()
    {
        for (int i = 0; i < 1000; i++)
        {
            _fixture.Wake.Set();
        }

        Assert.Empty(_fixture.Wait(20_000));
        AssertTakes(40);
    }

    [EngineFact]
    public void A_wake_before_the_wait_is_not_lost()
    {
        for (int i = 0; i < 1000; i++)
        {
            _fixture.Wake.Set();
            long started = Stopwatch.GetTimestamp();
            Assert.Empty(_fixture.Wait(20_000));
            Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(15));
        }
    }

    [EngineFact]
    public void A_wake_does_not_hide_an_event()
    {
        (Registration one, Registration other) = _fixture.Pair();
        Engine.SetInterest(other, Interest.Read);
        _fixture.Send(one, "x");
        _fixture.Wake.Set();
        _fixture.Await(other, Readiness.Readable);
    }

    [EngineFact]
    public void A_wait_ends_after_its_time()
    {
        AssertTakes(30);
        long started = Stopwatch.GetTimestamp();
        Assert.Empty(_fixture.Wait(0));
        Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(10));
    }

    [EngineFact]
    public void Many_registrations_are_all_reported_however_few_a_wait_may_report()
    {
        int pairs = Crowd / 2;
        HashSet<Registration> ready = [];
        for (int i = 0; i < pairs; i++)
        {
            (Registration one, Registration other) = _fixture.Pair();
            ready.Add(one);
            ready.Add(other);
        }

        Assert.Equal(2 * pairs, ready.Count);
        foreach (Registration registration in ready)
        {
            Engine.SetInterest(registration, Interest.Write);
        }

        HashSet<Registration> seen = [];
        EngineEvent[] few = new EngineEvent[7];
        for (int waits = 0; seen.Count < ready.Count; waits++)
        {
            Assert.True(waits < 4 * 2 * pairs / few.Length, $"Only {seen.Count} were reported in {waits} waits.");
            foreach (EngineEvent engineEvent in few.AsSpan(0, Engine.Wait(few, 20_000)))
            {
                seen.Add(engineEvent.Registration);
            }
        }

        Assert.Subset(ready, seen);
        foreach (Registration registration in ready)
        {
            _fixture.Close(registration);
        }

        _fixture.AssertQuiet();
    }

    [EngineFact]
    public void A_burst_of_connections_is_accepted_one_by_one_until_it_would_block()
    {
        const int Burst = 200;
        HashSet<EndPoint> dialled = [];
        for (int i = 0; i < Burst; i++)
        {
            dialled.Add(_fixture.Sockets.LocalEndPoint(_fixture.Dial()));
        }

        HashSet<EndPoint> accepted = [];
        Engine.SetInterest(_fixture.Listener, Interest.Read);
        while (accepted.Count < Burst)
        {
            _fixture.Await(_fixture.Listener, Readiness.Readable);
            AcceptResult result;
            while ((result = _fixture.Accept()).Fault == SocketFault.None)
            {
                Assert.True(accepted.Add(result.Remote!));
                Registration registration = Engine.Register(result.Descriptor, SocketKind.Stream, "accepted");
                Assert.True(Engine.Receive(registration, new byte[1]).WouldBlock);
            }

            Assert.Equal(SocketFault.WouldBlock, result.Fault);
            Assert.Equal(-1, result.Descriptor);
        }

        Assert.Equal(
            dialled.Order(Comparer<EndPoint>.Create(ByPort)),
            accepted.Order(Comparer<EndPoint>.Create(ByPort))
        );
    }

    [EngineFact]
    public void A_refused_connect_is_reported_and_its_error_taken_once()
    {
        nint closed = _fixture.Sockets.Listen(new IPEndPoint(IPAddress.Loopback, 0), 1);
        IPEndPoint nobody = (IPEndPoint)_fixture.Sockets.LocalEndPoint(closed);
        _fixture.Sockets.Close(closed);
        nint descriptor;
        try
        {
            descriptor = _fixture.Keep(_fixture.Sockets.Connect(nobody));
        }
        catch (SocketFaultException refused)
        {
            Assert.Equal(SocketFault.ConnectionRefused, refused.Fault);
            return;
        }

        Registration registration = Engine.Register(descriptor, SocketKind.ConnectInProgress, "refused");
        Engine.SetInterest(registration, Interest.Write);
        _fixture.Await(registration, Readiness.Fault);
        Assert.Equal(SocketFault.ConnectionRefused, registration.TakeError(_fixture.Sockets).Fault);
        Assert.Equal(
            TakesErrorsOnce ? SocketFault.None : SocketFault.ConnectionRefused,
            registration.TakeError(_fixture.Sockets).Fault
        );
    }

    [EngineFact]
    public void Another_engine_takes_over_the_same_descriptors_and_the_same_wake_signal()
    {
        (Registration one, Registration other) = _fixture.Pair();
        Engine.Dispose();
        Engine.Dispose();
        using IEngine next = _platform.CreateEngine(_fixture.Wake);
        Registration again = next.Register(other.Descriptor, SocketKind.Stream, "again");
        next.SetInterest(again, Interest.Read);
        Registration sender = next.Register(one.Descriptor, SocketKind.Stream, "sender");
        Assert.Equal(1, EngineFixture.TrySend(next, sender, "x"u8).Count);
        EngineEvent[] events = new EngineEvent[4];
        Assert.Equal(1, next.Wait(events, 20_000));
        Assert.Same(again, events[0].Registration);
        next.SetInterest(again, Interest.None);
        _fixture.Wake.Set();
        Assert.Equal(0, next.Wait(events, 20_000));
    }

    private static int ByPort(EndPoint? one, EndPoint? other) =>
        ((IPEndPoint)one!).Port.CompareTo(((IPEndPoint)other!).Port);

    // A signal may end a wait early. Each thread gets one now and then, and not many in so short a time.
    private void AssertTakes(int milliseconds)
    {
        const int MostSignals = 5;
        TimeSpan least = TimeSpan.FromMilliseconds(milliseconds - 1);
        long started = _time.GetTimestamp();
        for (int waits = 0; _time.GetElapsedTime(started) < least; waits++)
        {
            Assert.InRange(waits, 0, MostSignals);
            Assert.Empty(_fixture.Wait(milliseconds));
        }
    }

    private protected static void AwaitThat(Func<bool> condition)
    {
        long started = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(20), "It did not happen in time.");
        }
    }
}
