using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Net;
using Akka.Reactor.Polling;
using Akka.Reactor.Polling.Sockets;
using Akka.Reactor.Polling.Windows;
using Xunit;

namespace Akka.Reactor.Tests.Polling;

[Engine("afd")]
public sealed class AfdEngineSpec() : EngineContractSpec(Engines.ResolveOrSkip("afd"))
{
    private AfdEngine Engine => (AfdEngine)Fixture.Engine;

    // Windows clears SO_ERROR when it was asked for, Wine 8 keeps that of a failed connect.
    private protected override bool TakesErrorsOnce => !Wine.IsRunning;

    [Fact]
    public void What_was_found_for_a_registration_that_is_gone_is_dropped_and_counted()
    {
        AwaitThat(() =>
        {
            (Registration one, Registration other) = Fixture.Pair();
            Engine.SetInterest(other, Interest.Read);
            Fixture.AssertQuiet();
            Fixture.Send(one, "found at once, or a little later");
            Fixture.Close(other);
            Fixture.Close(one);
            Assert.Empty(Fixture.Wait(0));
            return Engine.Table.StaleEvents > 0;
        });
    }

    [Fact]
    public void Sockets_that_come_and_go_need_no_more_polls_than_were_open_at_once()
    {
        HashSet<nint> handles = [];
        int capacity = Engine.Capacity;
        const int Rounds = 500;
        for (int i = 0; i < Rounds; i++)
        {
            (Registration one, Registration other) = Fixture.Pair();
            handles.Add(one.Descriptor);
            handles.Add(other.Descriptor);
            Engine.SetInterest(one, Interest.Read);
            Engine.SetInterest(other, Interest.Read | Interest.Write);
            Fixture.Await(other, Readiness.Writable);
            Engine.SetInterest(other, Interest.Read);
            Fixture.Send(one, "x");
            Fixture.Await(other, Readiness.Readable);
            Assert.Equal("x", Fixture.Receive(other));
            if (i % 2 == 0)
            {
                Fixture.Reset(one);
                Fixture.Close(other);
            }
            else
            {
                Fixture.Close(other);
                Fixture.Close(one);
            }
        }

        Assert.True(handles.Count < Rounds, "No handle was used again: the test has shown nothing.");
        Assert.Equal(capacity, Engine.Capacity);
        Fixture.AssertQuiet();
        AwaitThat(() => Fixture.Wait(0).Length == 0 && Engine.InFlight == 1);
    }

    [Fact]
    public void Five_thousand_registrations_are_watched_and_the_one_that_is_ready_is_reported()
    {
        const int Pairs = 2500;
        List<(Registration One, Registration Other)> pairs = [];
        Dictionary<EndPoint, Registration> dialled = [];
        Engine.SetInterest(Fixture.Listener, Interest.Read);
        while (pairs.Count < Pairs)
        {
            for (int i = 0; i < 250; i++)
            {
                nint descriptor = Fixture.Dial();
                EndPoint local = Fixture.Sockets.LocalEndPoint(descriptor);
                dialled.Add(local, Engine.Register(descriptor, SocketKind.Stream, "one"));
            }

            while (dialled.Count > 0)
            {
                Fixture.Await(Fixture.Listener, Readiness.Readable);
                while (Fixture.Accept() is { Fault: SocketFault.None } accepted)
                {
                    Assert.True(dialled.Remove(accepted.Remote!, out Registration? one));
                    Registration other = Engine.Register(accepted.Descriptor, SocketKind.Stream, "other");
                    Engine.SetInterest(other, Interest.Read);
                    pairs.Add((one, other));
                }
            }
        }

        Engine.SetInterest(Fixture.Listener, Interest.None);
        Fixture.AssertQuiet();
        Assert.True(Engine.InFlight >= 2 * Pairs);
        for (int i = 0; i < Pairs; i += 249)
        {
            Fixture.Send(pairs[i].One, "x");
            Fixture.Await(pairs[i].Other, Readiness.Readable);
            Assert.Equal("x", Fixture.Receive(pairs[i].Other));
        }

        foreach ((Registration one, Registration other) in pairs)
        {
            Fixture.Close(one);
            Fixture.Close(other);
        }

        Fixture.AssertQuiet();
    }

    [Fact]
    public void A_poll_is_used_again_only_after_its_completion()
    {
        int capacity = Engine.Capacity;
        List<Registration> first = Many(capacity - 1);
        Assert.Empty(Fixture.Wait(0));
        Assert.Equal(capacity, Engine.InFlight);
        first.ForEach(Fixture.Close);

        // Not one of the completions was taken yet.
        Many(1);
        Assert.Equal(2 * capacity, Engine.Capacity);
        AwaitThat(() => Fixture.Wait(0).Length == 0 && Engine.InFlight == 2);
        Many(2 * capacity - 2);
        Assert.Equal(2 * capacity, Engine.Capacity);
    }

    [Fact]
    public void Disposed_it_has_nothing_in_flight_and_a_wake_is_not_lost()
    {
        Many(200);
        Assert.Empty(Fixture.Wait(0));
        Assert.Equal(201, Engine.InFlight);
        Fixture.Wake.Set();
        Engine.Dispose();
        Assert.Equal(0, Engine.InFlight);
        long started = Stopwatch.GetTimestamp();
        Fixture.Wake.Wait(20_000);
        Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(15));
        Assert.Equal(0, ((CompletionPort)Fixture.Wake).LateCompletions);
    }

    [Fact]
    public void Engines_that_follow_each_other_take_over_every_socket()
    {
        (Registration one, Registration other) = Fixture.Pair();
        Engine.SetInterest(other, Interest.Read);
        Assert.Empty(Fixture.Wait(0));
        Engine.Dispose();
        EngineEvent[] events = new EngineEvent[4];
        for (int i = 0; i < 100; i++)
        {
            using AfdEngine next = new(Fixture.Wake);
            Registration sender = next.Register(one.Descriptor, SocketKind.Stream, "sender");
            Registration receiver = next.Register(other.Descriptor, SocketKind.Stream, "receiver");
            next.SetInterest(receiver, Interest.Read);
            Assert.Equal(0, next.Wait(events, 0));
            Assert.Equal(1, next.Send(sender, "x"u8).Count);
            Assert.Equal(1, next.Wait(events, 20_000));
            Assert.Same(receiver, events[0].Registration);
            Assert.Equal(1, next.Receive(receiver, new byte[10]).Count);
        }

        Assert.Equal(0, ((CompletionPort)Fixture.Wake).LateCompletions);
    }

    [Fact]
    public void What_completes_while_the_loop_waits_for_a_wake_alone_is_kept_for_the_engine()
    {
        (Registration one, Registration other) = Fixture.Pair();
        Engine.SetInterest(other, Interest.Read);
        Fixture.AssertQuiet();
        Fixture.Send(one, "x");
        for (int i = 0; i < 3; i++)
        {
            Fixture.Wake.Wait(50);
        }

        Assert.Equal(Readiness.Readable, Fixture.Await(other, Readiness.Readable));
    }

    [Fact]
    public void What_is_no_socket_is_refused_or_a_fault_of_its_own()
    {
        Registration before = Engine.Register(Fixture.Dial(), SocketKind.Stream, "before");
        for (int i = 0; i < 3; i++)
        {
            if (Wine.IsRunning)
            {
                // Wine 8 answers SIO_BASE_HANDLE for anything; the driver then refuses the poll.
                Registration none = Engine.Register(1_000_000, SocketKind.Stream, "no such handle");
                Assert.Equal(Readiness.Fault, Fixture.Await(none, Readiness.Fault));
                Engine.Deregister(none);
            }
            else
            {
                SocketFaultException failure = Assert.Throws<SocketFaultException>(() =>
                    Engine.Register(1_000_000, SocketKind.Stream, "no such handle")
                );
                Assert.Equal(10038, failure.Errno);
            }
        }

        Registration after = Engine.Register(Fixture.Dial(), SocketKind.Stream, "after");
        Assert.Equal(before.Slot + 1, after.Slot);
    }

    [Fact]
    public void A_socket_closed_under_the_engine_is_a_fault_of_that_socket_alone()
    {
        (Registration one, Registration other) = Fixture.Pair();
        nint descriptor = Fixture.Dial();
        Registration closed = Engine.Register(descriptor, SocketKind.Stream, "closed under the engine");
        Fixture.Forget(descriptor);
        Fixture.Sockets.Close(descriptor);
        Fixture.Await(closed, Readiness.Fault);
        Engine.SetInterest(other, Interest.Read);
        Fixture.Send(one, "x");
        Fixture.Await(other, Readiness.Readable);
    }

    [Fact]
    public void A_reset_is_told_even_if_nobody_waited_for_it_in_between()
    {
        (Registration one, Registration other) = Fixture.Pair();
        Engine.SetInterest(other, Interest.Read);
        Fixture.Send(one, "bytes before");
        Fixture.Await(other, Readiness.Readable);
        Assert.Equal("bytes before", Fixture.Receive(other));
        Fixture.Reset(one);
        Assert.Equal(Readiness.Fault | Readiness.Readable, Fixture.Await(other, Readiness.Fault));
        Assert.Equal(SocketFault.ConnectionReset, Engine.Receive(other, new byte[10]).Fault);
        Assert.Equal(SocketFault.ConnectionReset, Engine.Receive(other, new byte[10]).Fault);
    }

    [Fact]
    public void A_connection_reset_before_it_was_accepted_is_its_own_misfortune()
    {
        for (int i = 0; i < 50; i++)
        {
            Fixture.Reset(Engine.Register(Fixture.Dial(), SocketKind.Stream, "reset"));
        }

        nint last = Fixture.Dial();
        AcceptResult result;
        Engine.SetInterest(Fixture.Listener, Interest.Read);
        do
        {
            Fixture.Await(Fixture.Listener, Readiness.Readable);
            result = Fixture.Accept();
            Assert.Contains(
                result.Fault,
                (SocketFault[])[SocketFault.None, SocketFault.ConnectionAborted, SocketFault.WouldBlock]
            );
        } while (!Fixture.Sockets.LocalEndPoint(last).Equals(result.Remote));
    }

    // Connected to the listener, which does not accept them and is not asked for.
    private List<Registration> Many(int count) =>
        [.. Enumerable.Range(0, count).Select(i => Engine.Register(Fixture.Dial(), SocketKind.Stream, i))];
}

/// <summary>Connections that come and go on Windows's engine.</summary>
[Engine("afd")]
public sealed class AfdChurnSpec(ITestOutputHelper output)
    : EngineChurnSpec(Engines.ResolveOrSkip("afd"), output.WriteLine);
