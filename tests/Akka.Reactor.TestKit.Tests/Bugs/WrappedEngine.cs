using System;
using Akka.Reactor.Buffers;
using Akka.Reactor.Polling;
using Akka.Reactor.Polling.Sockets;

namespace Akka.Reactor.Simulated.Tests.Bugs;

/// <summary>An engine around another; each bug changes one call.</summary>
internal abstract class WrappedEngine(IEngine inner) : IEngine
{
    protected IEngine Inner => inner;

    public virtual Registration Register(
        nint descriptor,
        SocketKind kind,
        object target,
        Registration? previous = null
    ) => inner.Register(descriptor, kind, target, previous);

    public void SetInterest(Registration registration, Interest interest) => inner.SetInterest(registration, interest);

    public virtual void Deregister(Registration registration) => inner.Deregister(registration);

    public virtual IoResult Receive(Registration registration, Span<byte> buffer) =>
        inner.Receive(registration, buffer);

    public virtual IoResult Send(Registration registration, ReadOnlySpan<byte> buffer) =>
        inner.Send(registration, buffer);

    public IoResult SendFile(Registration registration, in FileRange file) => inner.SendFile(registration, file);

    public AcceptResult Accept(Registration listener) => inner.Accept(listener);

    public int Wait(Span<EngineEvent> events, int timeoutMilliseconds) => inner.Wait(events, timeoutMilliseconds);

    public void Dispose() => inner.Dispose();
}

/// <summary>A platform whose engines and wake signals are wrapped.</summary>
internal sealed class WrappedPlatform(
    IPlatform inner,
    Func<IEngine, IEngine>? engine = null,
    Func<IWakeSignal, IWakeSignal>? wake = null
) : IPlatform
{
    public string EngineName => inner.EngineName;

    public ISockets Sockets => inner.Sockets;

    public IWakeSignal CreateWakeSignal() => wake is null ? inner.CreateWakeSignal() : wake(inner.CreateWakeSignal());

    public IEngine CreateEngine(IWakeSignal signal) =>
        engine is null ? inner.CreateEngine(signal) : engine(inner.CreateEngine(signal));
}
