using System;
using System.Collections.Concurrent;
using System.Threading;
using Akka.Reactor.Buffers;
using Akka.Reactor.EventLoop;
using Akka.Reactor.Polling;
using Akka.Reactor.Polling.Sockets;

namespace Akka.Reactor.Tests.EventLoop;

/// <summary>An engine whose waits end as the test says: with events, with an exception, or when the loop is woken.</summary>
internal sealed class ScriptedEngine(IWakeSignal wake) : IEngine
{
    private readonly ConcurrentQueue<Func<EngineEvent[]>> _script = new();
    private int _waits;

    /// <summary>How often the loop asked. Any thread.</summary>
    internal int Waits => Volatile.Read(ref _waits);

    /// <summary>The timeouts it was asked with.</summary>
    internal ConcurrentQueue<int> Timeouts { get; } = new();

    /// <summary>The next wait ends with this.</summary>
    internal void Next(Func<EngineEvent[]> outcome)
    {
        _script.Enqueue(outcome);
        wake.Set();
    }

    public int Wait(Span<EngineEvent> events, int timeoutMilliseconds)
    {
        Timeouts.Enqueue(timeoutMilliseconds);
        Interlocked.Increment(ref _waits);
        if (_script.IsEmpty)
        {
            wake.Wait(timeoutMilliseconds);
        }

        if (!_script.TryDequeue(out Func<EngineEvent[]>? outcome))
        {
            return 0;
        }

        EngineEvent[] happened = outcome();
        happened.CopyTo(events);
        return happened.Length;
    }

    public Registration Register(nint descriptor, SocketKind kind, object target, Registration? previous = null) =>
        new(descriptor, kind, target, 0, 1);

    public void SetInterest(Registration registration, Interest interest) => registration.Interest = interest;

    public void Deregister(Registration registration) => registration.Active = false;

    public IoResult Receive(Registration registration, Span<byte> buffer) => IoResult.Failed(SocketFault.WouldBlock, 0);

    public IoResult Send(Registration registration, ReadOnlySpan<byte> buffer) =>
        IoResult.Failed(SocketFault.WouldBlock, 0);

    public IoResult SendFile(Registration registration, in FileRange file) =>
        IoResult.Failed(SocketFault.WouldBlock, 0);

    public AcceptResult Accept(Registration listener) => new(-1, null, SocketFault.WouldBlock, 0);

    public void Dispose() { }
}

/// <summary>Notes what a loop tells of its engine. Called on the loop, read by the test.</summary>
internal sealed class RecordingTarget(Action? onBatch = null) : IPollTarget
{
    internal BlockingCollection<object> Told { get; } = [];

    public void BatchReady()
    {
        Told.Add("batch");
        onBatch?.Invoke();
    }

    public void EngineFailed(Exception cause) => Told.Add(cause);

    internal object Next() =>
        Told.TryTake(out object? told, TimeSpan.FromSeconds(10))
            ? told
            : throw new TimeoutException("The loop told its target nothing.");
}
