using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Net;
using System.Text;
using Akka.Reactor.Polling;
using Akka.Reactor.Polling.Sockets;
using Xunit;

namespace Akka.Reactor.Tests.Polling;

/// <summary>An engine under test and real loopback connections for it. Closes what is left at the end.</summary>
internal sealed class EngineFixture : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly List<nint> _open = [];
    private readonly EngineEvent[] _events = new EngineEvent[64];
    private readonly nint _listener;
    private readonly Registration _accepting;

    internal EngineFixture(IPlatform platform)
    {
        Sockets = platform.Sockets;
        Wake = platform.CreateWakeSignal();
        Engine = platform.CreateEngine(Wake);
        MoreThanSocketsHold = platform.EngineName == "simulated" ? 1_000_000 : 20_000_000;
        _listener = Sockets.Listen(new IPEndPoint(IPAddress.Loopback, 0), 2048);
        _open.Add(_listener);
        _accepting = Engine.Register(_listener, SocketKind.Listening, "listener");
        EndPoint = (IPEndPoint)Sockets.LocalEndPoint(_listener);
    }

    internal IEngine Engine { get; }

    /// <summary>More bytes than the two sockets of a connection hold: the kernel's grow, and those in memory do not.</summary>
    internal int MoreThanSocketsHold { get; }

    internal IWakeSignal Wake { get; }

    internal ISockets Sockets { get; }

    /// <summary>Where the fixture listens.</summary>
    internal IPEndPoint EndPoint { get; }

    internal Registration Listener => _accepting;

    /// <summary>Starts a connection to the fixture's listener.</summary>
    internal nint Dial()
    {
        nint descriptor = Sockets.Connect(EndPoint);
        _open.Add(descriptor);
        return descriptor;
    }

    /// <summary>Takes the next connection off the listener; the descriptor is the fixture's to close.</summary>
    internal AcceptResult Accept()
    {
        AcceptResult result = Engine.Accept(_accepting);
        if (result.Descriptor >= 0)
        {
            _open.Add(result.Descriptor);
        }

        return result;
    }

    /// <summary>Both ends of a connection, registered without interest.</summary>
    internal (Registration One, Registration Other) Pair()
    {
        nint one = Dial();
        Engine.SetInterest(_accepting, Interest.Read);
        Await(_accepting, Readiness.Readable);
        Engine.SetInterest(_accepting, Interest.None);
        nint other = Accept().Descriptor;
        Assert.True(other >= 0);
        return (Engine.Register(one, SocketKind.Stream, "one"), Engine.Register(other, SocketKind.Stream, "other"));
    }

    internal void Send(Registration registration, string text) =>
        Assert.Equal(text.Length, TrySend(registration, Encoding.ASCII.GetBytes(text)).Count);

    /// <summary>One send; the answer of an engine that answers later is waited for.</summary>
    internal IoResult TrySend(Registration registration, ReadOnlySpan<byte> bytes) =>
        TrySend(Engine, registration, bytes);

    internal static IoResult TrySend(IEngine engine, Registration registration, ReadOnlySpan<byte> bytes)
    {
        long started = Stopwatch.GetTimestamp();
        EngineEvent[] events = new EngineEvent[64];
        IoResult result;
        while ((result = engine.Send(registration, bytes)).IsPending)
        {
            // What else is ready meanwhile will be reported again.
            Assert.True(Stopwatch.GetElapsedTime(started) < Patience, "The send was not answered.");
            engine.Wait(events, 100);
        }

        return result;
    }

    internal string Receive(Registration registration, int atMost = 100)
    {
        byte[] buffer = new byte[atMost];
        IoResult result = Engine.Receive(registration, buffer);
        Assert.Equal(SocketFault.None, result.Fault);
        return Encoding.ASCII.GetString(buffer, 0, result.Count);
    }

    /// <summary>One wait; what it reported.</summary>
    internal EngineEvent[] Wait(int timeoutMilliseconds) => _events[..Engine.Wait(_events, timeoutMilliseconds)];

    /// <summary>Waits until exactly this registration is reported with at least this; others reported meanwhile are an error.</summary>
    internal Readiness Await(Registration registration, Readiness readiness)
    {
        long started = Stopwatch.GetTimestamp();
        Readiness seen = Readiness.None;
        while ((seen & readiness) != readiness)
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < Patience, $"{readiness} was not reported, only {seen}.");
            foreach (EngineEvent engineEvent in Wait(100))
            {
                Assert.Same(registration, engineEvent.Registration);
                seen = engineEvent.Readiness;
            }
        }

        return seen;
    }

    /// <summary>
    /// Nothing but a connection that really has something is reported. Without waiting for a time to pass: a connection
    /// of its own, made ready after everything before, is reported, and nothing beside it.
    /// </summary>
    internal void AssertQuiet()
    {
        (Registration one, Registration other) = Pair();
        Send(one, "x");
        Engine.SetInterest(other, Interest.Read);
        Await(other, Readiness.Readable);
        Close(one);
        Close(other);
    }

    /// <summary>Deregisters and closes.</summary>
    internal void Close(Registration registration)
    {
        Engine.Deregister(registration);
        Forget(registration.Descriptor);
        Sockets.Close(registration.Descriptor);
    }

    /// <summary>Deregisters and closes with RST.</summary>
    internal void Reset(Registration registration)
    {
        Engine.Deregister(registration);
        Forget(registration.Descriptor);
        Sockets.Reset(registration.Descriptor);
    }

    /// <summary>The test closes this descriptor itself.</summary>
    internal void Forget(nint descriptor) => _open.Remove(descriptor);

    /// <summary>The fixture closes this descriptor.</summary>
    internal nint Keep(nint descriptor)
    {
        _open.Add(descriptor);
        return descriptor;
    }

    public void Dispose()
    {
        Engine.Dispose();
        _open.ForEach(Sockets.Close);
        Wake.Dispose();
    }
}
