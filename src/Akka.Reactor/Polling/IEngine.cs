using System;
using Akka.Reactor.Buffers;
using Akka.Reactor.Polling.Sockets;

namespace Akka.Reactor.Polling;

/// <summary>
/// One of the operating system's pollers. Fits readiness (the system says that a descriptor can be used, and
/// <see cref="Receive"/> and <see cref="Send"/> use it) and completion (the engine has already received, and hands the
/// bytes over in <see cref="Receive"/>): therefore all input and output of a registered descriptor goes through its
/// engine, never to the socket directly.
/// </summary>
/// <remarks>
/// Called on one thread only, its loop's. Disposing it frees what the engine itself owns; the registered descriptors
/// stay open and belong to whoever registered them.
/// </remarks>
internal interface IEngine : IDisposable
{
    /// <summary>Starts to watch a non-blocking descriptor, with no interest yet. The descriptor stays the caller's.</summary>
    /// <param name="descriptor">The socket.</param>
    /// <param name="kind">What it is for.</param>
    /// <param name="target">Whom the events are for.</param>
    /// <param name="previous">
    /// The same socket's registration of before, with this engine or with one disposed since: what a completion engine had
    /// received or sent of it by then, and nobody was told, goes on with the new one.
    /// </param>
    Registration Register(nint descriptor, SocketKind kind, object target, Registration? previous = null);

    /// <summary>Says what to report from now on. Cheap: changes are given to the system at the next <see cref="Wait"/>.</summary>
    void SetInterest(Registration registration, Interest interest);

    /// <summary>
    /// Stops watching. Call it before the descriptor is closed. No event of this registration is returned by a later
    /// <see cref="Wait"/>; those of the present batch must be dropped by the caller (<see cref="Registration.Active"/>).
    /// </summary>
    void Deregister(Registration registration);

    /// <summary>Receives into the caller's buffer, which is not kept. Never blocks.</summary>
    IoResult Receive(Registration registration, Span<byte> buffer);

    /// <summary>
    /// Sends from the caller's buffer, which is not kept; may take only part. Never blocks, never raises a signal. A
    /// completion engine answers <see cref="IoResult.Pending"/> and reports <see cref="Readiness.Writable"/>, whatever the
    /// interest, once it knows; the caller then offers the same bytes again, more behind them or not, and is told how many
    /// of them are gone.
    /// </summary>
    IoResult Send(Registration registration, ReadOnlySpan<byte> buffer);

    /// <summary>
    /// Sends a part of a file, by the system itself; may take only part. Never blocks on the socket; on the disk only for
    /// what is not in memory. Not while a <see cref="Send"/> is pending, and only where <see cref="SocketFeatures.SendFile"/>.
    /// A full socket is waited for by <see cref="Interest.Write"/>. A count of 0 without a fault: the file ends before.
    /// </summary>
    IoResult SendFile(Registration registration, in FileRange file);

    /// <summary>Accepts one connection from a registered listening socket. Never blocks.</summary>
    AcceptResult Accept(Registration listener);

    /// <summary>
    /// Waits until something happened, the wake signal was set, or the time is over, and fills in what happened.
    /// </summary>
    /// <param name="events">Filled from the front; at least 1 long.</param>
    /// <param name="timeoutMilliseconds">0 does not wait, -1 waits without end.</param>
    /// <returns>How many events were filled in; 0 after a wake-up or the timeout.</returns>
    int Wait(Span<EngineEvent> events, int timeoutMilliseconds);
}
